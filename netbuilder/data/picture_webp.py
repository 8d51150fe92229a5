"""How a WebP is laid out: chunks of RIFF, some of which hold chunks again."""

from __future__ import annotations

from collections.abc import Iterator

from netbuilder.data.picture_layout import MOST_PARTS, HasTooManyParts, Layout
from netbuilder.data.picture_turning import turned

SIGNATURE = b"RIFF"
_PIXELS = (b"VP8 ", b"VP8L", b"ALPH")
_HEADS = (b"VP8X", b"ANIM")
_FRAME, _FRAME_HEAD = b"ANMF", 16  # a picture of an animation, and what it tells before its chunks
_EXIF, _XMP = b"EXIF", b"XMP "


def laid_out(content: bytes) -> Layout:
    """A WebP without profiles, chunks that nobody knows, and further pictures. Raises ``HasTooManyParts``."""
    if content[8:12] != b"WEBP":
        return Layout(content)
    kept, notes = list[bytes](), dict[bytes, bytes]()
    length = int.from_bytes(content[4:8], "little")
    for name, chunk in _chunks(content[: 8 + length], 12):  # what stands behind it, is none of it
        if name in (_EXIF, _XMP):
            notes.setdefault(name, chunk[8:])
        elif name in _PIXELS or name in _HEADS:
            kept.append(chunk)
        elif name == _FRAME and name not in notes:
            notes[name] = chunk
            kept.append(_frame(chunk))
    size = len(b"WEBP") + sum(map(len, kept))
    plain = b"".join((SIGNATURE, size.to_bytes(4, "little"), b"WEBP", *kept))
    return Layout(plain, turned(notes.get(_EXIF, b""), notes.get(_XMP, b"")), held=2 * len(plain))  # Pillow copies it


def _frame(chunk: bytes) -> bytes:
    body = chunk[8 : 8 + _FRAME_HEAD]
    body += b"".join(inner for name, inner in _chunks(chunk, 8 + _FRAME_HEAD) if name in _PIXELS)
    return _FRAME + len(body).to_bytes(4, "little") + body


def _chunks(content: bytes, place: int) -> Iterator[tuple[bytes, bytes]]:
    """Each one's name, and all of it with its head and up to the next even place."""
    for _chunk in range(MOST_PARTS):
        if place >= len(content):
            return
        length = int.from_bytes(content[place + 4 : place + 8], "little")
        end = place + 8 + length + length % 2
        yield content[place : place + 4], content[place:end]
        place = end
    raise HasTooManyParts
