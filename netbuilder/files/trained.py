"""The trained network within a project file: its description as JSON, its arrays beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from netbuilder.files.arrays import read_array
from netbuilder.files.container import Container, Refused
from netbuilder.files.contents import Stored
from netbuilder.files.migrations import Document
from netbuilder.spec.outline import flow, input_shape
from netbuilder.spec.plain import project_from, to_plain
from netbuilder.spec.recipe import Scaling
from netbuilder.words import _

FOLDER = "trained/"
TRAINED = "trained/trained.json"
WEIGHTS = "trained/weights/{:03}.npy"
EXAMPLES = "trained/examples.npy"

_MOST = 100_000  # classes, features, axes, columns


def trained_document(stored: Stored) -> Document:
    """What stands beside the arrays."""
    scaling = stored.scaling
    return {
        "project": to_plain(stored.project),
        "scaling": None if scaling is None else {"scale": _plain(scaling.scale), "offset": _plain(scaling.offset)},
        "weights": len(stored.weights),
        # JSON has no NaN and no infinity; a loss that is neither was not reached.
        "reached": {name: value for name, value in stored.reached.items() if math.isfinite(value)},
        "versions": dict(stored.versions),
    }


def read_trained(opened: Container, document: Document) -> Stored:
    """The stored network. Raises ``Refused`` and ``NotAProject``.

    Weights and network are compared by arithmetic, so that no network is ever made that takes more memory than the
    weights that came with it.
    """
    count = _get(document, "weights", _whole)
    names = [WEIGHTS.format(number) for number in range(count)] if count <= len(opened.names(FOLDER)) else []
    if sorted(names) != opened.names(WEIGHTS.partition("{")[0]):
        raise Refused(_("its weights are not complete"))
    project = project_from(document.get("project"))
    facts = project.data.source.facts(project.data.split)
    weights = tuple(read_array(opened, name, ("float32",)) for name in names)
    examples = read_array(opened, EXAMPLES, ("uint8", "float32"))
    rows = flow(project, facts)
    if any(row.parameters is None for row in rows) or sum(one.size for one in weights) != sum(
        row.parameters or 0 for row in rows
    ):
        raise Refused(_("its weights are not those of its network"))
    if examples.shape[1:] != input_shape(project, facts):
        raise Refused(_("its examples are not those of its network"))
    return Stored(
        project=project,
        scaling=_scaling(document.get("scaling")),
        weights=weights,
        examples=examples,
        reached=_get(document, "reached", _named(_number)),
        versions=_get(document, "versions", _named(_text)),
    )


def _scaling(plain: Any) -> Scaling | None:
    if plain is None:
        return None
    if not isinstance(plain, dict):
        raise Refused(_("“scaling” is not what it should be"))
    return Scaling(_get(plain, "scale", _numbers), _get(plain, "offset", _numbers))


def _plain(value: float | tuple[float, ...]) -> float | list[float]:
    return list(value) if isinstance(value, tuple) else value


class _Wrong(Exception):
    """A value is not of the expected kind."""


def _get(plain: Mapping[str, Any], name: str, read: Callable[[Any], Any]) -> Any:
    try:
        return read(plain.get(name))
    except _Wrong:
        raise Refused(_("“{name}” is not what it should be").format(name=name)) from None


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 40:
        raise _Wrong
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _Wrong
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise _Wrong
    return value


def _tuple(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def all_of(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > _MOST:
            raise _Wrong
        return tuple(read(item) for item in value)

    return all_of


def _numbers(value: Any) -> float | tuple[float, ...]:
    return _tuple(_number)(value) if isinstance(value, list) else _number(value)


def _named(read: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    def all_of(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or len(value) > _MOST:
            raise _Wrong
        return {_text(name): read(item) for name, item in value.items()}

    return all_of
