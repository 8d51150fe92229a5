"""Which runs lie under the live curves: each gets an ink, and its values are taken in pieces so that nothing waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder.app.history import RunRecord
from netbuilder.events import Event
from netbuilder.ui.curves import CurveData
from netbuilder.ui.curves.earlier import Earlier
from netbuilder.ui.curves.inks import EARLIER
from netbuilder.ui.history.words import short_names
from netbuilder.words import _

MOST = len(EARLIER)
"""Runs at a time: there are no more inks that can be told apart."""

_PIECE = 0.003  # seconds of one turn of the event loop
_BREATH = 2  # ms until the next
_MORE = 0.1  # of its epochs, by which a run that is being trained has grown before all of it is read again


class Overlaying(QObject):
    """Holds the values of the ticked runs."""

    inked = Signal(object)  # uid → number of its ink
    laid = Signal(object)  # tuple of Earlier: those whose values are known
    events_asked = Signal(str)  # uid
    refused = Signal(str)  # sentence

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._inks: dict[str, int] = {}
        self._runs: dict[str, RunRecord] = {}
        self._asked: dict[str, int] = {}  # how many epochs there were when its values were asked for
        self._known: dict[str, CurveData] = {}
        self._waiting: dict[str, tuple[CurveData, Iterator[Event]]] = {}
        self._told: tuple[Earlier, ...] = ()
        self._clock = QTimer(self, interval=_BREATH, singleShot=True)
        self._clock.timeout.connect(self._take_some)

    @Slot(str, bool)
    def tick(self, uid: str, on: bool) -> None:
        """Lays a run's curves under the live ones, or takes them away."""
        if on and uid not in self._inks:
            if len(self._inks) >= MOST:
                sentence = _("{most} runs can be laid under one another: take the tick from one of them first.")
                self.refused.emit(sentence.format(most=MOST))
                return
            self._inks[uid] = next(ink for ink in count() if ink not in self._inks.values())
            self._ask(uid)
        elif not on:
            self._forget(uid)
        self._tell()

    @Slot(object)
    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Follows the history: names may have changed, and runs may be gone or have more epochs."""
        self._runs = {run.uid: run for run in runs}
        for uid in list(self._inks):
            if uid not in self._runs:
                self._forget(uid)
            elif self._has_grown(self._runs[uid]):
                self._ask(uid)
        self._tell()

    @Slot(str, object)
    def take_events(self, uid: str, events: Sequence[Event]) -> None:
        """The values of a run were read."""
        if uid in self._inks:
            self._waiting[uid] = (CurveData(), iter(events))
            if not self._clock.isActive():
                self._clock.start()

    def _take_some(self) -> None:
        end = perf_counter() + _PIECE
        for uid, (data, events) in list(self._waiting.items()):
            for event in events:
                data.take(event)
                if perf_counter() > end:
                    self._clock.start()
                    return
            del self._waiting[uid]
            self._known[uid] = data
            self._tell()

    def _ask(self, uid: str) -> None:
        self._asked[uid] = self._runs[uid].epochs if uid in self._runs else 0
        self.events_asked.emit(uid)

    def _has_grown(self, run: RunRecord) -> bool:
        asked = self._asked[run.uid]
        return run.epochs > (asked * (1 + _MORE) if run.state == "running" else asked)

    def _forget(self, uid: str) -> None:
        self._inks.pop(uid, None)
        self._asked.pop(uid, None)
        self._known.pop(uid, None)
        self._waiting.pop(uid, None)

    def _tell(self) -> None:
        self.inked.emit(dict(self._inks))
        there = [uid for uid in self._inks if uid in self._known and uid in self._runs]
        names = short_names([self._runs[uid] for uid in there])
        laid = tuple(Earlier(name, self._inks[uid], self._known[uid]) for uid, name in zip(there, names, strict=True))
        if laid != self._told:
            self._told = laid
            self.laid.emit(laid)
