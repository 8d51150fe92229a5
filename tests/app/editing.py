"""A program that edits a project without ever saving it, until somebody kills it: ``python editing.py FOLDER [SEED]``.

It is a window without widgets, with the recovery of the real one in FOLDER. Each edit sets the epochs to the next whole
number; it prints the number and the time (seconds since 1970) of each. Edits come in bursts and with pauses, as the seed
has it, and now and then a network of a million weights is trained. In the same way it tells when what is kept begins to
be written ("begun") and when it is ("written").
"""

import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.app.document import Document
from netbuilder.app.projects import Projects
from netbuilder.app.recovery import Recovery
from netbuilder.app.recovery_folder import RecoveryFolder
from netbuilder.data.points.moons import Moons
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.project import DataSpec, ProjectSpec, stack

WIDTH = 250_000
PROJECT = ProjectSpec(DataSpec(Moons()), stack(Dense(WIDTH), Dense(1, activation="sigmoid")), title="Edited")


def say(what: object) -> None:
    """Tells it with the time, in one piece: the thread that writes speaks, too."""
    os.write(1, f"{what} {time.time()}\n".encode())


def told_of(write: Callable[..., None]) -> Callable[..., None]:
    """The same, and when it begins and ends."""

    def written(*given: object) -> None:
        say("begun")
        write(*given)
        say("written")

    return written


class Training(QObject):
    trained = Signal()
    stored: dict[str, Any] | None = None
    history: tuple[Any, ...] = ()

    def restore(self, stored: dict[str, Any] | None) -> None:
        self.stored = stored


class Person(QObject):
    def __init__(self, document: Document, training: Training, seed: int) -> None:
        super().__init__()
        self._document, self._training = document, training
        self._chance = random.Random(seed)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.edit)
        self._timer.start(0)

    def edit(self) -> None:
        spec = self._document.spec
        number = spec.training.epochs + 1
        self._document.edit("epochs", replace(spec, training=replace(spec.training, epochs=number)))
        if self._chance.random() < 0.02:
            shapes = ((2, WIDTH), (WIDTH,), (WIDTH, 1), (1,))
            weights = tuple(np.full(shape, number, np.float32) for shape in shapes)
            self._training.stored = {
                "project": spec,
                "scaling": None,
                "weights": weights,
                "examples": np.zeros((1, 2), np.float32),
            }
            self._document.hold_network(self._training.stored)
        say(number)
        self._timer.start(self._chance.choice((0, 5, 50, 50, 200, 1000)))


def main() -> None:
    app = QCoreApplication([])
    for name in ("write", "write_network"):
        setattr(RecoveryFolder, name, told_of(getattr(RecoveryFolder, name)))
    folder = Path(sys.argv[1])
    training, document = Training(), Document(PROJECT)
    files = Projects(training, document, folder / "locks")  # type: ignore[arg-type]
    recovery = Recovery(document, files, folder / "recovery")
    person = Person(document, training, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    app.exec()
    del recovery, person


if __name__ == "__main__":
    main()
