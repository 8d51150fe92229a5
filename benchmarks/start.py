"""From the start of the program to its window, to a button Train that works, and to the first point of a curve."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, figure
from benchmarks.lives import Step, alone, happen, lived, reached, since_begun
from netbuilder.events import BatchesTrained

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

RUNS = 5
WINDOW, FIRST_POINT = 0.6, 1.5
"""Bars in seconds: to the painted window, and from Train to the first point with an engine that is ready."""


def measure() -> list[Figure]:
    """Medians over some lives of the window; in half of them Train is pressed at once, in half when the engine is ready."""
    at_once = [lived("benchmarks.start") for _ in range(RUNS)]
    warm = [lived("benchmarks.start", "live_warm") for _ in range(RUNS)]
    painted = [life["window"] for life in at_once + warm]
    return [
        figure("process start to window painted", median(painted), "s", WINDOW),
        figure("process start to an engine that can train", median(life["ready"] for life in warm), "s"),
        figure(
            "process start to first curve point, Train pressed at once", median(life["curve"] for life in at_once), "s"
        ),
        figure(
            "Train pressed on digits to first curve point, engine ready",
            median(life["curve"] - life["pressed"] for life in warm),
            "s",
            FIRST_POINT,
        ),
    ]


def live() -> None:
    """Presses Train at once, and notes when what is there."""
    _live(warm=False)


def live_warm() -> None:
    """Presses Train half a second after the engine is ready."""
    _live(warm=True)


def _live(*, warm: bool) -> None:
    times: dict[str, float] = {}
    happen(lambda window: _story(window, times, warm=warm), lambda *_: None, lambda: times)


def _story(window: Window, times: dict[str, float], *, warm: bool) -> Iterator[Step]:
    heard: list[object] = []
    window.training.told.connect(heard.append)
    times["window"] = window.painted  # type: ignore[attr-defined]
    if warm:
        yield "start", lambda: window.engine.is_ready
        times["ready"] = since_begun()
        yield "rest", reached(time.perf_counter() + 0.5)
    times["pressed"] = since_begun()
    window.actions_.train.trigger()
    yield "train", lambda: any(isinstance(event, BatchesTrained) for event in heard)
    times["curve"] = since_begun()
    assert "tensorflow" not in sys.modules, "the window never imports TensorFlow"


if __name__ == "__main__":
    alone(measure)
