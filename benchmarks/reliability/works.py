"""What is edited, trained and saved here, and by what it is known again afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.checkpoint import Checkpoint, taken_apart
from netbuilder.data.points.moons import Moons
from netbuilder.files.contents import Contents, Stored
from netbuilder.spec.layers.batch_normalization import BatchNormalization
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.losses.binary import BinaryCrossentropy
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack

WIDTH = 250_000
"""Units of the network that is saved: a million weights, so that a save takes long enough to be hit."""

_PATIENCE = 10_000  # epochs


def learner(epochs: int) -> ProjectSpec:
    """A network that leaves no bit to luck: random numbers, moving means, and an early stopping that only counts."""
    hidden = (Dense(units=16, activation="relu"), Dropout(rate=0.3), BatchNormalization())
    return ProjectSpec(
        data=DataSpec(Moons(), Moons().usual_split()),
        layers=stack(*hidden, Dense(units=1, activation="sigmoid")),
        training=TrainingSpec(
            loss=BinaryCrossentropy(),
            metrics=("accuracy",),
            epochs=epochs,
            early_stopping=EarlyStopping(on=True, patience=_PATIENCE),
        ),
        title="Learner",
    )


def hungry() -> ProjectSpec:
    """A network that takes more memory than what it is given here."""
    one = learner(1)
    layers = stack(Dense(units=6_000), Dense(units=6_000), Dense(units=1, activation="sigmoid"))
    return replace(one, layers=layers, title="Hungry")


def with_epochs(project: ProjectSpec, epochs: int) -> ProjectSpec:
    """The same with another number of epochs, by which an edit is known again."""
    return replace(project, training=replace(project.training, epochs=epochs))


def numbered(number: int, width: int = WIDTH) -> Contents:
    """A project whose epochs and weights all are that number, so that a mixture of two would be seen."""
    layers = stack(Dense(units=width), Dense(units=1, activation="sigmoid"))
    project = ProjectSpec(DataSpec(Moons()), layers, training=TrainingSpec(epochs=number))
    shapes = ((2, width), (width,), (width, 1), (1,))
    weights = tuple(np.full(shape, number, np.float32) for shape in shapes)
    return Contents(project, Stored(project, None, weights, np.zeros((1, 2), np.float32)))


def number_in(contents: Contents) -> int | None:
    """The number of what ``numbered`` made; None where its parts are not all of the same one."""
    if contents.trained is None:
        return None
    numbers = {float(one) for values in contents.trained.weights for one in (values.min(), values.max())}
    numbers |= {float(contents.project.training.epochs), float(contents.trained.project.training.epochs)}
    return int(numbers.pop()) if len(numbers) == 1 else None


def digest(checkpoint: Checkpoint) -> str:
    """SHA-256 of all that a run came to: weights, optimizer, random numbers, counters; without its wall time."""
    plain, arrays = taken_apart(checkpoint)
    found = hashlib.sha256(json.dumps({**plain, "seconds": 0.0, "active": 0.0}, sort_keys=True).encode())
    for one in arrays:
        found.update(f"{one.dtype}{one.shape}".encode())
        found.update(one.tobytes())
    return found.hexdigest()


def curve(values: Mapping[int, Any]) -> str:
    """SHA-256 of metrics by epoch."""
    return hashlib.sha256(json.dumps(sorted(values.items()), sort_keys=True).encode()).hexdigest()
