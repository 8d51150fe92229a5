"""What a run tells, at the pace at which it can be shown."""

from __future__ import annotations

from collections import deque
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder.events import Event

_AT_ONCE = 0.003  # seconds for which events are told in one turn of the event loop
_BREATH = 2  # ms from there until more are told


class EventQueue(QObject):
    """Takes events in any thread and tells them in its own.

    What comes faster than it can be shown waits, a part of each turn of the event loop: the rest is for whoever draws
    and types.
    """

    told = Signal(object)  # events.Event
    _arrived = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[Event] = deque()
        self._breath = QTimer(self, interval=_BREATH, singleShot=True)
        self._breath.timeout.connect(self._tell_some)
        self._arrived.connect(self._take)

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def put(self, *events: Event) -> None:
        """Has them told after those that wait; from any thread."""
        self._waiting.extend(events)
        self._arrived.emit()

    def tell_all(self) -> None:
        """Tells what waits; to be called before what comes after it."""
        while self._waiting:
            self.told.emit(self._waiting.popleft())

    def clear(self) -> None:
        """Tells none of those that wait."""
        self._waiting.clear()

    @Slot()
    def _take(self) -> None:
        if not self._breath.isActive():
            self._tell_some()

    @Slot()
    def _tell_some(self) -> None:
        end = perf_counter() + _AT_ONCE
        while self._waiting:
            self.told.emit(self._waiting.popleft())
            if perf_counter() > end:
                self._breath.start()
                return
