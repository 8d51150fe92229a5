"""The trained network within a project file: its description as JSON, its arrays beside it."""

from __future__ import annotations

import math
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.files.arrays import read_array, write_array
from netbuilder.files.container import Container, Refused
from netbuilder.files.contents import Stored
from netbuilder.files.history import read_history, write_history
from netbuilder.files.migrations import Document
from netbuilder.files.training_state import read_state, write_state
from netbuilder.files.values import Wrong, get, listed, maybe, name, named, number, whole
from netbuilder.spec.outline import flow, input_shape
from netbuilder.spec.plain import project_from, to_plain
from netbuilder.spec.scaling import Scaling
from netbuilder.words import _

FOLDER = "trained/"
TRAINED = "trained/trained.json"
_WEIGHTS = "trained/weights/{:03}.npy"
_EXAMPLES = "trained/examples.npy"
LARGEST_EXAMPLES = 64 << 20
"""Bytes; a few are kept."""


def write_trained(archive: zipfile.ZipFile, stored: Stored) -> Document:
    """Adds the arrays as members; returns what stands beside them."""
    for place, values in enumerate(stored.weights):
        write_array(archive, _WEIGHTS.format(place), values)
    write_array(archive, _EXAMPLES, stored.examples)
    scaling = stored.scaling
    return {
        "project": to_plain(stored.project),
        "scaling": None if scaling is None else {"scale": _plain(scaling.scale), "offset": _plain(scaling.offset)},
        "weights": len(stored.weights),
        # JSON has no NaN and no infinity; a loss that is neither was not reached.
        "reached": {key: value for key, value in stored.reached.items() if math.isfinite(value)},
        "versions": dict(stored.versions),
        "checkpoint": None if stored.checkpoint is None else write_state(archive, stored.checkpoint),
        "history": write_history(archive, stored.history),
    }


def read_trained(opened: Container, document: Document) -> Stored:
    """The stored network. Raises ``Refused`` and ``NotAProject``.

    Weights and network are compared by arithmetic, so that no network is ever made that takes more memory than the
    weights that came with it.
    """
    project = project_from(document.get("project"))
    facts = project.data.source.facts(project.data.split)
    sizes = [row.parameters for row in flow(project, facts)]
    weights = _read_weights(opened, get(document, "weights", whole), sum(size or 0 for size in sizes))
    if None in sizes or sum(one.size for one in weights) != sum(size or 0 for size in sizes):
        raise Refused(_("its weights are not those of its network"))
    examples = read_array(opened, _EXAMPLES, ("uint8", "float32"), largest=LARGEST_EXAMPLES)
    shape = input_shape(project, facts)
    if examples.shape[1:] != shape:
        raise Refused(_("its examples are not those of its network"))
    scaling = get(document, "scaling", maybe(_scaling))
    if scaling is not None and not scaling.fits(shape):
        raise Refused(_("its scaling is not that of its network"))
    return Stored(
        project=project,
        scaling=scaling,
        weights=weights,
        examples=examples,
        reached=get(document, "reached", named(number)),
        versions=get(document, "versions", named(name)),
        checkpoint=read_state(opened, document, weights),
        history=read_history(opened, document),
    )


def _read_weights(opened: Container, count: int, numbers: int) -> tuple[NDArray[np.float32], ...]:
    names = [_WEIGHTS.format(place) for place in range(count)] if count <= len(opened.names(FOLDER)) else []
    if sorted(names) != opened.names(_WEIGHTS.partition("{")[0]):
        raise Refused(_("its weights are not complete"))
    left = 4 * numbers  # bytes
    weights: list[NDArray[np.float32]] = []
    for one in names:
        weights.append(read_array(opened, one, ("float32",), largest=left))
        left -= weights[-1].nbytes
    return tuple(weights)


def _scaling(plain: Any) -> Scaling:
    if not isinstance(plain, dict):
        raise Wrong
    return Scaling(get(plain, "scale", _numbers), get(plain, "offset", _numbers))


def _plain(value: float | tuple[float, ...]) -> float | list[float]:
    return list(value) if isinstance(value, tuple) else value


def _numbers(value: Any) -> float | tuple[float, ...]:
    return listed(number)(value) if isinstance(value, list) else number(value)
