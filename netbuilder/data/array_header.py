"""The beginning of a ``.npy`` array of unknown origin: plain numbers as NumPy writes them, and nothing else.

NumPy's own reader takes the header for Python, which it parses; brackets or signs without end then cost the memory, and
what Python 2 wrote is taken apart anew. Here a pattern says all that a header of plain numbers can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

# NumPy sorts the names; "L" stands behind the lengths that Python 2 wrote, as in copies of MNIST that are still about.
_HEADER = re.compile(
    rb"\{'descr': '([<>|=]?[a-zA-Z]\d{1,2})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,15}L?(?:, ?|(?=\)))){0,32})\),? ?\} *\n?"
)
_LONGEST = 10_000
_LENGTHS = {(1, 0): 2, (2, 0): 4}  # bytes that say how long the header is, by version of the format


class NotAnArray(ValueError):
    """The bytes are no array of plain numbers."""


@dataclass(frozen=True, slots=True)
class ArrayHeader:
    """What an array says of itself, which its bytes must yet bear out."""

    shape: tuple[int, ...]
    by_columns: bool
    kind: np.dtype[Any]


def read_header(stream: IO[bytes]) -> ArrayHeader:
    """The header at which the stream stands; the numbers come next. Raises ``NotAnArray``."""
    start = stream.read(8)
    size = _LENGTHS.get((start[6], start[7])) if len(start) == 8 and start[:6] == b"\x93NUMPY" else None
    length = int.from_bytes(stream.read(size), "little") if size else 0
    found = _HEADER.fullmatch(stream.read(length)) if 0 < length <= _LONGEST else None
    if found is None:
        raise NotAnArray
    kind, by_columns, shape = found.groups()
    try:
        sort = np.dtype(kind.decode("ascii"))
    except TypeError as problem:
        raise NotAnArray from problem
    lengths = re.findall(rb"\d+", shape)
    return ArrayHeader(tuple(int(one) for one in lengths), by_columns == b"True", sort)
