"""How a BMP is laid out whose rows are packed by run lengths, which Pillow would unpack byte by byte, and slowly."""

from __future__ import annotations

import struct

from netbuilder.data.picture_layout import HasTooManyParts, Layout

SIGNATURE = b"BM"
_FILE_HEAD, _HEAD, _COLOURS = 14, 40, 256
_PACKINGS = {(1, 8): False, (2, 4): True}  # as the head says, with the bits a pixel: whether two share a byte
_MOST_PIXELS = 16_000_000
_MOST_RUNS = 1_000_000
_END_OF_LINE, _END_OF_PICTURE, _LEAP = 0, 1, 2


def laid_out(content: bytes) -> Layout:
    """A packed one unpacked, any other as it is.

    Raises ``HasTooManyParts`` where there are more runs than its pixels can need, and ``ValueError``, ``IndexError`` or
    ``struct.error`` for one that is damaged.
    """
    (size,) = struct.unpack_from("<I", content, _FILE_HEAD)
    if size < _HEAD:  # the oldest kind, which is never packed
        return Layout(content)
    start, _size, width, height, planes, bits, packing = struct.unpack_from("<IIiiHHI", content, 10)
    if packing not in (1, 2):
        return Layout(content)
    rows = abs(height)
    if (packing, bits) not in _PACKINGS or width <= 0 or not rows:
        raise ValueError
    if width * rows > _MOST_PIXELS:
        raise HasTooManyParts
    tables = _FILE_HEAD + size
    (colours,) = struct.unpack_from("<I", content, _FILE_HEAD + 32)
    end = tables + 4 * (colours or 1 << bits)
    table = content[tables : min(end, tables + 4 * _COLOURS)].ljust(4 * _COLOURS, b"\0")
    unpacked = _unpacked(content, end if start in (0, tables) else start, width, rows, halves=_PACKINGS[packing, bits])
    plain = struct.pack("<IiiHHIIIIII", _HEAD, width, height, planes, 8, 0, 0, 0, 0, _COLOURS, 0) + table
    head = SIGNATURE + struct.pack("<III", 0, 0, _FILE_HEAD + len(plain))
    return Layout(head + plain + unpacked)


def _unpacked(content: bytes, place: int, width: int, height: int, *, halves: bool) -> bytes:
    """The rows as they follow each other in the file, a byte a pixel, each as long as a multiple of four."""
    wide = width + -width % 4
    rows = bytearray(wide * height)
    x = y = 0
    for _run in range(min(_MOST_RUNS, 2 * width * height + height + 1)):
        if y >= height:
            return bytes(rows)
        count, value = content[place], content[place + 1]
        place += 2
        if count:
            pixels = bytes((value >> 4, value & 15)) * ((count + 1) // 2) if halves else bytes((value,)) * count
        elif value == _END_OF_LINE:
            x, y = 0, y + 1
            continue
        elif value == _END_OF_PICTURE:
            return bytes(rows)
        elif value == _LEAP:
            x, y = x + content[place], y + content[place + 1]
            place += 2
            continue
        else:
            count, length = value, (value + 1) // 2 if halves else value
            pixels = content[place : place + length]
            if len(pixels) < length:
                raise IndexError
            if halves:
                pixels = bytes(half for both in pixels for half in (both >> 4, both & 15))
            place += length + length % 2
        count = max(0, min(count, width - x))
        rows[y * wide + x : y * wide + x + count] = pixels[:count]
        x += count
    raise HasTooManyParts
