"""How a picture file is laid out: of it, a reader is given what its pixels need, and of that no more than they can need.

A reader goes over each part on its own: thousands of packed colour profiles took Pillow 25 s, 220 KB of a JPEG with 3,000
scans 170 s, comments of a GIF in a million pieces would take hours. Each format has a module that knows its parts.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_PARTS = 20_000
"""Of a file; a PNG usually has one for each 8 KB."""


class HasTooManyParts(Exception):
    """A picture is made of far more parts than one needs."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture file without all that its pixels don't need.

    ``turned``: how the camera was held, as EXIF numbers it from 1, upright, to 8. ``held``: bytes that a reader keeps beside
    the pixels while it unpacks them.
    """

    content: bytes
    turned: int = 1
    held: int = 0
