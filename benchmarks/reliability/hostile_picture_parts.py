"""Hostile pictures of which each part is sound: parts without end, what they unpack to, and coefficients all kept at once."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, holding
from benchmarks.reliability.hostile_pictures import chunk, png

_MANY = 3000


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for what, make in _WITHOUT_END.items():
        yield holding(f"picture: {what}", ".png", make)
    for what, make in _HARMLESS.items():
        yield replace(holding(f"picture: {what}", ".png", make, "picture"), sound=True)
    for what, exif in _EXIF.items():
        for kind, content in (
            ("PNG", png(9, 9, before=chunk(b"eXIf", exif))),
            ("JPEG", _jpeg_with(b"Exif\0\0" + exif)),
        ):
            yield replace(holding(f"picture: {kind} whose EXIF is {what}", ".png", content, "picture"), sound=True)


def _packed(size: int) -> bytes:
    return zlib.compress(bytes(size), 9)


def _jpeg_with(*notes: bytes) -> bytes:
    plain = genuine.picture("JPEG")
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note for note in notes)
    return plain[:2] + segments + plain[2:]


def _jpeg_of_nothing(side: int, frame: int, colours: int) -> bytes:
    """The shortest code there is for each block, in one scan of so many of its three colours."""
    tables = b"\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([1] * 64)
    head = b"\xff" + bytes([frame]) + struct.pack(">HBHHB", 17, 8, side, side, 3)
    head += bytes([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
    codes = b"".join(b"\xff\xc4" + struct.pack(">HB", 20, kind) + bytes([1] + [0] * 16) for kind in (0, 0x10))
    names = b"".join(bytes([number + 1, 0]) for number in range(colours))
    scan = (
        b"\xff\xda" + struct.pack(">HB", 6 + 2 * colours, colours) + names + bytes([0, 0 if frame == 0xC2 else 63, 0])
    )
    return b"\xff\xd8" + tables + head + codes + scan + bytes((side // 8) ** 2 * colours // 4 + 1) + b"\xff\xd9"


def _bmp_of_runs(width: int, height: int, runs: bytes) -> bytes:
    start = 14 + 40 + 1024
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(runs), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", start + len(runs), 0, 0, start) + head + bytes(1024) + runs


def _webp(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


_SIZE = bytes([47, 0, 0, 39, 0, 0])  # of the genuine picture, less one


def _large_webp(flags: int) -> bytes:
    return b"VP8X" + struct.pack("<II", 10, flags) + _SIZE


def _frame(*chunks: bytes) -> bytes:
    body = bytes(6) + _SIZE + bytes(4) + b"".join(chunks)
    return b"ANMF" + struct.pack("<I", len(body)) + body


_ANIMATION = b"ANIM" + struct.pack("<IIH", 6, 0, 0)
_NOTHING = b"abcd" + bytes(4)  # a chunk that nobody knows

_WITHOUT_END: dict[str, Callable[[], bytes]] = {
    "PNG with 300 profiles of 1 MB, packed, and cut": lambda: png(
        9, 9, before=chunk(b"iCCP", b"a\0\0" + _packed(1_000_000)) * 300
    )[:-30],
    "PNG with 3,000,000 empty parts of its data": lambda: png(9, 9, before=chunk(b"IDAT", b"") * 3_000_000),
    "progressive JPEG of 64 megapixels, all kept at once": lambda: _jpeg_of_nothing(8000, 0xC2, 3),
    "JPEG of 64 megapixels with a scan for each colour": lambda: _jpeg_of_nothing(8000, 0xC0, 1),
    "BMP of a million leaps to where they are": lambda: _bmp_of_runs(9, 9, b"\0\2\0\0" * 1_000_000),
    "BMP of 5,000,000 runs over its edge": lambda: _bmp_of_runs(9, 9, b"\1\0" * 5_000_000),
    "WebP of 1,000,000 chunks": lambda: _webp(genuine.picture("WEBP")[12:], _NOTHING * 1_000_000),
    "WebP of 1,000,000 chunks in a picture": lambda: _webp(
        _large_webp(2), _ANIMATION, _frame(genuine.picture("WEBP")[12:], _NOTHING * 1_000_000)
    ),
}
_HARMLESS: dict[str, Callable[[], bytes]] = {
    f"PNG with {_MANY:,} profiles of 1 MB, packed": lambda: png(
        9, 9, before=chunk(b"iCCP", b"a\0\0" + _packed(1_000_000)) * _MANY
    ),
    f"PNG with {_MANY:,} texts of 1 MB, packed": lambda: png(
        9, 9, before=chunk(b"zTXt", b"a\0\0" + _packed(1 << 20)) * _MANY
    ),
    f"PNG with {_MANY:,} descriptions of 1 MB, packed": lambda: png(
        9, 9, before=chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + _packed(1 << 20)) * _MANY
    ),
    "PNG with a text of 4 MB": lambda: png(9, 9, before=chunk(b"tEXt", b"a\0" + b"x" * (4 << 20))),
    "PNG of 19,000 pictures that move": lambda: png(9, 9, before=chunk(b"fdAT", bytes(4)) * 19_000),
    "JPEG with 400 EXIF of 64 KB": lambda: _jpeg_with(*[b"Exif\0\0" + bytes(65_000)] * 400),
    "BMP of 9,000,000 lines that are not there": lambda: _bmp_of_runs(9, 9, b"\0\0" * 9_000_000),
    "WebP that moves, of 15,000 pictures": lambda: _webp(
        _large_webp(2), _ANIMATION, *[_frame(genuine.picture("WEBP")[12:])] * 15_000
    ),
}
_EXIF: dict[str, bytes] = {
    "empty": b"",
    "nothing but its head": b"II*\0",
    "somewhere else": b"II*\0\xff\xff\xff\xff",
    "65,535 entries of which none is there": b"MM\0*\0\0\0\x08\xff\xff",
    "text": b"Adobe Photoshop",
}
