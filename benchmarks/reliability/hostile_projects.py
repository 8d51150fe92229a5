"""Hostile projects of which each part is as it may be: too much of all together, and numbers beyond all bounds."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, of_bytes
from benchmarks.reliability.hostile_npy import npy
from benchmarks.reliability.hostile_zip import Member, deflated, made, plain

_PROJECT, _TRAINED, _EPOCHS = "project.json", "trained/trained.json", "trained/history/epochs.npy"
_BATCHES, _LOSSES = "trained/history/batches.npy", "trained/history/losses.npy"
_DRAWINGS, _SIDE = 1000, 1024
_LARGEST = 1.7e308

Change = Callable[[Any], object]


def hostile() -> Iterator[Hostile]:
    """All of them."""
    yield of_bytes("zip: 1,000 drawings that unpack to 1 GB", ".netbuilder", _drawings)
    yield of_bytes("zip: curves that unpack to 17 MB", ".netbuilder", _curves)
    for what, scale in {
        "three columns": [1.0] * 3,
        "no column": [],
        "10³⁹": 1e39,
        "a column of 10³⁹": [1.0, 1e39],
    }.items():
        yield of_bytes(f"json: a scaling of {what}", ".netbuilder", partial(_told, partial(_scaled, scale)))
    for what, values in {"the largest": [_LARGEST, -_LARGEST], "the smallest": [5e-324, -5e-324]}.items():
        yield of_bytes(f"npy: {what} numbers as curves", ".netbuilder", partial(_of_metrics, values), "project")
    for what, steps in {"a few": 1 << 20, "endless": 1 << 30}.items():
        yield of_bytes(f"npy: rows of batches turned round, {what} apart", ".netbuilder", partial(_turned, steps))
    for number in (1 << 30, (1 << 53) - 1):
        yield of_bytes(
            f"json: a training that has come to epoch {number:,}",
            ".netbuilder",
            partial(_told, partial(_come_to, number)),
        )
    yield of_bytes("json: half a character as the name of a metric", ".netbuilder", partial(_told, _half_named))


def _zeros(kind: str, shape: tuple[int, ...]) -> bytes:
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    return npy(header, bytes(math.prod(shape) * np.dtype(kind).itemsize))


def _members(instead: Mapping[str, bytes], without: str = "") -> list[Member]:
    found = {**genuine.members_of(genuine.project()), **instead}
    return [plain(name, content) for name, content in found.items() if not without or not name.startswith(without)]


def _changed(member: str, change: Change) -> dict[str, bytes]:
    document = json.loads(genuine.members_of(genuine.project())[member])
    change(document)
    return {member: json.dumps(document).encode()}


def _drawings(_chance: random.Random) -> bytes:
    one = deflated("", _zeros("|u1", (_SIDE, _SIDE)))
    labels = _changed(_PROJECT, lambda plain: plain.update(drawings=[{"label": None}] * _DRAWINGS))
    drawings = (replace(one, name=f"drawings/{number:03}.npy".encode()) for number in range(_DRAWINGS))
    return made([*_members(labels, without="drawings/"), *drawings])


def _curves(_chance: random.Random) -> bytes:
    return made([*_members({}, without=_EPOCHS), deflated(_EPOCHS, _zeros("<f8", (300_000, 7)))])


def _scaled(scale: Any, plain: Any) -> None:
    plain["scaling"] = {"scale": scale, "offset": 0.0}


def _come_to(epoch: int, plain: Any) -> None:
    plain["checkpoint"].update(epoch=epoch, last=epoch)


def _half_named(plain: Any) -> None:
    plain["checkpoint"].update(metrics={"\ud800": 1.0})


def _turned(steps: int, _chance: random.Random) -> bytes:
    of_few = _changed(_TRAINED, lambda plain: plain["history"]["prepared"].update(steps_per_epoch=steps))
    rows = np.array([[4.0, 0, 1, 1, 1, 1, 1], [1.0, 0, 1, 1, 1, 1, 1]])
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 7), }"
    losses = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", np.ones(2, "<f4").tobytes())
    columns = {_BATCHES: npy(header, rows.tobytes()), _LOSSES: losses}
    return made(_members(of_few | columns))


def _told(change: Change, _chance: random.Random) -> bytes:
    return made(_members(_changed(_TRAINED, change)))


def _of_metrics(values: list[float], _chance: random.Random) -> bytes:
    rows = [[1.0, 0.5, 0.001, 1.0, 0.0, *values]]
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 7), }"
    return made(_members({_EPOCHS: npy(header, np.array(rows, "<f8").tobytes())}))
