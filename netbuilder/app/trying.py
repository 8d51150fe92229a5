"""Trying the network out: questions to it, the newest first, and its answers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from netbuilder.app.engine import EngineLink
from netbuilder.worker.messages import Ask, Reply, Tell


class _Line(QObject):
    """One question at a time; while it waits for its answer, a newer question replaces the one that waits.

    ``late``: an answer is told although a newer question waits. While somebody draws, one always does.
    """

    answered = Signal(object)  # float32 (n, k)

    def __init__(self, engine: EngineLink, parent: QObject, *, late: bool) -> None:
        super().__init__(parent)
        self._engine, self._late = engine, late
        self._latest: NDArray[Any] | None = None
        self._waiting = self._again = self._stale = False

    def ask(self, inputs: NDArray[Any]) -> None:
        self._latest, self._again = inputs, self._waiting
        if not self._waiting:
            self._send(inputs)

    def forget(self) -> None:
        self._latest, self._again, self._stale = None, False, self._waiting

    def _send(self, inputs: NDArray[Any]) -> None:
        self._waiting, self._again = True, False
        self._engine.ask(Ask.ANSWER, self._take, inputs=inputs)

    def _take(self, reply: Reply) -> None:
        stale, self._waiting, self._stale = self._stale, False, False
        if reply.kind is Tell.DONE and not stale and (self._late or not self._again):
            self.answered.emit(reply.body["outputs"])
        if self._again and self._latest is not None:
            self._send(self._latest)


class Trying(QObject):
    """Answers to one example, to a field of points for the plane's background, and to the pinned drawings."""

    answered = Signal(object)  # float32 (k,)
    field_answered = Signal(object)  # float32 (n, k)
    pins_answered = Signal(object)  # float32 (n, k)

    def __init__(self, engine: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._one, self._field = _Line(engine, self, late=True), _Line(engine, self, late=True)
        self._pins = _Line(engine, self, late=False)  # others may have taken their places
        self._one.answered.connect(self._tell_first)
        self._field.answered.connect(self.field_answered)
        self._pins.answered.connect(self.pins_answered)

    def ask(self, example: NDArray[Any]) -> None:
        """Asks about one raw example, shape as the data have it."""
        self._one.ask(np.asarray(example)[None])

    def ask_field(self, points: NDArray[Any]) -> None:
        """Asks about many raw examples (n, features)."""
        self._field.ask(points)

    def ask_pins(self, pictures: NDArray[Any]) -> None:
        """Asks about many raw pictures (n, height, width)."""
        self._pins.ask(pictures)

    def forget(self) -> None:
        """Drops the questions, since they were about other data."""
        for line in (self._one, self._field, self._pins):
            line.forget()

    def _tell_first(self, outputs: NDArray[np.float32]) -> None:
        self.answered.emit(outputs[0])
