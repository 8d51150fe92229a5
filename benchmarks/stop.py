"""From the click on Stop to a window that is ready again: no run goes on, Train can be pressed, and the network answers."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, figure
from benchmarks.lives import alone
from benchmarks.networks import digits
from benchmarks.real_window import Person, opened
from netbuilder.events import BatchesTrained, EpochEnded, RunPaused, RunPrepared
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.schedules import Exponential

BAR = 150.0  # milliseconds
SEED = 1
LONG = 100_000  # epochs: more than anybody waits for
VALIDATION = 58_000  # examples of 60,000, so that an epoch is mostly validation


@dataclass(frozen=True, slots=True)
class Stopped:
    """Milliseconds from the click until no run goes on, and until the window is ready again."""

    over: float
    ready: float


def measure() -> list[Figure]:
    """Milliseconds; moments are drawn with a fixed seed.

    "Ready" is the window when no run goes on, its engine can train, and an answer of the network has arrived that was asked
    for after both. What is compiled for the first time leaves no network, and its engine is ended and replaced: until then it
    takes what a process takes to start, so the bar is for the end of the run.
    """
    chance = random.Random(SEED)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as name, opened() as person:
        folder = Path(name)
        network = digits(folder, (128,), 32, LONG)
        small, large = network.project(), digits(folder, (1024, 1024), 32, LONG).project()
        figures += _told(
            f"while it trains, {network.words}",
            [_while_training(person, small, chance.uniform(0.1, 1.5)) for _ in range(16)],
        )
        figures += _told("while it rests", [_while_resting(person, small) for _ in range(4)])
        figures += _told(
            "at once after Train, compiled before",
            [_soon(person, small, chance.uniform(0.0, 0.15)) for _ in range(8)],
        )
        figures += _told(
            "while it trains 1024–1024",
            [_while_training(person, large, chance.uniform(0.1, 1.5)) for _ in range(6)],
        )
        measuring = _measuring(large)
        figures += _told(
            "while 1024–1024 is validated",
            [_while_validating(person, measuring, chance.uniform(0.0, 0.3)) for _ in range(4)],
        )
        figures += _told("while 1024–1024 is tested", [_while_testing(person, measuring) for _ in range(3)])
        scheduled = replace(small, training=replace(small.training, schedule=Exponential()))
        figures += _told(
            "while a learning rate that replaces a schedule is taken over",
            [_after_new_rate(person, scheduled, chance.uniform(0.1, 0.5)) for _ in range(3)],
        )
        clicks = [_while_compiling(person, _wider(small, number), chance.uniform(0.0, 0.4)) for number in range(6)]
    compiled = [click for click in clicks if click is not None]
    if compiled:
        words = f"while it compiles for the first time ({len(compiled)} clicks)"
        figures += _both(f"Stop {words} to run over", [one.over for one in compiled], BAR)
        figures += _both(f"Stop {words} to another engine", [one.ready for one in compiled])
    return figures


def _told(words: str, clicks: Sequence[Stopped]) -> list[Figure]:
    return [
        *_both(f"Stop {words}, to run over", [one.over for one in clicks]),
        *_both(f"Stop {words}, to window ready and network answering", [one.ready for one in clicks], BAR),
    ]


def _both(what: str, milliseconds: Sequence[float], bar: float | None = None) -> list[Figure]:
    return [
        figure(f"{what}: median", statistics.median(milliseconds), "ms", bar),
        figure(f"{what}: worst", max(milliseconds), "ms", bar),
    ]


def _while_training(person: Person, project: ProjectSpec, moment: float) -> Stopped:
    """So many seconds after the first batches."""
    person.begin(project)
    person.wait(lambda: _heard(person, BatchesTrained), "the first batches")
    person.rest(moment)
    return _stopped(person)


def _while_resting(person: Person, project: ProjectSpec) -> Stopped:
    person.begin(project)
    person.wait(lambda: _heard(person, BatchesTrained), "the first batches")
    person.window.actions_.pause.trigger()
    person.wait(lambda: _heard(person, RunPaused), "a rest")
    return _stopped(person)


def _soon(person: Person, project: ProjectSpec, moment: float) -> Stopped:
    """So many seconds after the click on Train: nothing has to be compiled, and its weights are not yet trained."""
    person.begin(project)
    person.rest(moment)
    return _stopped(person)


def _while_validating(person: Person, project: ProjectSpec, moment: float) -> Stopped:
    """So many seconds after the last batch of an epoch."""
    person.begin(project)
    person.wait(lambda: _epoch_is_trained(person), "the last batch of an epoch")
    person.rest(moment)
    return _stopped(person)


def _while_testing(person: Person, project: ProjectSpec) -> Stopped:
    """Once the only epoch has ended."""
    person.begin(project)
    person.wait(lambda: _heard(person, EpochEnded), "the end of an epoch")
    return _stopped(person)


def _after_new_rate(person: Person, project: ProjectSpec, moment: float) -> Stopped:
    """So many seconds after the learning rate was changed."""
    person.begin(project)
    person.wait(lambda: _heard(person, BatchesTrained), "the first batches")
    person.window.training.set_learning_rate(0.002)
    person.rest(moment)
    return _stopped(person)


def _while_compiling(person: Person, project: ProjectSpec, moment: float) -> Stopped | None:
    """So many seconds after the model was built; None where it was compiled before the click."""
    person.begin(project)
    person.wait(lambda: _heard(person, RunPrepared), "the model")
    person.rest(moment)
    compiled = _heard(person, BatchesTrained)
    found = _stopped(person, answers=False)
    return None if compiled else found


def _stopped(person: Person, *, answers: bool = True) -> Stopped:
    """Clicks on Stop and waits for what a person waits for."""
    window = person.window
    clicked = time.perf_counter()
    window.actions_.stop.trigger()
    person.wait(lambda: not window.training.running, "the end of a stopped run")
    over = time.perf_counter()
    person.wait(lambda: window.engine.is_ready and window.actions_.train.isEnabled(), "a window that can train")
    if answers:
        _answered(person)
    return Stopped(1000 * (over - clicked), 1000 * (time.perf_counter() - clicked))


def _answered(person: Person) -> None:
    """Asks the network, again and again: an engine that has none yet gives no answer."""
    trying, arrived, example = person.window.trying, list[object](), np.zeros((28, 28), np.uint8)

    def due() -> bool:
        if not arrived:
            trying.ask(example)
        return bool(arrived)

    trying.answered.connect(arrived.append)
    person.wait(due, "an answer")
    trying.answered.disconnect(arrived.append)


def _measuring(project: ProjectSpec) -> ProjectSpec:
    """One epoch of few batches and a long validation."""
    data = replace(project.data, split=replace(project.data.split, validation=VALIDATION))
    return replace(project, data=data, training=replace(project.training, epochs=1))


def _wider(project: ProjectSpec, by: int) -> ProjectSpec:
    """A network that was not compiled yet."""
    flatten, hidden, *others = project.layers
    wider = replace(hidden, layer=replace(hidden.layer, units=129 + by))  # type: ignore[type-var]
    return replace(project, layers=(flatten, wider, *others))


def _heard(person: Person, kind: type) -> bool:
    return any(isinstance(event, kind) for event in person.events)


def _epoch_is_trained(person: Person) -> bool:
    steps = next((event.steps_per_epoch for event in person.events if isinstance(event, RunPrepared)), None)
    return any(
        isinstance(event, BatchesTrained) and event.first_step + len(event.losses) == steps for event in person.events
    )


if __name__ == "__main__":
    alone(measure)
