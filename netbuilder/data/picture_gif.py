"""How a GIF is laid out before its first picture, all that is read of it: blocks of up to 255 bytes."""

from __future__ import annotations

from netbuilder.data.picture_layout import HasTooManyParts, Layout

SIGNATURE = b"GIF8"
_MOST_BLOCKS = 2_000


def laid_out(content: bytes) -> Layout:
    """All of it: what stands behind its first picture, no reader looks at. Raises ``HasTooManyParts``."""
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
    return Layout(content)
