"""The little of HDF5 that Keras writes, read by ourselves: groups, and arrays that are stored whole and in one piece.

The HDF5 library follows whatever a file says, in memory that the file lays out; none of it ever sees a file of another.
Here each structure is looked at once, and their number is bounded. Names of structures and messages are those of the HDF5
File Format Specification 3.0: superblock 0 (II.A), B-trees 1 (III.A.1), symbol table nodes (III.B), local heaps (III.D),
object headers 1 (IV.A.1) and their messages (IV.A.2).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from netbuilder.files.container import Refused
from netbuilder.spec.facts import Shape
from netbuilder.words import _

MARK: Final = b"\x89HDF\r\n\x1a\n"

_DEEPEST = 8
_LONGEST_NAME = 1000  # bytes
_LONGEST_PATH = 250  # characters; Keras calls groups by the classes of layers
_STEPS = 16  # entries of nodes and messages, for each object

# Versions of superblock, free space, root group and shared headers; sizes of offsets and lengths; base address, end of file.
_SUPERBLOCK = struct.Struct("<8s3BxBBBx8xQ8xQ8x")
_SYMBOL = struct.Struct("<QQI20x")  # offset of the name, object header, what is cached
_NODE = struct.Struct(
    "<4sBBH16x"
)  # signature, kind, level, entries; behind them a key, and then a child and a key each
_LEAF = struct.Struct("<4sBxH")  # signature, version, symbols
_HEAP = struct.Struct("<4sB3xQ8xQ")  # signature, version, size and address of the names
_HEADER = struct.Struct("<Bx2x4xI4x")  # version, bytes of messages
_MESSAGE = struct.Struct("<HHB3x")  # kind, size, flags
_PAIR = struct.Struct("<QQ")
_SPACE = struct.Struct("<BBB5x")  # version, axes, flags
_COMPACT = struct.Struct("<BBH")  # version, class, size
_CONTIGUOUS = struct.Struct("<BBQQ")  # version, class, address, size

_NOWHERE = (1 << 64) - 1
_NEWER = ord("O")  # "OHDR": an object header 2 (IV.A.1.b)
_SOFT = 2  # what is cached of a soft link
_SHARED = 2  # the flag of a message that stands elsewhere
_DATASPACE, _LINK_INFO, _DATATYPE, _LINK, _EXTERNAL, _LAYOUT, _FILTERS = 1, 2, 3, 6, 7, 8, 11
_CONTINUATION, _SYMBOL_TABLE = 16, 17

# How a datatype message (IV.A.2.d, version 1) describes the kinds of numbers.
_KINDS = {
    bytes.fromhex("11200f00 02000000 0000 1000 0a 05 00 0a 0f000000"): "float16",
    bytes.fromhex("11201f00 04000000 0000 2000 17 08 00 17 7f000000"): "float32",
    bytes.fromhex("11203f00 08000000 0000 4000 34 0b 00 34 ff030000"): "float64",
    bytes.fromhex("10080000 04000000 0000 2000"): "int32",
    bytes.fromhex("10080000 08000000 0000 4000"): "int64",
}


@dataclass(frozen=True, eq=False)
class Stored:
    """An array of the file. ``kind`` is the name of a dtype, or empty for values of other kinds.

    ``content`` are the bytes of the array, or None if it is stored in another way than whole and in one piece.
    """

    shape: Shape
    kind: str
    content: memoryview | None

    @property
    def is_whole(self) -> bool:
        """Whether all its numbers are there."""
        return self.content is not None and len(self.content) == prod(self.shape) * np.dtype(self.kind).itemsize

    def values(self) -> NDArray[Any]:
        """The numbers of an array that is whole: they are those of the file, can't be changed and take no memory."""
        assert self.content is not None
        return np.frombuffer(self.content, self.kind).reshape(self.shape)


def stored_arrays(content: bytes, most: int) -> Mapping[str, Stored]:
    """The arrays of a file with at most so many groups and arrays, by names such as "layers/dense/vars/0".

    Raises ``Refused`` for what Keras never writes.
    """
    if not content.startswith(MARK):
        raise Refused(_("its weights are no HDF5 file"))
    return _File(content, most).arrays


