"""How a camera was held, as the notes in a picture file tell: EXIF, or else XMP.

Read here rather than by Pillow, which calls a sound picture damaged for notes that are empty or make no sense.
"""

from __future__ import annotations

import re
import struct

UPRIGHT = 1
_ORIENTATION = 0x0112
_NUMBERS = {1: "B", 3: "H", 4: "I"}  # TIFF's kinds of whole numbers
_PREFIX = b"Exif\0\0"  # once, twice or not at all
_IN_XMP = re.compile(rb'tiff:Orientation(?:="|>)([0-9])')


def turned(exif: bytes = b"", xmp: bytes = b"") -> int:
    """1 to 8, as EXIF numbers it; 1, upright, where nothing is told that makes sense."""
    try:
        told = _in_exif(exif.removeprefix(_PREFIX).removeprefix(_PREFIX))
    except struct.error:
        told = None
    if told is None and (found := _IN_XMP.search(xmp)):
        told = int(found[1])
    return told if told is not None and 1 <= told <= 8 else UPRIGHT


def _in_exif(tiff: bytes) -> int | None:
    """That of the first list of entries."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return None
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for place in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, length = struct.unpack_from(f"{order}HHI", tiff, place)
        if tag == _ORIENTATION and length in (1, 2) and kind in _NUMBERS:
            return int(struct.unpack_from(order + _NUMBERS[kind], tiff, place + 8)[0])
    return None
