"""How a picture file is laid out, judged before it is read.

A reader goes over each part on its own, and over all pixels again with each scan of a JPEG: 220 KB with 3,000 scans took
Pillow 170 s, and comments of a GIF in a million pieces would take hours.
"""

from __future__ import annotations

import re

_MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")  # in what a JPEG has packed, others may stand
_END, _SCAN, _NOT_LONG = 0xD9, 0xDA, 0xD8
_MOST_SCANS = 24  # progressive ones have ten
_MOST_SEGMENTS = 2_000
_LONGEST_GAP = 1_000  # bytes between two of them
_MOST_CHUNKS = 20_000  # of a PNG, usually 8 KB each
_MOST_BLOCKS = 2_000  # of 255 bytes, before the first picture of a GIF


class HasTooManyParts(Exception):
    """A picture is made of far more parts than one needs."""


def scans(content: bytes) -> int:
    """How often all pixels are gone over, once in all formats but a JPEG. Raises ``HasTooManyParts``."""
    if content.startswith(b"\xff\xd8"):
        return _scans_of_jpeg(content)
    if content.startswith(b"\x89PNG"):
        _judge_png(content)
    if content.startswith(b"GIF8"):
        _judge_gif(content)
    return 1


def _scans_of_jpeg(content: bytes) -> int:
    place = count = 0
    for _segment in range(_MOST_SEGMENTS):
        found = _MARKER.search(content, place)
        kind = _END if found is None else content[found.end() - 1]
        if found is None or kind == _END:
            return count
        if not count and found.start() > place + _LONGEST_GAP:
            break
        count += kind == _SCAN
        if count > _MOST_SCANS:
            break
        place = found.end()
        if kind != _NOT_LONG:
            place += int.from_bytes(content[place : place + 2], "big")
    raise HasTooManyParts


def _judge_png(content: bytes) -> None:
    place = 8
    for _chunk in range(_MOST_CHUNKS):
        if place >= len(content):
            return
        place += 12 + int.from_bytes(content[place : place + 4], "big")
    raise HasTooManyParts


def _judge_gif(content: bytes) -> None:
    place = 13 + (3 << (content[10] & 7) + 1 if len(content) > 10 and content[10] & 0x80 else 0)
    blocks = 0
    while place < len(content) and content[place] not in b",;":
        # An extension is two bytes and blocks of up to 255, the last of which is empty. Else one byte is passed over.
        inside = content[place] == ord("!")
        place += 2 if inside else 1
        while inside and blocks < _MOST_BLOCKS and place < len(content) and content[place]:
            place += 1 + content[place]
            blocks += 1
        place += inside
        blocks += 1
        if blocks >= _MOST_BLOCKS:
            raise HasTooManyParts
