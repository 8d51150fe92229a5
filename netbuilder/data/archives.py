"""Arrays out of ``.npz`` files of unknown origin: of announced names, types and shapes, or not at all.

NumPy's own ``load`` takes whatever memory a header asks for and, if allowed, runs pickles; here a header is compared
with what is expected before any memory is taken, and the zip's directory before it is read.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.array_header import read_header
from netbuilder.data.examples import CannotRead
from netbuilder.disk import CannotOpen, opened
from netbuilder.words import _

_MOST_MEMBERS = 64
_LONGEST_DIRECTORY = 16_384
_END = 22  # bytes of a zip's end record without a comment
_LOCATOR = 20  # bytes of what precedes it in a zip beyond 4 GB


@dataclass(frozen=True, slots=True)
class Wanted:
    """An array that is expected: its shape, and the kinds of numbers.

    ``kinds`` are NumPy's letters: "u" whole numbers from 0, "i" whole numbers; ``widest`` bounds the bytes a number.
    """

    shape: tuple[int, ...]
    kinds: str = "u"
    widest: int = 1


def read_arrays(path: Path, wanted: Mapping[str, Wanted]) -> dict[str, NDArray[Any]]:
    """The wanted arrays, by name; others in the file are left alone.

    Raises ``CannotRead`` with a sentence for whatever is no ``.npz`` with these arrays.
    """
    try:
        with opened(path) as (file, size):
            _check_directory(file, size)
            with zipfile.ZipFile(file) as archive:
                return {name: _array(archive, name, expected) for name, expected in wanted.items()}
    except CannotOpen as problem:
        raise CannotRead(str(problem)) from problem
    except _Refused as problem:
        message = _("“{path}” can't be used: {reason}. Choose another file.")
        raise CannotRead(message.format(path=path, reason=problem)) from problem
    # NotImplementedError: unknown compression; RuntimeError: encrypted; ValueError, struct.error: broken headers.
    except (
        zipfile.BadZipFile,
        struct.error,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ) as problem:
        message = _("“{path}” is damaged, or no .npz file: get it anew, or choose another file.")
        raise CannotRead(message.format(path=path)) from problem


class _Refused(Exception):
    """Why the file is refused, to stand after a colon."""


def _check_directory(file: BinaryIO, size: int) -> None:
    """Bounds the zip's directory before ``zipfile`` reads it whole: 100,000 members would take 25 s.

    Only the plain form is let through, an end record without comment and not of the kind beyond 4 GB, so that
    ``zipfile`` cannot find another directory than the one that was judged.
    """
    if size < _END:
        raise zipfile.BadZipFile
    file.seek(max(0, size - _END - _LOCATOR))
    tail = file.read(_END + _LOCATOR)
    end, before = tail[-_END:], tail[:-_END]
    if end[:4] != b"PK\5\6" or end[20:] != b"\0\0" or before[:4] == b"PK\6\7":
        raise zipfile.BadZipFile
    members, length = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if members > _MOST_MEMBERS or length > _LONGEST_DIRECTORY:
        raise _Refused(_("it holds more than {most} arrays").format(most=_MOST_MEMBERS))
    file.seek(0)


def _array(archive: zipfile.ZipFile, name: str, expected: Wanted) -> NDArray[Any]:
    members = [member for member in archive.infolist() if member.filename == f"{name}.npy"]
    if len(members) != 1:
        raise _Refused(_("it should hold one array named “{name}”").format(name=name))
    if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Refused(_("“{name}” is packed in an unusual way").format(name=name))
    with archive.open(members[0]) as stream:
        header = read_header(stream)
        shape, sort = header.shape, header.kind
        if sort.kind not in expected.kinds or sort.itemsize > expected.widest or shape != expected.shape:
            message = _("“{name}” should be whole numbers of shape {expected}, but is {kind} of shape {received}")
            raise _Refused(message.format(name=name, expected=expected.shape, kind=sort, received=str(shape)[:80]))
        values = np.empty(shape, sort, order="F" if header.by_columns else "C")
        _fill(stream, values.T if header.by_columns else values)
    return values


def _fill(stream: IO[bytes], values: NDArray[Any]) -> None:
    """Fills the array to the last byte, of which there must be no more; reading to the end checks the zip's CRC."""
    room = values.reshape(-1).view(np.uint8)
    done = 0
    while done < len(room):
        piece = stream.read(min(1 << 20, len(room) - done))
        if not piece:
            raise EOFError
        room[done : done + len(piece)] = np.frombuffer(piece, np.uint8)
        done += len(piece)
    if stream.read(1):
        raise ValueError
