"""The runs as a table, ticked and named in place; what changes leaves selection and place alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPixmap
from typing_extensions import override

from netbuilder.app.history import RunRecord
from netbuilder.ui.history.columns import BEGAN, COLUMNS, NAME, STATE, searched
from netbuilder.ui.history.order import ordered
from netbuilder.ui.history.swatch import swatch
from netbuilder.ui.history.words import name_of, own_name
from netbuilder.ui.plain_tip import plain_tip
from netbuilder.ui.theme import LIGHT, Colours

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole

SEARCHED = int(_ROLE.UserRole) + 1
"""The role of what the filter looks through."""

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_NOWHERE = QModelIndex()
_LONGEST_NAME = 200


class RunsModel(QAbstractTableModel):
    """Shows records, and tells what was asked of them.

    They are put in order when that is asked for or a run is new, and not because a run that goes on has got further.
    """

    renamed = Signal(str, str)  # uid, name
    tick_asked = Signal(str, bool)  # uid, whether its curves shall be laid under the live ones

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: list[RunRecord] = []
        self._order = (BEGAN, Qt.SortOrder.DescendingOrder)
        self._inks: Mapping[str, int] = {}
        self._colours = LIGHT
        self._ratio = 1.0
        self._swatches: dict[int, QPixmap] = {}

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Shows these runs; rows that stay are the same rows to whoever looks."""
        given = {run.uid: run for run in runs}
        for first, last in reversed(_stretches([run.uid not in given for run in self.runs])):
            self.beginRemoveRows(_NOWHERE, first, last)
            del self.runs[first : last + 1]
            self.endRemoveRows()
        for row, old in enumerate(self.runs):
            run = given.pop(old.uid)
            if run != old:
                self.runs[row] = run
                self._tell_row(row)
        if given:
            new = self._ordered([*given.values()])
            self.beginInsertRows(_NOWHERE, 0, len(new) - 1)
            self.runs[:0] = new
            self.endInsertRows()
            if len(new) < len(self.runs):
                self.sort(*self._order)

    def show_inks(self, inks: Mapping[str, int]) -> None:
        """Ticks those runs, each with the ink of its curves."""
        differing = {uid for uid in (*inks, *self._inks) if inks.get(uid) != self._inks.get(uid)}
        self._inks = dict(inks)
        for row, run in enumerate(self.runs):
            if run.uid in differing:
                self._tell_row(row)

    def dress(self, colours: Colours, ratio: float) -> None:
        """Puts the colours of a theme on."""
        self._colours, self._ratio = colours, ratio
        self._swatches.clear()
        if self.runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.runs) - 1, len(COLUMNS) - 1))

    def is_ticked(self, uid: str) -> bool:
        """Whether its curves are laid under the live ones."""
        return uid in self._inks

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(COLUMNS):
            return
        self._order = (column, order)
        self.layoutAboutToBeChanged.emit()
        before, places = self.runs, self.persistentIndexList()  # some of which are made in answer to that signal
        self.runs = self._ordered(before)
        rows = {run.uid: row for row, run in enumerate(self.runs)}
        after = [self.index(rows[before[place.row()].uid], place.column()) for place in places]
        self.changePersistentIndexList(places, after)
        self.layoutChanged.emit()

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.runs)

    @override
    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(COLUMNS):
            return None
        if role == _ROLE.DisplayRole:
            return COLUMNS[section].title
        if role == _ROLE.TextAlignmentRole:
            return _RIGHT if COLUMNS[section].figures else _LEFT
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and index.column() == NAME:
            flags |= Qt.ItemFlag.ItemIsEditable
            if self.runs[index.row()].state != "running":
                flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    @override
    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run, column = self.runs[index.row()], COLUMNS[index.column()]
        match role:
            case _ROLE.DisplayRole:
                return column.text(run)
            case _ROLE.TextAlignmentRole:
                return _RIGHT if column.figures else _LEFT
            case _ROLE.ToolTipRole:
                return plain_tip(column.tip(run))
            case _ROLE.ForegroundRole:
                return self._ink_of(run, index.column())
            case _ROLE.EditRole:
                return name_of(run)
            case _ROLE.CheckStateRole if index.column() == NAME and run.state != "running":
                return Qt.CheckState.Checked if run.uid in self._inks else Qt.CheckState.Unchecked
            case _ROLE.DecorationRole if index.column() == NAME and run.uid in self._inks:
                return self._swatch(self._inks[run.uid])
            case _ if role == SEARCHED:
                return searched(run)
            case _:
                return None

    @override
    def setData(self, index: Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        if not index.isValid() or index.column() != NAME:
            return False
        run = self.runs[index.row()]
        if role == _ROLE.CheckStateRole:
            self.tick_asked.emit(run.uid, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        name = " ".join(str(value).split())[:_LONGEST_NAME]
        if name == own_name(run):
            name = ""
        if name != run.name:
            self.runs[index.row()] = replace(run, name=name)  # until the history has it and tells
            self._tell_row(index.row())
            self.renamed.emit(run.uid, name)
        return True

    def _ordered(self, runs: Sequence[RunRecord]) -> list[RunRecord]:
        column, order = self._order
        return ordered(runs, column, descending=order == Qt.SortOrder.DescendingOrder)

    def _ink_of(self, run: RunRecord, column: int) -> QColor | None:
        if column != STATE:
            return None
        if run.state == "interrupted":
            return QColor(self._colours.warning)
        if run.state == "running":
            return QColor(self._colours.accent)
        return QColor(self._colours.error) if run.reason in ("failed", "not_finite") else None

    def _swatch(self, ink: int) -> QPixmap:
        if ink not in self._swatches:
            self._swatches[ink] = swatch(ink, self._colours, self._ratio)
        return self._swatches[ink]

    def _tell_row(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))


def _stretches(marked: Sequence[bool]) -> list[tuple[int, int]]:
    """First and last place of each unbroken row of marks."""
    found: list[tuple[int, int]] = []
    for place, mark in enumerate(marked):
        if mark and found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        elif mark:
            found.append((place, place))
    return found
