"""A program that saves a project over and over, until somebody kills it: ``python saving.py FILE [NUMBERS]``.

Each save has one epoch more than the one before, and weights that all are that number. It prints the number once the
save has returned. ``NUMBERS`` is how many weights there are, a million if unsaid.
"""

import sys
from itertools import count
from pathlib import Path

import numpy as np

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.points.moons import Moons
from netbuilder.files.contents import Contents, Stored
from netbuilder.files.project_file import open_project, save
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.project import DataSpec, ProjectSpec, TrainingSpec, stack


def contents(number: int, numbers: int) -> Contents:
    """What is saved at that turn, counted from 1."""
    width = max(1, numbers // 4)
    project = ProjectSpec(
        DataSpec(Moons()), stack(Dense(width), Dense(1, activation="sigmoid")), training=TrainingSpec(epochs=number)
    )
    shapes = ((2, width), (width,), (width, 1), (1,))
    weights = tuple(np.full(shape, number, np.float32) for shape in shapes)
    return Contents(project, Stored(project, None, weights, np.zeros((1, 2), np.float32)))


def number_in(path: Path) -> int:
    """Which save the file holds, all of whose parts must be of the same one. Raises ``CannotOpen``."""
    found = open_project(path)
    assert found.trained is not None
    numbers = {float(one) for values in found.trained.weights for one in (values.min(), values.max())}
    numbers |= {float(found.project.training.epochs), float(found.trained.project.training.epochs)}
    (number,) = numbers
    return int(number)


def main() -> None:
    path, numbers = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    first = number_in(path) + 1 if path.exists() else 1
    for number in count(first):
        save(path, contents(number, numbers), keep_previous=True)
        print(number, flush=True)


if __name__ == "__main__":
    main()
