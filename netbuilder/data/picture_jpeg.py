"""How a JPEG is laid out: segments up to its first scan, and scans."""

from __future__ import annotations

import re
import struct
from math import ceil

from netbuilder.data.picture_layout import HasTooManyParts, Layout
from netbuilder.data.picture_turning import turned

SIGNATURE = b"\xff\xd8\xff"
_MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")  # in what a JPEG has packed, others may stand
_START, _END, _SCAN, _APP0, _APP15, _COMMENT = 0xD8, 0xD9, 0xDA, 0xE0, 0xEF, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_IN_ONE_GO = (0xC0, 0xC1)  # frames that are no progressive ones
_COLOURS = {0xE0: b"JFIF", 0xEE: b"Adobe"}  # what an application's segment says of them
_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_MOST_SCANS = 24  # progressive ones have ten
_MOST_SEGMENTS = 2_000
_LONGEST_GAP = 1 << 16  # bytes between two of them


def laid_out(content: bytes) -> Layout:
    """A JPEG without profiles, comments and further pictures. Raises ``HasTooManyParts``.

    One that does not tell all colours in one scan has all its coefficients in memory, which ``held`` counts. Raises
    ``ValueError`` or ``struct.error`` for one that is damaged.
    """
    kept, notes = [content[:2]], dict[bytes, bytes]()
    frame: tuple[int, bytes] | None = None
    place = 2
    for _segment in range(_MOST_SEGMENTS):
        found = _MARKER.search(content, place)
        if found is None or content[found.end() - 1] == _END:
            raise ValueError
        if found.start() > place + _LONGEST_GAP:
            break
        kind, start = content[found.end() - 1], found.end()
        if kind == _START:
            place = start
            continue
        place = start + int.from_bytes(content[start : start + 2], "big")
        segment = content[start + 2 : place]
        if kind == _SCAN:
            _judge_scans(content, found.start())
            if frame is None:
                raise ValueError
            kept.append(content[found.start() :])
            return Layout(b"".join(kept), turned(notes.get(_EXIF, b""), notes.get(_XMP, b"")), _held(*frame, segment))
        if kind in _FRAMES:
            if frame is not None:
                raise ValueError
            frame = kind, segment
        for note in (_EXIF, _XMP):
            if kind == _APP0 + 1 and segment.startswith(note):
                notes.setdefault(note, segment)
        is_other = kind == _COMMENT or _APP0 <= kind <= _APP15
        if not is_other or segment.startswith(_COLOURS.get(kind, b"\0none")):
            kept.append(content[start - 2 : place])
    raise HasTooManyParts


def _judge_scans(content: bytes, place: int) -> None:
    """Raises ``HasTooManyParts`` where the pixels are gone over again and again."""
    scans = 0
    for _segment in range(_MOST_SEGMENTS):
        found = _MARKER.search(content, place)
        if found is None or content[found.end() - 1] == _END:
            return
        scans += content[found.end() - 1] == _SCAN
        if scans > _MOST_SCANS:
            break
        place = found.end()
        if content[place - 1] != _START:
            place += int.from_bytes(content[place : place + 2], "big")
    raise HasTooManyParts


def _held(kind: int, frame: bytes, scan: bytes) -> int:
    """Bytes of the coefficients of all colours, each of which has two and comes in blocks of 8 × 8."""
    _depth, height, width, colours = struct.unpack_from(">BHHB", frame)
    if kind in _IN_ONE_GO and scan[0] == colours:
        return 0
    shares: list[tuple[int, int]] = [(size >> 4, size & 15) for size in frame[7 : 6 + 3 * colours : 3]]
    across, down = (max(share) for share in zip(*shares, strict=True))
    blocks: int = sum((ceil(width * x / across / 8) + x) * (ceil(height * y / down / 8) + y) for x, y in shares)
    return 128 * blocks
