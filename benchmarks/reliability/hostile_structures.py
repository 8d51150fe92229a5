"""Hostile HDF5 whose own structures lie: counts that contradict each other, rings, claims beyond the end, types in types.

Given to the HDF5 library (1.14.6), some of these make it overwrite its own memory, take all there is, or never end.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from functools import partial

import h5py

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, of_bytes
from benchmarks.reliability.hostile_hdf5 import KERNEL
from benchmarks.reliability.jenkins import lookup3

Spoil = Callable[[bytearray], None]

_MANY = 0xFFFF
_COUNTS = struct.Struct("<Q")  # of all records, 26 bytes behind the start of the head of a B-tree 2
_COUNTS_AT, _CHECKED = 26, 34


def _places(content: bytearray, mark: bytes) -> list[int]:
    found, at = [], -1
    while (at := content.find(mark, at + 1)) >= 0:
        found.append(at)
    return found


def _dense(members: int, counted: int) -> bytes:
    """Links in a heap and a tree, as newer programs write them, that are told to be ``counted``."""

    def fill(file: h5py.File) -> None:
        genuine.fill_weights(file)
        group = file.create_group("layers/more", track_order=True)
        for number in range(members):
            group.create_group(f"group {number}")

    content = bytearray(genuine.hdf5(fill))
    for at in _places(content, b"BTHD"):
        _COUNTS.pack_into(content, at + _COUNTS_AT, counted)
        struct.pack_into("<I", content, at + _CHECKED, lookup3(bytes(content[at : at + _CHECKED])))
    return bytes(content)


def _free_ring(content: bytearray) -> None:
    for at in _places(content, b"HEAP"):
        size, free, names = struct.unpack_from("<QQQ", content, at + 8)
        if free < size:
            struct.pack_into("<QQ", content, names + free, free, 16)


def _huge_heap(content: bytearray) -> None:
    for at in _places(content, b"HEAP"):
        struct.pack_into("<Q", content, at + 8, 1 << 40)


def _sibling_ring(content: bytearray) -> None:
    for at in _places(content, b"TREE"):
        struct.pack_into("<QQ", content, at + 8, at, at)


def _own_child(content: bytearray) -> None:
    for at in _places(content, b"TREE"):
        struct.pack_into("<B", content, at + 5, 1)
        struct.pack_into("<Q", content, at + 32, at)


def _many_children(content: bytearray) -> None:
    for at in _places(content, b"TREE"):
        struct.pack_into("<H", content, at + 6, _MANY)


def _many_members(content: bytearray) -> None:
    for at in _places(content, b"SNOD"):
        struct.pack_into("<H", content, at + 6, _MANY)


def _going_on(*, where: int, length: int) -> Spoil:
    """The first message of each group says that its header goes on ``where``, counted from itself."""

    def spoil(content: bytearray) -> None:
        for tree in _places(content, b"TREE"):
            at = content.find(struct.pack("<HHB3xQ", 17, 16, 0, tree))
            if at >= 0:
                struct.pack_into("<HHB3xQQ", content, at, 16, 16, 0, at + where, length)

    return spoil


def _end_beyond(content: bytearray) -> None:
    struct.pack_into("<Q", content, 40, 1 << 60)


def _wide_nodes(content: bytearray) -> None:
    struct.pack_into("<HH", content, 16, _MANY, _MANY)


_SPOILT: dict[str, tuple[Spoil, bool]] = {
    "the free places of its names in a ring": (_free_ring, True),
    "names of 1 TB": (_huge_heap, False),
    "nodes that are their own siblings": (_sibling_ring, True),
    "nodes that are their own children": (_own_child, False),
    "nodes of 65,535 children": (_many_children, False),
    "65,535 members": (_many_members, False),
    "a header that goes on within itself": (_going_on(where=0, length=24), False),
    "a header that goes on in the next message": (_going_on(where=24, length=8), False),
    "a header that goes on to the end of the world": (_going_on(where=-8, length=1 << 62), False),
    "an end beyond the file": (_end_beyond, False),
    "nodes that may be wider than the file": (_wide_nodes, True),
}
"""What is changed in genuine weights, and whether the reader may take them: some of it nobody needs to look at."""


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for what, (spoil, harmless) in _SPOILT.items():
        yield of_bytes(f"hdf5: {what}", ".keras", partial(_spoilt, spoil), *(("model",) if harmless else ()))
    for members, counted in ((20, 1), (60, 1), (60, 1 << 29), (60, 1 << 40), (900, 1)):
        what = f"hdf5: {members} dense links that are told to be {counted}"
        yield of_bytes(what, ".keras", partial(_with_dense, members, counted))
    for kind in ("array", "vlen"):
        for levels in (60, 3_000):
            yield of_bytes(f"hdf5: {levels} types {kind} within types", ".keras", partial(_nested, kind, levels))


def _spoilt(spoil: Spoil, _chance: random.Random) -> bytes:
    content = bytearray(genuine.weights())
    spoil(content)
    return genuine.model(weights=bytes(content))


def _with_dense(members: int, counted: int, _chance: random.Random) -> bytes:
    return genuine.model(weights=_dense(members, counted))


def _nested(kind: str, levels: int, _chance: random.Random) -> bytes:
    sort = h5py.h5t.IEEE_F32LE.copy()
    for _ in range(levels):
        sort = h5py.h5t.vlen_create(sort) if kind == "vlen" else h5py.h5t.array_create(sort, (1,))

    def fill(file: h5py.File) -> None:
        genuine.fill_weights(file)
        del file[KERNEL]
        h5py.h5d.create(file.id, KERNEL.encode(), sort, h5py.h5s.create_simple((2, 8)))

    return genuine.model(weights=genuine.hdf5(fill))
