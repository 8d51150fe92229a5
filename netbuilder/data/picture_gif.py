"""How a GIF is laid out before its first picture, all that is read of it: blocks of up to 255 bytes."""

from __future__ import annotations

from netbuilder.data.picture_layout import HasTooManyParts, Layout

SIGNATURE = b"GIF8"
_MOST_BLOCKS = 20_000
_EXTENSION, _ABOUT_THE_PICTURE = ord("!"), 0xF9


def laid_out(content: bytes) -> Layout:
    """One without comments before its first picture; what stands behind that, no reader looks at. Raises ``HasTooManyParts``."""
    place = 13 + (3 << (content[10] & 7) + 1 if len(content) > 10 and content[10] & 0x80 else 0)
    kept = [content[:place]]
    blocks = 0
    while place < len(content) and content[place] not in b",;":
        # An extension is two bytes and blocks of up to 255, the last of which is empty. Else one byte is passed over.
        begin, inside = place, content[place] == _EXTENSION
        place += 2 if inside else 1
        while inside and blocks < _MOST_BLOCKS and place < len(content) and content[place]:
            place += 1 + content[place]
            blocks += 1
        place += inside
        blocks += 1
        if blocks >= _MOST_BLOCKS:
            raise HasTooManyParts
        if inside and content[begin + 1 : begin + 2] == bytes((_ABOUT_THE_PICTURE,)):
            kept.append(content[begin:place])
    return Layout(b"".join((*kept, content[place:])))
