"""Which runs are shown, and in which order."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRegularExpression, QSortFilterProxyModel, Qt
from typing_extensions import override

from netbuilder.app.history import RunRecord
from netbuilder.ui.history.columns import BEGAN, COLUMNS
from netbuilder.ui.history.model import SEARCHED, RunsModel

Index = QModelIndex | QPersistentModelIndex


class SortedRuns(QSortFilterProxyModel):
    """Sorts when it is asked to or a run is new, and not because a run that goes on has got further: nothing jumps."""

    def __init__(self, model: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._ranks: dict[str, float] = {}
        self.setSourceModel(model)
        self.setFilterRole(SEARCHED)
        self.setFilterKeyColumn(0)
        self.setDynamicSortFilter(True)
        self.sort(BEGAN, Qt.SortOrder.DescendingOrder)

    def show_only(self, words: str) -> None:
        """Shows runs that have all the words, in any order and case; all runs where there are none."""
        patterns = (f"(?=.*{QRegularExpression.escape(word)})" for word in words.split())
        options = (
            QRegularExpression.PatternOption.CaseInsensitiveOption
            | QRegularExpression.PatternOption.DotMatchesEverythingOption
        )
        self.setFilterRegularExpression(QRegularExpression(f"^{''.join(patterns)}", options))

    def settle(self) -> None:
        """Puts every run where it belongs now."""
        self._rank(self.sortColumn(), self.sortOrder())
        self.invalidate()

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._rank(column, order)
        super().sort(column, order)

    @override
    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        runs, ranks = self._model.runs, self._ranks
        return ranks.get(runs[source_left.row()].uid, -1.0) < ranks.get(runs[source_right.row()].uid, -1.0)

    def _rank(self, column: int, order: Qt.SortOrder) -> None:
        last = math.inf if order == Qt.SortOrder.AscendingOrder else -math.inf
        self._ranks = _ranks(self._model.runs, column, last) if 0 <= column < len(COLUMNS) else {}


def _ranks(runs: Sequence[RunRecord], column: int, last: float) -> dict[str, float]:
    """Where each run stands by a column: equal ones stand equal, and those without a key at ``last``."""
    keys = {run.uid: COLUMNS[column].key(run) for run in runs}
    ranks = {key: float(rank) for rank, key in enumerate(sorted({key for key in keys.values() if key is not None}))}
    return {uid: last if key is None else ranks[key] for uid, key in keys.items()}
