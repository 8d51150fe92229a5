"""From the click on Stop to a window that is ready again, with a network that answers."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, figure
from benchmarks.networks import digits
from benchmarks.real_window import Person, opened
from netbuilder.events import BatchesTrained, RunPrepared
from netbuilder.spec.project import ProjectSpec

BAR = 150.0  # milliseconds
WHILE_TRAINING, WHILE_COMPILING = 20, 8
SEED = 1
_LONG = 100_000  # epochs: more than anybody waits for


def measure() -> list[Figure]:
    """Milliseconds; moments are drawn with a fixed seed, 0.1 to 1.5 s after the first batches, or during compilation.

    While training: until no run goes on and an answer has arrived that was asked for after that. While compiling: from
    a click within 0.4 s of the moment at which the model is built, until no run goes on; each time for a network of
    another size, since what was compiled before might be kept.
    """
    moments = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder, opened() as person:
        network = digits(Path(folder), (128,), 32, _LONG)
        project = network.project()
        trained = [_while_training(person, project, moments.uniform(0.1, 1.5)) for _ in range(WHILE_TRAINING)]
        compiled = [
            found
            for number in range(WHILE_COMPILING)
            if (found := _while_compiling(person, _wider(project, number), moments.uniform(0.0, 0.4))) is not None
        ]
    over, usable = zip(*trained, strict=True)
    figures = [
        *_both(f"Stop to run over, {network.words}", over),
        *_both(f"Stop to run over and network answering, {network.words}", usable, BAR),
    ]
    if compiled:
        figures += _both(f"Stop while it compiles to window ready ({len(compiled)} clicks)", compiled, BAR)
    return figures


def _both(what: str, milliseconds: tuple[float, ...] | list[float], bar: float | None = None) -> list[Figure]:
    return [
        figure(f"{what}: median", statistics.median(milliseconds), "ms", bar),
        figure(f"{what}: worst", max(milliseconds), "ms", bar),
    ]


def _while_training(person: Person, project: ProjectSpec, moment: float) -> tuple[float, float]:
    """Milliseconds until the run is over, and until its network has answered."""
    window = person.window
    person.begin(project)
    person.wait(lambda: _told(person, BatchesTrained), "the first batches")
    person.rest(moment)
    clicked = time.perf_counter()
    window.actions_.stop.trigger()
    person.wait(lambda: not window.training.running, "the end of a stopped run")
    over = time.perf_counter()
    answers: list[object] = []
    window.trying.answered.connect(answers.append)
    window.trying.ask(np.zeros((28, 28), np.uint8))
    person.wait(lambda: answers, "an answer")
    answered = time.perf_counter()
    window.trying.answered.disconnect(answers.append)
    return 1000 * (over - clicked), 1000 * (answered - clicked)


def _while_compiling(person: Person, project: ProjectSpec, moment: float) -> float | None:
    """Milliseconds until no run goes on; None where it was compiled before the click."""
    window = person.window
    person.begin(project)
    person.wait(lambda: _told(person, RunPrepared), "the model")
    person.rest(moment)
    compiled = _told(person, BatchesTrained)
    clicked = time.perf_counter()
    window.actions_.stop.trigger()
    person.wait(lambda: not window.training.running, "the end of a stopped run")
    found = 1000 * (time.perf_counter() - clicked)
    person.wait(lambda: window.engine.is_ready, "the engine")
    return None if compiled else found


def _wider(project: ProjectSpec, by: int) -> ProjectSpec:
    """A network that was not compiled yet."""
    flatten, hidden, *others = project.layers
    wider = replace(hidden, layer=replace(hidden.layer, units=129 + by))  # type: ignore[type-var]
    return replace(project, layers=(flatten, wider, *others))


def _told(person: Person, kind: type) -> bool:
    return any(isinstance(event, kind) for event in person.events)
