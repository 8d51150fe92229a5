"""From a stroke on the pad to the answer on the screen, while the network is being trained."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Figure, figure
from benchmarks.lives import Step, alone, endless, happen, lived, reached
from netbuilder.events import BatchesTrained
from netbuilder.worker.messages import Ask

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

RUNS = 3
STROKES = 400
BAR = 12.0
"""Milliseconds for 99 of 100 strokes."""


def measure() -> list[Figure]:
    """Milliseconds from a mouse event on the real pad to the painted answer to it: medians over some lives."""
    lives = [quantiles(lived("benchmarks.pad"), n=100) for _ in range(RUNS)]
    what = "stroke on the pad to the answer shown, while a network is trained"
    return [
        figure(f"{what}: median", median(life[49] for life in lives), "ms"),
        figure(f"{what}: 99th percentile", median(life[98] for life in lives), "ms", BAR),
    ]


def live() -> None:
    """Trains the first template, draws point after point, each when the answer to the last one is there."""
    found: list[float] = []
    happen(lambda window: _story(window, found), lambda *_: None, lambda: found)


def _story(window: Window, found: list[float]) -> Iterator[Step]:
    from benchmarks.pen import Pen

    heard: list[object] = []
    window.training.told.connect(heard.append)
    yield "start", lambda: window.engine.is_ready and window.curves.ready
    window.document.replace(endless(window.document.spec), None)
    window.actions_.train.trigger()
    yield "compile", lambda: any(isinstance(event, BatchesTrained) for event in heard)
    seen, pen, chance = _Seen(window), Pen(window), random.Random(1)
    for _number in range(STROKES):
        pen.lift()
        yield "rest", reached(time.perf_counter() + chance.uniform(0.02, 0.06))
        seen.expect()
        pen.draw()
        yield "draw", lambda: seen.painted is not None
        found.append(1000 * seen.took)
    assert window.training.running, "the run during which is drawn has ended"


class _Seen:
    """Notes when the answer is painted to a question that was sent after the stroke: earlier ones are on their way, too."""

    def __init__(self, window: Window) -> None:
        from PySide6.QtCore import QEvent, QObject

        seen = self
        self.painted: float | None = None
        self._stroke = self._sent = 0.0
        self._arrived = False
        ask = window.engine.ask

        def asked(kind: Ask, receiver: Any, **body: Any) -> int:
            if kind is Ask.ANSWER:
                self._sent = time.perf_counter()
            return ask(kind, receiver, **body)

        class Eye(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint and seen._arrived and seen.painted is None:
                    watched.event(event)
                    seen.painted = time.perf_counter()
                    return True
                return False

        window.engine.ask = asked  # type: ignore[method-assign]
        window.trying.answered.connect(self._take)
        self._eye = Eye(window)
        self._bars = window.try_it.form.answer.bars  # type: ignore[union-attr]
        self._shown = self._bars.choices
        self._bars.installEventFilter(self._eye)

    @property
    def took(self) -> float:
        """Seconds from the stroke to the painted answer."""
        assert self.painted is not None
        return self.painted - self._stroke

    def expect(self) -> None:
        """A stroke follows now."""
        self._shown = self._bars.choices
        self.painted, self._arrived, self._stroke = None, False, time.perf_counter()

    def _take(self, _outputs: object) -> None:
        self._arrived = self._arrived or self._sent >= self._stroke
        if self._arrived and self._bars.choices == self._shown and self.painted is None:
            self.painted = time.perf_counter()  # the same answer as before is not painted again


if __name__ == "__main__":
    alone(measure)
