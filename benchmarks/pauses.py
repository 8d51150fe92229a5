"""How long the window's event loop is held up, from its first picture to a million batches.

A timer of 1 ms notes the time from one of its calls to the next: whoever draws or types in that gap waits as long. On a
busy machine a gap is also the time in which other programs had the processor; so the time that the window's own thread
computed between two calls is told beside it, which is the part that the window can help.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.figures import Figure, figure
from benchmarks.lives import Step, alone, endless, happen, lived, reached
from netbuilder.events import BatchesTrained, RunPrepared
from netbuilder.files.templates import template_named

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

RUNS = 3
USUAL, LONGEST = 16.0, 60.0
"""Bars in milliseconds: for 99 of 100 gaps, and for the longest of all."""

EPOCHS = 5_000
POINTS = 500
BATCHES, AT_ONCE, STEPS = 1_000_000, 10_000, 20_000

_REST = "nothing is asked of it"


def measure() -> list[Figure]:
    """For each part of the story the 99th percentile and the longest gap: medians over some lives of the window."""
    lives = [lived("benchmarks.pauses") for _ in range(RUNS)]
    found = []
    for part in lives[0]:
        usual, longest, computed = (median(values) for values in zip(*(life[part] for life in lives), strict=True))
        what = f"window event-loop gap while {part}"
        found += [
            figure(f"{what}: 99th percentile", usual, "ms", USUAL),
            figure(f"{what}: longest", longest, "ms", LONGEST),
            figure(f"window's own computing between two turns of its loop while {part}: longest", computed, "ms"),
        ]
    return found


def live() -> None:
    """The story: start, a run, drawing during a run, very many epochs, very many batches."""
    gaps: dict[str, list[tuple[float, float]]] = defaultdict(list)
    happen(
        _story,
        lambda part, passed, computed: gaps[part].append((passed, computed)),
        lambda: {part: _summary(np.array(found)) for part, found in gaps.items()},
    )


def _summary(gaps: np.ndarray) -> tuple[float, float, float]:
    return float(np.percentile(gaps[:, 0], 99)), float(gaps[:, 0].max()), float(gaps[:, 1].max())


def _story(window: Window) -> Iterator[Step]:
    training = window.training
    heard: list[object] = []
    training.told.connect(heard.append)
    yield "the worker starts", lambda: window.engine.is_ready and window.curves.ready
    yield from _rest(1.0)
    window.actions_.train.trigger()
    yield "data are read, and the network is built and compiled", lambda: _trained(heard)
    yield "a run trains and evaluates", lambda: not training.running
    yield from _rest(1.0)
    heard.clear()
    window.document.replace(endless(window.document.spec), None)
    window.actions_.train.trigger()
    yield "data are read, and the network is built and compiled", lambda: _trained(heard)
    yield from _drawing(window)
    project = template_named("spirals").project()
    window.document.replace(replace(project, training=replace(project.training, epochs=EPOCHS)), None)
    yield from _rest(2.0)
    window.actions_.train.trigger()
    yield f"{EPOCHS:,} epochs of a few milliseconds are trained", lambda: not training.running
    window.document.replace(endless(template_named("digits").project()), None)
    yield from _rest(2.0)
    yield from _flood(window)


def _rest(seconds: float) -> Iterator[Step]:
    """Lets what is still going on come to its end."""
    yield _REST, reached(time.perf_counter() + seconds)


def _trained(heard: list[object]) -> bool:
    return any(isinstance(event, BatchesTrained) for event in heard)


def _drawing(window: Window) -> Iterator[Step]:
    """Rings on the pad, a point every 8 ms as a mouse gives them, while a network is trained."""
    from benchmarks.pen import Pen

    pen = Pen(window)
    due = time.perf_counter()
    for _number in range(POINTS):
        pen.lift()
        pen.draw()
        due += 0.008
        yield "a person draws on the pad and a run goes on", reached(due)
    assert window.training.running, "the run during which is drawn has ended"
    window.training.stop()
    yield _REST, lambda: not window.training.running


def _flood(window: Window) -> Iterator[Step]:
    """A million batches of one run, ten thousand every twentieth of a second, while the engine has both cores at work.

    It would take a minute to train as many: so the curves are told of made-up ones, in place of those of the run that goes on.
    """
    heard: list[object] = []
    window.training.told.connect(heard.append)
    window.training.start(window.document.spec)
    yield "data are read, and the network is built and compiled", lambda: _trained(heard)
    curves, noise, due = window.curves, np.random.default_rng(1), time.perf_counter()
    show = curves.show_event
    vars(curves)["show_event"] = lambda _event: None
    show(RunPrepared("CPU", True, BATCHES // STEPS, STEPS, 1, 1, 1, False))
    for first in range(0, BATCHES, AT_ONCE):
        losses = 1 / np.sqrt(1 + np.arange(first, first + AT_ONCE)) + 0.2 * noise.random(AT_ONCE)
        epoch, step = divmod(first, STEPS)
        metrics = {"loss": 1.0, "accuracy": 0.5}
        show(BatchesTrained(epoch + 1, step, losses.astype(np.float32), metrics, 1e6, 1.0))
        due += 0.05
        yield "a million batches are drawn and a run goes on", reached(due)
    assert window.training.running, "the run that the window shares the cores with has ended too early"


if __name__ == "__main__":
    alone(measure)
