"""The state of a training within a project file: what is needed to train further as if it had never been saved."""

from __future__ import annotations

import zipfile
from collections import Counter
from typing import Any

from numpy.typing import NDArray

from netbuilder.checkpoint import Checkpoint, NotACheckpoint, put_together, taken_apart
from netbuilder.files.arrays import read_array, write_array
from netbuilder.files.container import Container, Refused
from netbuilder.files.migrations import Document
from netbuilder.files.values import anything, get, listed, maybe, whole
from netbuilder.words import _

_FOLDER = "trained/state/"
_STATE = "trained/state/{:03}.npy"
# Weights are float32, what optimizers and random numbers count is whole. None of them runs anything.
_KINDS = ("float32", "int32", "int64", "uint32", "uint64", "bool")
_MOST_TIMES = (
    16  # as much as the weights: optimizers hold up to four of each, two callbacks and the best epoch one more
)
_MOST_BESIDE = 1 << 16  # numbers beside those that are as many as the weights: counters, random numbers, learning rates


def write_state(archive: zipfile.ZipFile, checkpoint: Checkpoint) -> Document:
    """Adds the arrays as members; returns what stands in ``trained.json``."""
    plain, arrays = taken_apart(checkpoint)
    for number, values in enumerate(arrays):
        write_array(archive, _STATE.format(number), values)
    return plain


def read_state(opened: Container, document: Document, weights: tuple[NDArray[Any], ...]) -> Checkpoint | None:
    """The state beside those weights, if there is one. Raises ``Refused``."""
    plain = get(document, "checkpoint", maybe(anything))
    count = 0 if plain is None else sum(get(plain, "arrays", listed(whole)))
    names = [_STATE.format(number) for number in range(count)] if count <= len(opened.names(_FOLDER)) else []
    if sorted(names) != opened.names(_FOLDER):
        raise Refused(_("the state of its training is not complete"))
    if plain is None:
        return None
    numbers = sum(one.size for one in weights)
    left = 8 * (_MOST_TIMES * numbers + _MOST_BESIDE)  # bytes
    arrays: list[NDArray[Any]] = []
    for name in names:
        arrays.append(read_array(opened, name, _KINDS, largest=left))
        left -= arrays[-1].nbytes
    try:
        checkpoint = put_together(plain, arrays)
    except NotACheckpoint:
        raise Refused(_("the state of its training is not what it should be")) from None
    if not _fits(checkpoint, weights):
        raise Refused(_("the state of its training is not that of its network"))
    return checkpoint


def _fits(checkpoint: Checkpoint, weights: tuple[NDArray[Any], ...]) -> bool:
    """Whether every weight has its variable, and what else there is, is small."""
    ours = Counter((one.shape, one.dtype) for one in weights)
    theirs = Counter((one.shape, one.dtype) for one in checkpoint.variables)
    beside = sum(one.size for one in checkpoint.variables) - sum(one.size for one in weights)
    return ours <= theirs and beside <= _MOST_BESIDE
