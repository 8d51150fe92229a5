"""How a PNG is laid out: chunks, each with its length, its name and a sum."""

from __future__ import annotations

import zlib

from netbuilder.data.picture_layout import MOST_PARTS, HasTooManyParts, Layout
from netbuilder.data.picture_turning import turned

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"IEND"
_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", _END)
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_EXIF, _RAW_EXIF, _XMP = b"eXIf", b"Raw profile type exif", b"XML:com.adobe.xmp"  # the latter two are texts
_LONGEST_NOTE = 1 << 18  # bytes, unpacked


def laid_out(content: bytes) -> Layout:
    """A PNG without colour profiles, texts and further pictures. Raises ``HasTooManyParts``."""
    kept, notes = [SIGNATURE], dict[bytes, bytes]()
    place = len(SIGNATURE)
    for _chunk in range(MOST_PARTS):
        if place >= len(content) or kept[-1][4:8] == _END:  # what stands behind it, is none of it
            exif = notes[_EXIF] if _EXIF in notes else _raw(notes.get(_RAW_EXIF, b""))
            return Layout(b"".join(kept), turned(exif, notes.get(_XMP, b"")))
        length, name = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        if name in _PIXELS:
            kept.append(content[place : place + 12 + length])
        elif name == _EXIF or name in _TEXTS:
            begin = place + 8
            key = _EXIF if name == _EXIF else content[begin : begin + 80].partition(b"\0")[0]
            if key in (_EXIF, _RAW_EXIF, _XMP) and key not in notes:
                notes[key] = _note(name, content[begin : begin + min(length, _LONGEST_NOTE)])
        place += 12 + length
    raise HasTooManyParts


def _note(name: bytes, chunk: bytes) -> bytes:
    """What such a chunk tells, as far as it isn't too long."""
    if name == _EXIF:
        return chunk
    rest = chunk.partition(b"\0")[2]
    is_packed = name == b"zTXt" or (name == b"iTXt" and rest[:1] == b"\1")
    if name == b"iTXt":  # whether it is packed, how, in which language, and the key in that language
        rest = rest[1:2] + rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    if not is_packed:
        return rest
    try:
        return zlib.decompressobj().decompress(rest[1:], _LONGEST_NOTE)
    except zlib.error:
        return b""


def _raw(text: bytes) -> bytes:
    """EXIF as ImageMagick writes it into a text: an empty line, its name, its length, then hexadecimal lines."""
    try:
        return bytes.fromhex(b"".join(text.split(b"\n")[3:]).decode("ascii"))
    except ValueError:
        return b""
