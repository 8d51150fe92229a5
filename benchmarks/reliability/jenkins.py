"""The checksum of HDF5's newer structures: Bob Jenkins's lookup3 (``hashlittle``, 2006, public domain)."""

from __future__ import annotations

import struct

_MASK = 0xFFFFFFFF


def lookup3(content: bytes, start: int = 0) -> int:
    """The 32 bits that HDF5 stores behind such bytes."""
    a = b = c = (0xDEADBEEF + len(content) + start) & _MASK
    at = 0
    while len(content) - at > 12:
        x, y, z = struct.unpack_from("<III", content, at)
        a, b, c = _mixed((a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK)
        at += 12
    if at == len(content):
        return c
    x, y, z = struct.unpack("<III", content[at:].ljust(12, b"\0"))
    return _final((a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK)


def _turned(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (32 - bits))) & _MASK


def _mixed(a: int, b: int, c: int) -> tuple[int, int, int]:
    for bits in (4, 6, 8, 16, 19, 4):
        a = ((a - c) & _MASK) ^ _turned(c, bits)
        c = (c + b) & _MASK
        a, b, c = b, c, a
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    for bits in (14, 11, 25, 16, 4, 14, 24):
        c = ((c ^ b) - _turned(b, bits)) & _MASK
        a, b, c = b, c, a
    return b
