"""Which runs are shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRegularExpression, QSortFilterProxyModel, Qt
from typing_extensions import override

from netbuilder.ui.history.model import SEARCHED, RunsModel


class FoundRuns(QSortFilterProxyModel):
    """Shows runs that have some words. Their order is the model's: Qt would ask Python 10,000 times which is less."""

    def __init__(self, model: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setSourceModel(model)
        self.setFilterRole(SEARCHED)
        self.setFilterKeyColumn(0)

    def show_only(self, words: str) -> None:
        """Shows runs that have all the words, in any order and case; all runs where there are none."""
        patterns = (f"(?=.*{QRegularExpression.escape(word)})" for word in words.split())
        options = (
            QRegularExpression.PatternOption.CaseInsensitiveOption
            | QRegularExpression.PatternOption.DotMatchesEverythingOption
        )
        self.setFilterRegularExpression(QRegularExpression(f"^{''.join(patterns)}", options))

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._model.sort(column, order)
