"""Two runs beside one another: what came of each, and in which settings they differ."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from netbuilder.app.history import RunRecord
from netbuilder.spec.plain import NotAProject
from netbuilder.ui import numbers
from netbuilder.ui.elided import Elided
from netbuilder.ui.history import words
from netbuilder.ui.history.differences import NOTHING, Difference, differences
from netbuilder.ui.history.dress import table_style
from netbuilder.ui.plain_tip import plain_tip
from netbuilder.ui.theme import colours
from netbuilder.words import _, plural

_MARGIN = 12  # pixels


class Comparison(QWidget):
    """Shows two runs."""

    curves_asked = Signal(object)  # both uids

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._uids: tuple[str, ...] = ()
        self._shown: tuple[tuple[str, ...], ...] = ()
        self.says = Elided(self)
        self.curves = QPushButton(_("Show both curves"), self)
        self.curves.setToolTip(_("Lays the curves of both over one another, in the view of the curves."))
        self.table = QTableWidget(0, 3, self)
        self.table.setAccessibleName(_("What differs between the two runs"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.table.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.says, 1)
        head.addWidget(self.curves)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.curves.clicked.connect(self._ask_curves)
        self._dress()

    def show_runs(self, one: RunRecord, other: RunRecord) -> None:
        """Shows them, the left one first."""
        self._uids = (one.uid, other.uid)
        self.curves.setEnabled("running" not in (one.state, other.state))
        try:
            settings = differences(one.project(), other.project())
        except (NotAProject, ValueError):
            sentence, settings = _("The settings of one of them can't be read by this version of netbuilder."), ()
        else:
            sentence = plural("They differ in {count} setting.", "They differ in {count} settings.", len(settings))
            if not settings:
                sentence = _("Their settings are the same.")
        self.says.show_text(sentence)
        lines = [*outcomes(one, other), *settings]
        heads = ("", *headings(one, other))
        self._show(heads, tuple((line.label, line.one, line.other) for line in lines))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _show(self, heads: tuple[str, ...], lines: tuple[tuple[str, ...], ...]) -> None:
        if (heads, *lines) == self._shown:
            return
        self._shown = (heads, *lines)
        self.table.setHorizontalHeaderLabels(list(heads))
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for place, text in enumerate(line):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(text))
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                self.table.setItem(row, place, item)
        self._share_room()

    def _share_room(self) -> None:
        needed = self.table.sizeHintForColumn(0) + _MARGIN
        self.table.setColumnWidth(0, min(needed, round(0.45 * self.width())))

    def _dress(self) -> None:
        self.table.setStyleSheet(table_style(colours(self.palette())))

    def _ask_curves(self) -> None:
        self.curves_asked.emit(self._uids)


def outcomes(one: RunRecord, other: RunRecord) -> list[Difference]:
    """What came of the two, and what beside their settings was not the same."""
    lines = [
        Difference(_("Best value"), words.best_of(one), words.best_of(other)),
        Difference(_("Epochs trained"), words.epochs_of(one), words.epochs_of(other)),
        Difference(_("Time"), numbers.duration(one.seconds), numbers.duration(other.seconds)),
        Difference(_("State"), words.state_of(one), words.state_of(other)),
    ]
    unlike = [
        Difference(_("Parameters"), numbers.count(one.parameters), numbers.count(other.parameters)),
        Difference(_("Computed on"), one.device, other.device),
        Difference(_("Examples as they were read"), one.data_hash[:8] or NOTHING, other.data_hash[:8] or NOTHING),
        *(
            Difference(name, one.versions.get(name, NOTHING), other.versions.get(name, NOTHING))
            for name in sorted({*one.versions, *other.versions})
        ),
    ]
    return lines + [line for line in unlike if line.one != line.other]


def headings(*runs: RunRecord) -> list[str]:
    """What each is called above its column: by its name, or else by when it was made."""
    names = [run.name or words.when(run.began) for run in runs]
    return names if len(set(names)) == len(names) else [words.exactly_when(run.began) for run in runs]
