"""Finds and reads data sets laid out as MNIST is: 60,000 pictures to train with and 10,000 to test, 28 × 28, 10 classes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.archives import Wanted, read_arrays
from netbuilder.data.examples import Cancelled, CannotRead, Examples, Stopped, Tell
from netbuilder.data.idx import read_idx
from netbuilder.disk import at_home, is_file, is_folder, is_there
from netbuilder.words import _

TRAIN, TEST, SIDE = 60_000, 10_000, 28
COUNT = TRAIN + TEST

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
"""The four files as they are published, without ".gz": pictures and labels to train with, then those to test with."""


@dataclass(frozen=True, slots=True)
class Four:
    """The four files of a folder, in the order of ``NAMES``."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """One ``.npz`` file with ``x_train``, ``y_train``, ``x_test`` and ``y_test``."""

    path: Path

    @property
    def paths(self) -> tuple[Path, ...]:
        return (self.path,)


Found = Four | Archive


def chosen(path: Path) -> Found:
    """What the user's file or folder holds. Raises ``CannotRead`` if that is no data set of this layout."""
    if is_folder(path):
        return _in_folder(path)
    if path.suffix.lower() == ".npz":
        return Archive(path)
    if any(path.name in _spellings(name) for name in NAMES):
        return _in_folder(path.parent)
    if not is_there(path):
        raise CannotRead(_("“{path}” is not there: choose another file or folder.").format(path=path))
    message = _(
        "“{path}” is neither a folder with the four IDX files, nor one of them, nor an .npz file: choose one of these."
    )
    raise CannotRead(message.format(path=path))


def kept(folders: Iterable[Path]) -> Found | None:
    """The first of the files or folders that holds the whole data set."""
    for place in folders:
        if place.suffix == ".npz" and is_file(place):
            return Archive(place)
        paths = _four(place)
        if all(paths):
            return Four(tuple(path for path in paths if path))
    return None


def keras_folder() -> Path:
    """Where Keras keeps the data sets that it has downloaded."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else at_home("~/.keras")) / "datasets"


def read(found: Found, classes: tuple[str, ...], tell: Tell, cancelled: Cancelled) -> Examples:
    """The examples, the data's own test part last. Raises ``CannotRead`` or ``Stopped``."""
    if isinstance(found, Archive):
        place, (pictures, labels) = found.path, _from_archive(found.path)
    else:
        place, (pictures, labels) = found.paths[0].parent, _from_four(found.paths, tell, cancelled)
    if cancelled():
        raise Stopped
    if labels.min() < 0 or labels.max() >= len(classes):
        message = _("The labels in “{path}” must lie from 0 to {most}: get the files anew, or choose others.")
        raise CannotRead(message.format(path=place, most=len(classes) - 1))
    return Examples(pictures, labels.astype(np.int32), classes, own_test=TEST)


def test_labels(labels: NDArray[Any]) -> bytes:
    """The last of the four files, as it is published, for the labels (70,000,) of a whole data set."""
    own = labels[TRAIN:].astype(np.uint8)
    return bytes([0, 0, 8, 1]) + len(own).to_bytes(4, "big") + own.tobytes()


def _spellings(name: str) -> tuple[str, ...]:
    dotted = name.replace("-idx", ".idx")  # as some archives spell it
    return (name, dotted, f"{name}.gz", f"{dotted}.gz")


def _four(folder: Path) -> list[Path | None]:
    return [
        next((folder / spelling for spelling in _spellings(name) if is_file(folder / spelling)), None) for name in NAMES
    ]


def _in_folder(folder: Path) -> Found:
    paths = _four(folder)
    missing = [name for name, path in zip(NAMES, paths, strict=True) if path is None]
    if missing:
        message = _("In “{folder}” these files are missing, plain or as .gz: {names}. Put all four into one folder.")
        raise CannotRead(message.format(folder=folder, names=", ".join(missing)))
    return Four(tuple(path for path in paths if path))


def _from_four(
    paths: tuple[Path, ...], tell: Tell, cancelled: Cancelled
) -> tuple[NDArray[np.uint8], NDArray[np.integer[Any]]]:
    """All pictures in one array, filled as the files are unpacked: no second copy of 55 MB."""
    pictures, labels = np.empty((COUNT, SIDE, SIDE), np.uint8), np.empty(COUNT, np.uint8)
    rooms = (pictures[:TRAIN], labels[:TRAIN], pictures[TRAIN:], labels[TRAIN:])
    total, before = sum(room.size for room in rooms), 0
    for path, room in zip(paths, rooms, strict=True):
        start = before

        def told(done: int, _of: int, start: int = start) -> None:
            tell(start + done, total)

        read_idx(path, room, told, cancelled)
        before += room.size
    return pictures, labels


def _from_archive(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.integer[Any]]]:
    arrays = read_arrays(
        path,
        {
            "x_train": Wanted((TRAIN, SIDE, SIDE)),
            "y_train": Wanted((TRAIN,), kinds="ui", widest=8),
            "x_test": Wanted((TEST, SIDE, SIDE)),
            "y_test": Wanted((TEST,), kinds="ui", widest=8),
        },
    )
    pictures = np.concatenate([arrays.pop("x_train"), arrays.pop("x_test")])
    return pictures, np.concatenate([arrays["y_train"], arrays["y_test"]])
