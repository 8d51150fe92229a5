"""Reads IDX files, the format of MNIST, plain or gzipped, straight into an array of the announced shape.

The format is described on MNIST's own page: two zero bytes, the type (8: uint8), the number of axes, each axis's length
as a big-endian 32-bit number, then the values.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.examples import Cancelled, CannotRead, Stopped, Tell
from netbuilder.data.gzipped import MAGIC, Gzipped
from netbuilder.disk import CannotOpen, opened
from netbuilder.words import _

_PIECE = 1 << 20
_MOST_AROUND = 1 << 20  # bytes of a gzip beside its values: its heads, and what a disk has padded it with


def read_idx(path: Path, into: NDArray[np.uint8], tell: Tell, cancelled: Cancelled) -> None:
    """Fills ``into`` (contiguous) with the file's values, which must have exactly its shape.

    Nothing is taken for granted from the file: the memory is the caller's, and a gzipped file is unpacked to the
    expected size and not a byte further. Raises ``CannotRead`` or ``Stopped``.
    """
    try:
        with opened(path) as (file, size):
            packed = file.read(len(MAGIC)) == MAGIC
            file.seek(0)
            if packed:
                if size > into.size + into.size // 8 + _MOST_AROUND:
                    raise _too_long(path)
                _fill(path, Gzipped(file), into, tell, cancelled)
            else:
                _expect_size(path, size, into)
                _fill(path, file, into, tell, cancelled)
    except CannotOpen as problem:
        raise CannotRead(str(problem)) from problem
    except (EOFError, OSError, zlib.error) as problem:
        message = _("“{path}” is damaged or cut short: get it anew, or choose another file.")
        raise CannotRead(message.format(path=path)) from problem


def _fill(path: Path, file: BinaryIO | Gzipped, into: NDArray[np.uint8], tell: Tell, cancelled: Cancelled) -> None:
    header = file.read(len(_header(into.shape)))
    if header != _header(into.shape):
        message = _("“{path}” holds {received}, but expected is an IDX file of {expected}: choose another file.")
        raise CannotRead(message.format(path=path, received=_described(header), expected=_sizes(into.shape)))
    room = into.reshape(-1)
    for start in range(0, len(room), _PIECE):
        if cancelled():
            raise Stopped
        end = min(start + _PIECE, len(room))
        while start < end:
            piece = file.read(end - start)
            if not piece:
                raise EOFError
            room[start : start + len(piece)] = np.frombuffer(piece, np.uint8)
            start += len(piece)  # noqa: PLW2901 - gzip may give less than asked for
        tell(end, len(room))
    if file.read(1):  # for gzip this also checks the sum at the end
        raise _too_long(path)


def _too_long(path: Path) -> CannotRead:
    message = _("“{path}” is longer than it announces: get it anew, or choose another file.")
    return CannotRead(message.format(path=path))


def _header(shape: tuple[int, ...]) -> bytes:
    return bytes([0, 0, 8, len(shape)]) + b"".join(length.to_bytes(4, "big") for length in shape)


def _expect_size(path: Path, size: int, into: NDArray[np.uint8]) -> None:
    expected = len(_header(into.shape)) + into.size
    if size != expected:
        message = _(
            "“{path}” has {size:,} bytes, but an IDX file of {shape} has {expected:,}: get it anew, or choose another file."
        )
        raise CannotRead(message.format(path=path, size=size, shape=_sizes(into.shape), expected=expected))


def _described(header: bytes) -> str:
    """What the beginning of a file announces, in words."""
    axes = header[3] if len(header) > 3 else 0
    if header[:3] != b"\0\0\x08" or not axes or len(header) < 4 + 4 * axes:
        return _("something else")
    return _sizes(tuple(int.from_bytes(header[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(axes)))


def _sizes(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{length:,}" for length in shape)
