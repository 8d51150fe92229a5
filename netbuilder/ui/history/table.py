"""The table of runs, and what can be done in it by keyboard and mouse."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from netbuilder.app.history import RunRecord
from netbuilder.ui.history.columns import BEGAN, COLUMNS, NAME
from netbuilder.ui.history.dress import table_style
from netbuilder.ui.history.finding import FoundRuns
from netbuilder.ui.history.model import RunsModel
from netbuilder.ui.history.naming import Naming
from netbuilder.ui.theme import colours
from netbuilder.words import _

_ROW = 28  # pixels


class RunsTable(QTableView):
    """Shows runs, and tells which are chosen and what is asked of them."""

    chosen = Signal()  # other runs are selected than before
    delete_asked = Signal()
    undo_asked = Signal()
    menu_asked = Signal(QPoint)  # a place on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs = RunsModel(self)
        self.found = FoundRuns(self.runs, self)
        self.can_undo = False
        """Whether Ctrl+Z brings back what was deleted, rather than to undo an edit of the project."""
        self.setModel(self.found)
        self.setItemDelegateForColumn(NAME, Naming(self))
        self.setAccessibleName(_("Runs; F2 renames, Space overlays the curves, Del deletes"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)  # Tab leads on, arrows lead about
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setSortIndicator(BEGAN, Qt.SortOrder.DescendingOrder)
        for place, column in enumerate(COLUMNS):
            header.resizeSection(place, column.width)
        self.customContextMenuRequested.connect(self._ask_menu)
        self._dress()

    def show_runs(self, runs: list[RunRecord]) -> None:
        """Shows these runs; what is selected stays so, and stays where it is.

        After a deletion, the next is selected; at first, the one at the top, which is the newest.
        """
        before, at_first = self.selectionModel().hasSelection(), not self.currentIndex().isValid()
        self.runs.show_runs(runs)
        if at_first and self.found.rowCount():
            self._select(0)
        elif before and not self.selectionModel().hasSelection() and self.currentIndex().isValid():
            self._select(self.currentIndex().row())

    @property
    def selected(self) -> list[RunRecord]:
        """The selected runs, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._run_at(row) for row in rows]

    @property
    def count(self) -> int:
        """How many runs are selected; asked at every step of a selection of thousands."""
        chosen = self.selectionModel().selection()
        return sum(chosen.at(place).height() for place in range(chosen.count()))

    def rename_current(self) -> None:
        """Lets the name of the current run be typed."""
        index = self.currentIndex().siblingAtColumn(NAME)
        # F2 within the editor comes here, too. Qt forgets that it edits when another row is removed.
        edits = self.state() == QTableView.State.EditingState or self.indexWidget(index) is not None
        if index.isValid() and not edits:
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.edit(index)

    def tick_selected(self) -> None:
        """Ticks the selected runs; where all of them are ticked, takes the ticks away."""
        runs = [run for run in self.selected if run.state != "running"]
        wanted = not all(self.runs.is_ticked(run.uid) for run in runs)
        for run in runs:
            if self.runs.is_ticked(run.uid) != wanted:
                self.runs.tick_asked.emit(run.uid, wanted)

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.chosen.emit()

    @override
    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        for row in range(start, end + 1):
            editor = self.indexWidget(self.found.index(row, NAME))
            if editor is not None:  # Qt would forget it first, and then complain that it is none of its own
                self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        super().rowsAboutToBeRemoved(parent, start, end)

    @override
    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self.can_undo
            and event.matches(QKeySequence.StandardKey.Undo)
        ):
            event.accept()  # or the window would take back an edit of the project
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo) and self.can_undo:
            self.undo_asked.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.rename_current()
        elif event.key() == Qt.Key.Key_Space:
            self.tick_selected()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _select(self, row: int) -> None:
        """That row alone, whichever keys are held: ``selectRow`` does what a click would."""
        wanted = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.found.index(row, NAME), wanted)

    def _run_at(self, row: int) -> RunRecord:
        return self.runs.runs[self.found.mapToSource(self.found.index(row, NAME)).row()]

    def _dress(self) -> None:
        chosen = colours(self.palette())
        style = table_style(chosen)
        if style != self.styleSheet():  # which is itself a change of the palette
            self.setStyleSheet(style)
            self.runs.dress(chosen, self.devicePixelRatioF())

    def _ask_menu(self, place: QPoint) -> None:
        self.menu_asked.emit(self.viewport().mapToGlobal(place))
