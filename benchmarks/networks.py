"""The networks and data that are measured, each as a netbuilder project and as arrays for everybody else."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import netbuilder.data  # noqa: F401 - declares the sources
from benchmarks.made_up_table import MadeUpTable
from netbuilder.data import mnist_files
from netbuilder.data.examples import Readable
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.pictures.pen_digits import PenDigits
from netbuilder.data.points.spirals import Spirals
from netbuilder.data.split import divide
from netbuilder.files.project_file import Contents, save
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.losses import Loss, SparseCategoricalCrossentropy
from netbuilder.spec.losses.binary import BinaryCrossentropy
from netbuilder.spec.losses.regression import MeanSquaredError
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack

SHARED = Path(os.environ.get("NETBUILDER_SHARED", Path(__file__).resolve().parents[2] / "shared"))
"""Where data lie that are too large for the repository, as the tests have it: MNIST in ``data/mnist``."""

MADE_UP = ", on made-up digits since MNIST is not there"


@dataclass(frozen=True, slots=True)
class Network:
    """Dense layers on some data. ``hidden`` are units, ``output`` the last layer's activation."""

    words: str
    source: Readable
    hidden: tuple[int, ...]
    outputs: int
    output: str
    loss: Loss
    batch_size: int
    epochs: int
    activation: str = "relu"
    metrics: tuple[str, ...] = ("accuracy",)

    def project(self) -> ProjectSpec:
        """As the window has it: Adam with its usual rate, no early stopping."""
        first = (Flatten(),) if self.source.facts(self.source.usual_split()).picture else ()
        return ProjectSpec(
            data=DataSpec(self.source, self.source.usual_split()),
            layers=stack(
                *first,
                *(Dense(units=units, activation=self.activation) for units in self.hidden),
                Dense(units=self.outputs, activation=self.output),
            ),
            training=TrainingSpec(
                loss=self.loss,
                metrics=self.metrics,
                epochs=self.epochs,
                batch_size=self.batch_size,
                early_stopping=EarlyStopping(on=False),
            ),
        )

    def of_epochs(self, epochs: int) -> Network:
        """The same, trained for longer or shorter."""
        return replace(self, epochs=epochs)

    def write_project(self, path: Path) -> Path:
        """Writes the ``.netbuilder`` file and returns its path."""
        save(path, Contents(self.project()))
        return path

    def write_arrays(self, path: Path) -> Path:
        """Writes an ``.npz`` with ``x_`` and ``y_`` of ``train``, ``validation`` and ``test``: the very same parts."""
        examples = self.source.read(lambda *_: None, lambda: False)
        parts = divide(examples, self.source.usual_split())
        arrays: dict[str, NDArray[np.generic]] = {}
        for name, rows in (("train", parts.train), ("validation", parts.validation), ("test", parts.test)):
            arrays |= {f"x_{name}": examples.inputs[rows], f"y_{name}": examples.targets[rows]}
        np.savez(path, **arrays)  # type: ignore[arg-type]  # its stub takes them for allow_pickle, too
        return path


def digits(folder: Path, hidden: tuple[int, ...], batch_size: int, epochs: int = 5) -> Network:
    """MNIST with these hidden layers, 10 softmax; where MNIST is not there, made-up digits, written into ``folder``."""
    found = mnist_folder()
    words = f"MNIST 784–{'–'.join(map(str, hidden))}–10, batch {batch_size}{'' if found else MADE_UP}"
    source = Mnist(path=str(found or _made_up_digits(folder / "digits")))
    return Network(words, source, hidden, 10, "softmax", SparseCategoricalCrossentropy(), batch_size, epochs)


def mnist_folder() -> Path | None:
    """The folder with MNIST's four files, if it is there."""
    folder = SHARED / "data" / "mnist"
    return folder if (folder / "train-images-idx3-ubyte.gz").is_file() else None


def spirals(epochs: int) -> Network:
    """Two spirals of 500 points, 2–8–8–1 tanh, batch 32: an epoch of ten steps."""
    return Network(
        "spirals 2–8–8–1, batch 32", Spirals(), (8, 8), 1, "sigmoid", BinaryCrossentropy(), 32, epochs, "tanh"
    )


def made_up_table(rows: int, epochs: int, batch_size: int = 128, hidden: tuple[int, ...] = (64,)) -> Network:
    """A regression on a table of made-up numbers, 20 columns wide; relu, mean squared error."""
    words = f"regression table {rows:,} × 20, {'–'.join(map(str, hidden))}–1, batch {batch_size}"
    table = MadeUpTable(count=rows)
    return Network(words, table, hidden, 1, "linear", MeanSquaredError(), batch_size, epochs, metrics=())


def _made_up_digits(folder: Path) -> Path:
    """Four files as MNIST's, of the program's own pen digits, moved about by up to two pixels to be as many."""
    folder.mkdir(parents=True, exist_ok=True)
    pens = PenDigits().read(lambda *_: None, lambda: False)
    random = np.random.default_rng(1)
    rows = random.integers(0, len(pens), mnist_files.COUNT)
    moves = random.integers(-2, 3, (mnist_files.COUNT, 2))
    pictures, labels = pens.inputs[rows], pens.targets[rows].astype(np.uint8)
    for move in np.unique(moves, axis=0):
        moved = (moves == move).all(axis=1)
        pictures[moved] = np.roll(pictures[moved], move, (1, 2))
    cut = mnist_files.TRAIN
    parts = (pictures[:cut], labels[:cut], pictures[cut:], labels[cut:])
    for name, values in zip(mnist_files.NAMES, parts, strict=True):
        axes = b"".join(length.to_bytes(4, "big") for length in values.shape)
        (folder / name).write_bytes(bytes([0, 0, 8, values.ndim]) + axes + values.tobytes())
    return folder
