"""The Runs view: a field to find runs by, the table, what is to know of the selected ones, and what all of them take."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from netbuilder.app.history import RunRecord
from netbuilder.ui.history.compare import Comparison
from netbuilder.ui.history.details import RunDetails
from netbuilder.ui.history.foot import Foot
from netbuilder.ui.history.table import RunsTable
from netbuilder.ui.history.undo_bar import UndoBar
from netbuilder.words import _, plural

_FEW = 2  # selected runs, of which there is more to say than how many they are


class HistoryView(QWidget):
    """Shows the history of runs, and tells what is asked of it."""

    delete_asked = Signal(object)  # uids
    curves_asked = Signal(object)  # uids, whose curves shall be laid over one another and shown
    refused = Signal(str)  # why something can't be done
    watched = Signal(bool)  # whether it can be seen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(_("Find in names, networks, notes and devices"))
        self.search.setAccessibleName(_("Words that runs must have"))
        self.search.setClearButtonEnabled(True)
        self.counted = QLabel(self)
        self.counted.setObjectName("muted")
        self.table = RunsTable(self)
        self.undo_bar = UndoBar(self)
        self.foot = Foot(self)
        self._empty = QLabel(self)
        self._empty.setObjectName("muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self.details = RunDetails(self)
        self.comparison = Comparison(self)
        self.about_many = QLabel(self)
        self.about_many.setObjectName("muted")
        self.about_many.setWordWrap(True)
        self.about_many.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self._wire()
        self.show_empty(_("Runs are being looked for …"))
        self._show_count()

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Shows these runs; selection and place stay."""
        self.table.show_runs(list(runs))
        if self.undo_bar.holds_something:
            self.undo_bar.show_listed({run.uid for run in runs})
        if not runs:
            self.show_empty(
                _("Every training is kept here: its settings, its curves and what came of it. Press Train (F5).")
            )
        self._pages.setCurrentWidget(self._split if runs else self._empty)
        self._show_count()
        self._show_selected()

    def show_empty(self, sentence: str) -> None:
        """What is said where there is no run to show."""
        self._empty.setText(sentence)
        if not self.table.runs.runs:
            self._pages.setCurrentWidget(self._empty)

    @Slot(object)
    def show_deleted(self, uids: Sequence[str]) -> None:
        """Says that runs were deleted, and offers to bring them back."""
        self.undo_bar.add(tuple(uids))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.watched.emit(True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.details.keep_note()
        self.watched.emit(False)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(360, 240)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.search, 1)
        head.addWidget(self.counted)
        self._about = QStackedWidget(self)
        for page in (self.about_many, self.details, self.comparison):
            self._about.addWidget(page)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(9)
        self._split.addWidget(self.table)
        self._split.addWidget(self._about)
        self._split.setStretchFactor(0, 1)
        self._split.setSizes([360, 250])
        self.table.setMinimumHeight(100)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._split)
        # What was deleted is said in the place of the foot, so that no row moves from under the mouse.
        self._foot = QStackedWidget(self)
        self._foot.addWidget(self.foot)
        self._foot.addWidget(self.undo_bar)
        self._foot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        column.addWidget(self._foot)

    def _wire(self) -> None:
        self.search.textChanged.connect(self._find)
        self.table.chosen.connect(self._show_selected)
        self.table.delete_asked.connect(self._ask_deletion)
        self.table.undo_asked.connect(self.undo_bar.take_back)
        self.table.menu_asked.connect(self._show_menu)
        self.undo_bar.changed.connect(self._note_undo)
        self.comparison.curves_asked.connect(self.curves_asked)
        finding = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        finding.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        finding.activated.connect(self.search.setFocus)

    def _find(self, words: str) -> None:
        self.table.found.show_only(words)
        self._show_count()

    def _show_count(self) -> None:
        there, shown = len(self.table.runs.runs), self.table.found.rowCount()
        self.search.setVisible(bool(there))
        if shown == there:
            self.counted.setText(plural("{count} run", "{count} runs", there) if there else "")
        else:
            self.counted.setText(_("{shown} of {all} runs").format(shown=f"{shown:,}", all=f"{there:,}"))

    def _show_selected(self) -> None:
        count = self.table.count
        match self.table.selected if count <= _FEW else []:
            case [run]:
                self.details.show_run(run)
                self._about.setCurrentWidget(self.details)
            case [one, other]:
                self.comparison.show_runs(one, other)
                self._about.setCurrentWidget(self.comparison)
            case _ if count:
                self._say(
                    _("{count} runs are selected: two can be compared, and Del deletes them.").format(count=count)
                )
            case _:
                self._say(
                    _(
                        "Select a run to see what came of it; two, with Ctrl, to compare them. A tick lays its curves under the live ones."
                    )
                )

    def _say(self, sentence: str) -> None:
        self.about_many.setText(sentence)
        self._about.setCurrentWidget(self.about_many)

    def _ask_deletion(self) -> None:
        selected = self.table.selected
        if any(run.state == "running" for run in selected):
            self.refused.emit(_("A run that is being trained can't be deleted: stop it first."))
        elif selected:
            self.delete_asked.emit(tuple(run.uid for run in selected))

    def _note_undo(self) -> None:
        holds = self.undo_bar.holds_something
        self.table.can_undo = holds
        self._foot.setCurrentWidget(self.undo_bar if holds else self.foot)

    def _show_menu(self, place: QPoint) -> None:
        selected = self.table.selected
        if not selected:
            return
        menu = QMenu(self)
        menu.addAction(_("Rename"), self.table.rename_current).setShortcut("F2")
        menu.addAction(_("Lay curves under the live ones"), self.table.tick_selected).setShortcut("Space")
        menu.addSeparator()
        if len(selected) == 1:
            for button in self.details.buttons:
                if not button.isHidden():
                    menu.addAction(button.accessibleName() or button.text(), button.click).setEnabled(
                        button.isEnabled()
                    )
            menu.addSeparator()
        menu.addAction(_("Delete"), self._ask_deletion).setShortcut("Del")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)
