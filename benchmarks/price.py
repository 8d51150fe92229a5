"""What the window says a run will take, before Train is pressed, against what it then takes."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure, figure
from benchmarks.lives import alone
from benchmarks.networks import Network, digits, spirals
from benchmarks.real_window import Person, opened
from netbuilder.events import RunEnded
from netbuilder.files.templates import template_named
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.project import EarlyStopping, ProjectSpec, stack
from netbuilder.worker.messages import Price

LIVES = 7
BAR = 25.0
"""Percent by which a price may be wrong."""


def measure() -> list[Figure]:
    """The price of each run, and the seconds that it then says it took; medians over some lives of the window."""
    wrong: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for _life in range(LIVES):  # a new engine each: what it has trained before, it knows the price of
            with opened() as person:
                for words, project in _runs(Path(name)):
                    wrong.setdefault(words, []).append(_off(person, project))
    return [
        figure(f"{words}: price off the time it took", median(percents), "%", BAR) for words, percents in wrong.items()
    ]


def _runs(folder: Path) -> list[tuple[str, ProjectSpec]]:
    """Small and large ones, by XLA and, for their Dropout, without, of pictures, points and a table; each to its end."""
    network = digits(folder, (128,), 32)
    networks = (network, digits(folder, (64, 32), 128), spirals(1000))
    return [
        ("digits template, every epoch", _to_the_end(template_named("digits").project())),
        *((f"{one.words}, {one.epochs} epochs", one.project()) for one in networks),
        (f"{network.words}, with Dropout and a validation part of a third", _with_dropout(network.of_epochs(3))),
        ("diabetes template (a table), watched for an early stop", _watched(template_named("diabetes").project())),
        ("diabetes template with Dropout, every epoch", _dropping(_to_the_end(template_named("diabetes").project()))),
    ]


def _to_the_end(project: ProjectSpec) -> ProjectSpec:
    return replace(project, training=replace(project.training, early_stopping=EarlyStopping(on=False)))


def _watched(project: ProjectSpec) -> ProjectSpec:
    """With early stopping, which looks at every epoch and keeps the best weights, but never ends this run."""
    stopping = EarlyStopping(patience=project.training.epochs)
    return replace(project, training=replace(project.training, early_stopping=stopping))


def _with_dropout(network: Network) -> ProjectSpec:
    project = _dropping(network.project())
    return replace(project, data=replace(project.data, split=replace(project.data.split, validation=1 / 3)))


def _dropping(project: ProjectSpec) -> ProjectSpec:
    """A third of the inputs of its last layer is silenced."""
    *others, last = project.layers
    return replace(project, layers=stack(*(placed.layer for placed in others), Dropout(rate=0.33), last.layer))


def _off(person: Person, project: ProjectSpec) -> float:
    """By how many percent the price was wrong."""
    price = _price(person, project)
    person.press_train()
    person.wait(lambda: not person.window.training.running, "the end of a run")
    seconds = next(event.seconds for event in person.events if isinstance(event, RunEnded))
    return 100 * abs(price.seconds - seconds) / seconds


def _price(person: Person, project: ProjectSpec) -> Price:
    """Opens the project and waits for what the window says of it."""
    told: list[tuple[Price, ...]] = []

    def hear(asked: ProjectSpec, prices: tuple[Price, ...]) -> None:
        if asked == person.window.document.spec:
            told.append(prices)

    pricing = person.window.runs.pricing
    pricing.told.connect(hear)
    person.window.document.replace(project, None)
    person.wait(lambda: told and told[-1], "a price")
    pricing.told.disconnect(hear)
    return told[-1][0]


if __name__ == "__main__":
    alone(measure)
