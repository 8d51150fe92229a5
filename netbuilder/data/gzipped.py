"""Reads gzipped files of unknown origin: no more of them than a bounded number of parts, however they are padded.

Python's own reader goes through padding, names and empty parts byte by byte, and without end.
"""

from __future__ import annotations

import zlib
from typing import BinaryIO

MAGIC = b"\x1f\x8b"
_PIECE = 1 << 16
_MOST_PARTS = 1_000  # each packed on its own; usually there is one
_GZIP = 31  # what zlib calls a gzip head, a window of the usual size and a sum at the end


class Gzipped:
    """What such a file unpacks to, to be read from its beginning. It is the caller's to bound the file itself."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._part = zlib.decompressobj(_GZIP)
        self._parts = 1
        self._packed = b""

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at the end. Raises ``EOFError`` for a file cut short and ``zlib.error`` for others."""
        while True:
            if self._part.eof and not self._begin_the_next():
                return b""
            packed = self._packed or self._file.read(_PIECE)
            found = self._part.decompress(packed, size)
            self._packed = self._part.unconsumed_tail
            if found:
                return found
            if not packed and not self._part.eof:
                raise EOFError

    def _begin_the_next(self) -> bool:
        """Passes over zeros, which some tapes and disks put behind a file."""
        packed = self._part.unused_data.lstrip(b"\0")
        while not packed:
            piece = self._file.read(_PIECE)
            if not piece:
                return False
            packed = piece.lstrip(b"\0")
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise zlib.error
        self._part, self._packed = zlib.decompressobj(_GZIP), packed
        return True
