"""The file of a run's checkpoints: whichever byte was written last, one of them is whole.

Four slots of one size. A checkpoint goes into a slot that holds neither the newest one nor the newest that the disk has
surely got, so that a killed program loses none, and a power failure at most a few seconds. Only as many slots are
touched as are needed, mostly two, and the file is sparse. A slot is its header, a description as JSON, and the arrays.
"""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.checkpoint import Checkpoint, NotACheckpoint, put_together, taken_apart
from netbuilder.disk import is_there
from netbuilder.runs.plain import NotPlain, array_from, kind_and_shape, parsed, text_of
from netbuilder.runs.positioned import read_at, write_at
from netbuilder.runs.presence import identity

_MAGIC = b"netbuilder checkpoint 1\n"
_START = struct.Struct(f"<{len(_MAGIC)}sQ")  # and the bytes of a slot
_HEADER = struct.Struct("<QQQI")  # sequence number, bytes of the description, of the arrays, and the CRC of both
_SEAL = struct.Struct("<I")  # the header's own CRC
_READ_AND_WRITE = os.O_RDWR | getattr(os, "O_BINARY", 0)
_PAGE = 4096
_SLOTS = 4
_ROOM = 1 << 16  # bytes for the description to grow
_SMALL = 1 << 16  # bytes of arrays that are copied together, since so many calls would take longer
_LONGEST = 1 << 28  # bytes of a description


