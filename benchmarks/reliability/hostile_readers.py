"""To whom a person can give any file, and what a refusal must be: one clear sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.reliability import hostile_genuine as genuine
from netbuilder import disk
from netbuilder.data.archives import Wanted, read_arrays
from netbuilder.data.examples import CannotRead
from netbuilder.data.idx import read_idx
from netbuilder.data.origins import data_files
from netbuilder.data.picture_files import NotAPicture, read_picture
from netbuilder.files.keras_model import NotAModel, read_keras_model
from netbuilder.files.project_file import CannotOpen, open_project

LONGEST = 300
"""Characters of a sentence, beside the file's path."""

_NO_WORDS = re.compile(
    r"\w(Error|Exception|Warning)\b|Traceback|\b0x[0-9a-f]{4,}|<class |object at |\b(netbuilder|numpy|h5py|zipfile|PIL)\."
)


@dataclass(frozen=True, slots=True)
class Reader:
    """What opens a file; ``refusals`` are the exceptions that are a sentence. ``genuine`` is what it must open."""

    read: Callable[[Path], object]
    refusals: tuple[type[Exception], ...]
    genuine: Callable[[], bytes]


def _project(path: Path) -> object:
    """As the window does it: what it has opened, it looks for the files of its data."""
    contents = open_project(path)
    data_files(contents.project.data.source)
    return contents


def _archive(path: Path) -> object:
    return read_arrays(path, {name: Wanted(shape) for name, shape in genuine.ARRAYS.items()})


def _idx(path: Path) -> object:
    room = np.empty(genuine.IDX_SHAPE, np.uint8)
    read_idx(path, room, lambda _done, _total: None, lambda: False)
    return room


READERS: Mapping[str, Reader] = {
    "project": Reader(_project, (CannotOpen,), genuine.project),
    "model": Reader(read_keras_model, (NotAModel, disk.CannotOpen), genuine.model),
    "picture": Reader(lambda path: read_picture(path, 784), (NotAPicture,), lambda: genuine.picture("PNG")),
    "archive": Reader(_archive, (CannotRead,), genuine.archive),
    "idx": Reader(_idx, (CannotRead,), genuine.idx),
}


def fault_of(sentence: str, path: Path) -> str | None:
    """Why that is no clear sentence about the file; None where it is one."""
    plain = sentence.replace(str(path), "NAME").replace(path.name, "NAME")
    if "NAME" not in plain:
        return f"it does not name the file: {sentence}"
    if not re.match("[A-Z“]", plain) or not plain.endswith(".") or "\n" in plain:
        return f"it is no sentence: {sentence!r}"
    if len(plain) > LONGEST:
        return f"it has {len(plain):,} characters: {sentence[:400]}"
    found = _NO_WORDS.search(plain)
    return None if found is None else f"it says “{found.group()}”: {sentence}"
