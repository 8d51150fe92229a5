"""Arrays within a container: written as ``.npy``, read only if they are what was expected, and never as a pickle."""

from __future__ import annotations

import zipfile
from math import prod
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from netbuilder.data.array_header import read_header
from netbuilder.files.container import MOST_MEMBERS, Container, Refused
from netbuilder.words import _

_LONGEST_HEADER = 10_000
_MOST_AXES = 8
_OTHERS = 10  # members that are no arrays
_LARGEST = 2 << 30  # bytes


def write_array(archive: zipfile.ZipFile, name: str, values: NDArray[Any]) -> None:
    """Adds an array as a member; weights are stored as they are, since deflate gains nothing on them.

    Raises ``zipfile.LargeZipFile`` where the archive would be none that is read again.
    """
    if values.nbytes + _LONGEST_HEADER > zipfile.ZIP64_LIMIT or len(archive.filelist) >= MOST_MEMBERS - _OTHERS:
        raise zipfile.LargeZipFile
    with archive.open(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), "w", force_zip64=False) as out:
        npy.write_array(out, np.asarray(values, order="C"), version=(1, 0), allow_pickle=False)


def read_array(container: Container, name: str, kinds: tuple[str, ...], *, largest: int = _LARGEST) -> NDArray[Any]:
    """The member of that name, of one of the dtypes ``kinds`` ("float32") and at most ``largest`` bytes.

    Raises ``Refused`` with why it is not.
    """
    with container.opened(name, largest + _LONGEST_HEADER) as (stream, size):
        header = read_header(stream)
        shape, sort = header.shape, header.kind
        if sort.name not in kinds or sort.byteorder == ">" or header.by_columns or len(shape) > _MOST_AXES:
            message = _("“{name}” should hold {expected} numbers, but holds {received} of shape {shape}")
            received, seen = str(sort)[:60], str(shape)[:80]
            raise Refused(message.format(name=name, expected=" or ".join(kinds), received=received, shape=seen))
        # The member says how long it is, and the zip's own bounds hold for that: no more memory is taken.
        if prod(shape) * sort.itemsize != size - stream.tell():
            raise Refused(_("“{name}” is cut off, or longer than it says").format(name=name))
        values = np.empty(shape, sort)
        _fill(stream, values)
    return values


def _fill(stream: IO[bytes], values: NDArray[Any]) -> None:
    """Fills the array to the last byte; reading on to the end makes the zip check its CRC."""
    room = values.reshape(-1).view(np.uint8)
    done = 0
    while done < len(room):
        piece = stream.read(min(1 << 20, len(room) - done))
        if not piece:
            raise EOFError
        room[done : done + len(piece)] = np.frombuffer(piece, np.uint8)
        done += len(piece)
    if stream.read(1):
        raise EOFError
