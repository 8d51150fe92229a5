"""Hostile gzips of values that are sound: padded, named and divided without end."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, holding

_EMPTY = gzip.compress(b"", mtime=0)
_HEAD = 10  # bytes of each part, before what its flags announce
_EXTRA, _NAME, _COMMENT = 4, 8, 16


def hostile() -> Iterator[Hostile]:
    """All of them."""
    yield Hostile("idx: gzip, then 50 GB of zeros", ".gz", _padded)
    for what, make in _WITHOUT_END.items():
        yield holding(f"idx: gzip with {what}", ".gz", make)
    for what, make in _SOUND.items():
        yield replace(holding(f"idx: gzip with {what}", ".gz", make, "idx"), sound=True)


def _padded(path: Path, _chance: Random) -> None:
    with path.open("wb") as file:
        file.write(genuine.idx())
        file.truncate(50 << 30)  # none of which takes room on the disk


def _with(flag: int, notes: bytes) -> bytes:
    whole = genuine.idx()
    return whole[:3] + bytes([flag]) + whole[4:_HEAD] + notes + whole[_HEAD:]


def _of_empty_blocks(count: int) -> bytes:
    plain = zlib.decompress(genuine.idx(), 31)
    stored = b"\1" + struct.pack("<HH", len(plain), len(plain) ^ 0xFFFF) + plain
    return _EMPTY[:_HEAD] + b"\0\0\0\xff\xff" * count + stored + struct.pack("<II", zlib.crc32(plain), len(plain))


_WITHOUT_END: dict[str, Callable[[], bytes]] = {
    "40 MB of zeros behind it": lambda: genuine.idx() + bytes(40_000_000),
    "a name of 40 MB": lambda: _with(_NAME, b"a" * 40_000_000 + b"\0"),
    "a comment of 40 MB": lambda: _with(_COMMENT, b"a" * 40_000_000 + b"\0"),
    "a name that does not end": lambda: _with(_NAME, b"a" * 1_000_000)[:900_000],
    "500,000 empty parts before it": lambda: _EMPTY * 500_000 + genuine.idx(),
    "500,000 empty parts behind it": lambda: genuine.idx() + _EMPTY * 500_000,
    "25,000 empty parts between zeros": lambda: genuine.idx() + (_EMPTY + bytes(20)) * 25_000,
    "8,000,000 blocks in which nothing is": lambda: _of_empty_blocks(8_000_000),
}
_SOUND: dict[str, Callable[[], bytes]] = {
    "64 KB of notes": lambda: _with(_EXTRA, b"\xff\xff" + bytes(65_535)),
    "zeros behind it, up to a disk's block": lambda: genuine.idx() + bytes(60_000),
}
