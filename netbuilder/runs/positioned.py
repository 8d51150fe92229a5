"""Reads and writes at a place of an open file, many pieces in one call where the system can."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

Piece = bytes | NDArray[Any]

_MOST_PIECES = 512  # in one call; systems allow 1,024
_MOST_BYTES = 1 << 30  # in one call; Linux takes no more than 2 GiB


def read_at(descriptor: int, start: int, length: int) -> memoryview:
    """The bytes from ``start`` on, read-only; fewer where the file ends. Raises ``OSError``."""
    os.lseek(descriptor, start, os.SEEK_SET)
    room = bytearray()
    while len(room) < length and (piece := os.read(descriptor, min(length - len(room), _MOST_BYTES))):
        room += piece
    return memoryview(room).toreadonly()


def write_at(descriptor: int, start: int, pieces: Sequence[Piece]) -> None:
    """Writes the pieces one after the other, arrays from where they are (C-contiguous). Raises ``OSError``."""
    some: list[memoryview] = []
    length = 0
    for piece in pieces:
        view = _bytes_of(piece)
        for begin in range(0, len(view), _MOST_BYTES):
            part = view[begin : begin + _MOST_BYTES]
            if some and (len(some) == _MOST_PIECES or length + len(part) > _MOST_BYTES):
                _write(descriptor, start, some)
                start, some, length = start + length, [], 0
            some.append(part)
            length += len(part)
    _write(descriptor, start, some)


def _bytes_of(piece: Piece) -> memoryview:
    return memoryview(piece) if isinstance(piece, bytes) else piece.reshape(-1).view("u1").data


if sys.platform == "win32":

    def _write(descriptor: int, start: int, pieces: Sequence[memoryview]) -> None:
        os.lseek(descriptor, start, os.SEEK_SET)
        for piece in pieces:
            done = 0
            while done < len(piece):
                done += os.write(descriptor, piece[done:])
else:

    def _write(descriptor: int, start: int, pieces: Sequence[memoryview]) -> None:
        length = sum(map(len, pieces))
        done = os.pwritev(descriptor, pieces, start)
        if done == length:
            return
        rest = b"".join(pieces)  # a full disk takes a part: the next call says why
        while done < length:
            done += os.pwrite(descriptor, memoryview(rest)[done:], start + done)