@dataclass(frozen=True, slots=True)
class _Content:
    """What goes into a slot; the arrays are contiguous and have ``filled`` bytes."""

    described: bytes
    arrays: Sequence[NDArray[Any]]
    filled: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A slot with a header that is whole; whether the rest is, only its CRC says."""

    sequence: int
    start: int
    described: int
    filled: int
    crc: int


class CheckpointFile:
    """Written by the one program that trains the run. Raises ``OSError``, also later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._new_path = path.with_suffix(".part")
        self._descriptor: int | None = None
        self._capacity = 0
        self._sequence = 0
        self._key: list[tuple[np.dtype[Any], tuple[int, ...]]] | None = None
        self._kinds, self._filled = "", 0  # of the key
        self._newest = self._sure = self._settling = -1  # slots
        self._lock = threading.Lock()  # of those three
        self._open = threading.Lock()  # held while the file may not be replaced or closed

    def write(self, checkpoint: Checkpoint) -> int:
        """Adds a checkpoint. Its arrays are written from where they are, and must not change meanwhile.

        Returns their bytes. Raises ``NotPlain`` for arrays of kinds that are not stored.
        """
        plain, arrays = taken_apart(checkpoint)
        arrays = [np.asarray(one, order="C") for one in arrays]  # ascontiguousarray would give a number an axis
        kinds, filled = self._kinds_of(arrays)
        described = f'{{"checkpoint":{text_of(plain)},"arrays":{kinds}}}'.encode()
        content = _Content(described, arrays, filled)
        if self._descriptor is None or self._is_lost() or len(described) + filled > self._capacity - _PAGE:
            self._replace(checkpoint, content)
            return filled
        with self._lock:
            slot = next(one for one in range(_SLOTS) if one not in (self._newest, self._sure, self._settling))
        self._fill(self._descriptor, slot, content)
        with self._lock:
            self._newest = slot
        return filled

    def settle(self) -> None:
        """Makes the newest checkpoint survive a power failure; meant for a thread of its own, since disks are slow."""
        with self._open:
            with self._lock:
                if self._descriptor is None or self._newest == self._sure:
                    return
                self._settling = self._newest
            os.fsync(self._descriptor)
            with self._lock:
                self._sure, self._settling = self._settling, -1

    def close(self) -> None:
        """Closes it; the file stays."""
        with self._open:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def remove(self) -> None:
        """Closes and removes it."""
        self.close()
        for path in (self.path, self._new_path):
            path.unlink(missing_ok=True)

    def _is_lost(self) -> bool:
        """Whether the open file has been moved, removed or replaced, so that nobody would find what is written there."""
        assert self._descriptor is not None
        found = os.fstat(self._descriptor)
        return identity(self.path) != (found.st_dev, found.st_ino)

    def _kinds_of(self, arrays: Sequence[NDArray[Any]]) -> tuple[str, int]:
        """Kinds and shapes as JSON, and the bytes of all; found once, since they are those of the epoch before."""
        key = [(one.dtype, one.shape) for one in arrays]
        if key != self._key:
            self._kinds, self._filled = text_of(kind_and_shape(arrays)), sum(one.nbytes for one in arrays)
            self._key = key
        return self._kinds, self._filled

    def _replace(self, checkpoint: Checkpoint, content: _Content) -> None:
        """Begins a file with slots that are large enough; the one before stays until this one is whole."""
        weights = sum(one.nbytes for one in checkpoint.variables)
        later = _ROOM + weights * (len(checkpoint.callbacks) + 1)  # the best epoch's, which are not there at first
        capacity = -(-(_PAGE + len(content.described) + content.filled + later) // _PAGE) * _PAGE
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._new_path
        try:
            descriptor = os.open(temporary, _READ_AND_WRITE | os.O_CREAT | os.O_TRUNC, 0o666)
            try:
                write_at(descriptor, 0, [_START.pack(_MAGIC, capacity)])
                self._capacity = capacity
                self._fill(descriptor, 0, content)
                if is_there(self.path):  # which the disk may have: it goes only for what the disk has, too
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self.close()
            temporary.replace(self.path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        with self._open:
            self._descriptor = os.open(self.path, _READ_AND_WRITE)
            self._newest, self._sure = 0, -1

    def _fill(self, descriptor: int, slot: int, content: _Content) -> None:
        pieces: list[Any] = [content.described, *content.arrays]
        is_small = content.filled <= _SMALL
        if is_small:
            pieces = [b"".join(pieces)]
        crc = 0
        for piece in pieces:
            crc = zlib.crc32(piece, crc)
        self._sequence += 1
        header = _HEADER.pack(self._sequence, len(content.described), content.filled, crc)
        sealed = header + _SEAL.pack(zlib.crc32(header))
        start = _PAGE + slot * self._capacity
        if is_small:  # in one call; should it end within, the CRC tells
            write_at(descriptor, start, [sealed, *pieces])
            return
        write_at(descriptor, start + len(sealed), pieces)
        write_at(descriptor, start, [sealed])  # last: before it, the slot is that of long ago, and as such not whole


def newest_checkpoint(path: Path, recorded: int | None = None) -> Checkpoint | None:
    """The same for whoever can do without: None also where none is whole. Raises ``OSError``."""
    try:
        return read_checkpoint(path, recorded)
    except NotACheckpoint:  # damaged by more than a death
        return None


def read_checkpoint(path: Path, recorded: int | None = None) -> Checkpoint | None:
    """The newest checkpoint that is whole; None where there is no file.

    Of a run whose history has ``recorded`` epochs, rather one that is no further, if there is such a one: a death between
    the writing of a checkpoint and that of its epochs must leave no gap in the curves.
    Raises ``NotACheckpoint`` where none of them is whole, and ``OSError``. Another program may be writing meanwhile.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return None
    try:
        newest: Checkpoint | None = None
        for found in sorted(_slots(descriptor), key=lambda one: one.sequence, reverse=True):
            checkpoint = _read(descriptor, found)
            if checkpoint is not None and (recorded is None or checkpoint.epoch <= recorded):
                return checkpoint
            newest = newest or checkpoint
    finally:
        os.close(descriptor)
    if newest is None:
        raise NotACheckpoint
    return newest


def _slots(descriptor: int) -> list[_Found]:
    size = os.fstat(descriptor).st_size
    magic, capacity = _START.unpack(bytes(read_at(descriptor, 0, _START.size)).ljust(_START.size, b"\0"))
    if magic != _MAGIC or capacity < _PAGE:
        raise NotACheckpoint
    found = []
    for slot in range(_SLOTS):
        start = _PAGE + slot * capacity
        if start >= size:
            break
        header = bytes(read_at(descriptor, start, _HEADER.size + _SEAL.size)).ljust(_HEADER.size + _SEAL.size, b"\0")
        sequence, described, filled, crc = _HEADER.unpack_from(header)
        (seal,) = _SEAL.unpack_from(header, _HEADER.size)
        fits = described <= _LONGEST and start + len(header) + described + filled <= size
        if fits and seal == zlib.crc32(header[: _HEADER.size]):
            found.append(_Found(sequence, start + len(header), described, filled, crc))
    return found


def _read(descriptor: int, found: _Found) -> Checkpoint | None:
    """What the slot holds; None if its writing was not finished."""
    described = read_at(descriptor, found.start, found.described)
    numbers = read_at(descriptor, found.start + found.described, found.filled)
    if zlib.crc32(numbers, zlib.crc32(described)) != found.crc:
        return None
    try:
        plain = parsed(bytes(described))
        return put_together(plain["checkpoint"], _arrays(plain["arrays"], numbers))
    except (NotPlain, KeyError, TypeError) as problem:
        raise NotACheckpoint from problem


def _arrays(kinds: Any, numbers: memoryview) -> list[NDArray[Any]]:
    found, start = [], 0
    for kind, shape in kinds:
        one = array_from(kind, shape, numbers[start:])
        found.append(one)
        start += one.nbytes
    if start != len(numbers):
        raise NotACheckpoint
    return found
