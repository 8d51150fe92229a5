"""The network that only this window has, and whether another one may take its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from netbuilder.app.document import Document
from netbuilder.app.history import RunHistory, RunRecord
from netbuilder.app.network_history import is_recorded
from netbuilder.app.training import Training
from netbuilder.ui.questions import ask_to_lose_network


class Losing(QObject):
    """Asks before weights are replaced that are in no history and no saved project."""

    def __init__(self, history: RunHistory, document: Document, training: Training, place: QWidget) -> None:
        """``place``: what the question is asked before."""
        super().__init__(place)
        self._document, self._training, self._place = document, training, place
        self._runs: dict[str, RunRecord] = {}
        self._gone: set[str] = set()  # uids of runs that were in the history before
        history.changed.connect(self.show_runs)

    @Slot(object)
    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Takes note of the runs that the history has now."""
        before, self._runs = self._runs, {run.uid: run for run in runs}
        self._gone = (self._gone | before.keys()) - self._runs.keys()

    def may_lose_network(self) -> bool:
        """Whether another network may take the place of the one that is here: it can be had again, or is not wanted."""
        stored = self._training.stored
        if stored is None or not self._document.modified or self._has(stored):
            return True
        return ask_to_lose_network(self._place) == "replace"

    def _has(self, stored: Mapping[str, Any]) -> bool:
        """Whether the history has the network's weights, as far as is known: beyond its limit it drops them."""
        uid = next(reversed(stored.get("runs", ())), "")  # "": it came with a file, and no run is known
        run = self._runs.get(uid)
        is_kept = run is None or run.state != "ended" or bool(run.weights)
        return is_recorded(stored) and uid not in self._gone and is_kept