class _File:
    def __init__(self, content: bytes, most: int) -> None:
        self.arrays: dict[str, Stored] = {}
        self._content = memoryview(content)
        self._objects, self._steps = most, _STEPS * most
        self._seen: set[int] = set()
        self._left = len(content)  # bytes that arrays can still have, if none lie upon each other
        _mark, *versions, offsets, lengths, base, end = self._read(_SUPERBLOCK, 0)
        if any(versions) or base:
            raise _unlike_keras()
        if (offsets, lengths) != (8, 8) or end > len(content):
            raise _damaged()
        _name, header, _cached = self._read(_SYMBOL, _SUPERBLOCK.size)
        self._walk(header, "", 0)

    def _walk(self, header: int, path: str, depth: int) -> None:
        self._objects -= 1
        if self._objects < 0 or depth > _DEEPEST or len(path) > _LONGEST_PATH:
            raise _too_many()
        if header in self._seen:
            raise Refused(_("its weights hold one thing under two names"))
        messages = dict(self._messages(header))
        if _SYMBOL_TABLE in messages:
            tree, heap = _first(_PAIR, messages[_SYMBOL_TABLE])
            for name, below, cached in self._members(tree, heap):
                if cached == _SOFT:
                    raise Refused(_("its weights refer to something elsewhere"))
                self._walk(below, f"{path}/{name}" if path else name, depth + 1)
        elif _LINK in messages or _LINK_INFO in messages:
            raise _unlike_keras()
        elif _LAYOUT in messages and _DATASPACE in messages and _DATATYPE in messages:
            if path in self.arrays:
                raise _damaged()
            self.arrays[path] = self._array(messages)
        else:
            raise Refused(_("its weights hold something that is no array"))

    def _messages(self, header: int) -> Iterator[tuple[int, memoryview]]:
        """What an object header says in itself: kinds and contents."""
        version, room = self._read(_HEADER, header)
        if version != 1:
            raise _unlike_keras() if version == _NEWER else _damaged()
        blocks = [(header, _HEADER.size, room)]
        for start, head, room in blocks:
            self._visit(start)
            at, end = start + head, start + head + room
            while at + _MESSAGE.size <= end:
                self._step()
                kind, size, flags = self._read(_MESSAGE, at)
                inside = self._bytes(at + _MESSAGE.size, size)
                if kind == _CONTINUATION:
                    further, length = _first(_PAIR, inside)
                    blocks.append((further, 0, length))
                if not flags & _SHARED:
                    yield kind, inside
                at += _MESSAGE.size + size

    def _members(self, tree: int, heap: int) -> Iterator[tuple[str, int, int]]:
        """Name, object header, and what is cached of each member of a group."""
        self._visit(heap)
        mark, version, size, names = self._read(_HEAP, heap)
        if mark != b"HEAP" or version:
            raise _damaged()
        letters = self._bytes(names, size)
        for leaf in self._leaves(tree):
            mark, _version, count = self._read(_LEAF, leaf)
            if mark != b"SNOD":
                raise _damaged()
            for place in range(count):
                self._step()
                offset, header, cached = self._read(_SYMBOL, leaf + _LEAF.size + place * _SYMBOL.size)
                yield _name_at(letters, offset), header, cached

    def _leaves(self, tree: int, level: int | None = None) -> Iterator[int]:
        self._visit(tree)
        mark, kind, found, entries = self._read(_NODE, tree)
        if mark != b"TREE" or kind or level not in (None, found):
            raise _damaged()
        for place in range(entries):
            self._step()
            _key, child = self._read(_PAIR, tree + _NODE.size + place * _PAIR.size)
            if found:
                yield from self._leaves(child, found - 1)
            else:
                self._visit(child)
                yield child

    def _array(self, messages: Mapping[int, memoryview]) -> Stored:
        version, axes, _flags = _first(_SPACE, messages[_DATASPACE])
        shape = _first(struct.Struct(f"<{axes}Q"), messages[_DATASPACE][_SPACE.size :])
        described = bytes(messages[_DATATYPE])
        kind = next((name for begin, name in _KINDS.items() if described.startswith(begin)), "")
        usual = version == 1 and _FILTERS not in messages and _EXTERNAL not in messages
        content = self._numbers(messages[_LAYOUT]) if usual else None
        self._left -= 0 if content is None else len(content)
        if self._left < 0:
            raise Refused(_("its weights lie upon each other"))
        return Stored(shape, kind, content)

    def _numbers(self, layout: memoryview) -> memoryview | None:
        match bytes(layout[:2]):
            case b"\3\0":
                *_sort, size = _first(_COMPACT, layout)
                return layout[_COMPACT.size : _COMPACT.size + size]
            case b"\3\1":
                *_sort, address, size = _first(_CONTIGUOUS, layout)
                return self._content[0:0] if address == _NOWHERE else self._bytes(address, size)
            case _:
                return None

    def _visit(self, at: int) -> None:
        if at in self._seen:
            raise _damaged()
        self._seen.add(at)

    def _step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise _too_many()

    def _read(self, form: struct.Struct, at: int) -> tuple[Any, ...]:
        return form.unpack(self._bytes(at, form.size))

    def _bytes(self, at: int, size: int) -> memoryview:
        if at + size > len(self._content):
            raise _damaged()
        return self._content[at : at + size]


def _first(form: struct.Struct, message: memoryview) -> tuple[Any, ...]:
    if len(message) < form.size:
        raise _damaged()
    return form.unpack_from(message)


def _name_at(letters: memoryview, start: int) -> str:
    name, end, _rest = bytes(letters[start : start + _LONGEST_NAME]).partition(b"\0")
    try:
        text = name.decode()
    except UnicodeDecodeError:
        text = ""
    if not text or not end or "/" in text:
        raise _damaged()
    return text


def _damaged() -> Refused:
    return Refused(_("its weights are damaged"))


def _too_many() -> Refused:
    return Refused(_("its weights have too many parts"))


def _unlike_keras() -> Refused:
    return Refused(_("its weights are laid out in another way than Keras does it"))
