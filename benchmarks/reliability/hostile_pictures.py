"""Hostile pictures: programs and drawings by another name, pixels without number, damage of every kind."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, cut, flipped, holding, of_bytes

_CUTS, _FLIPS = 6, 10  # files of each format
_POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(ran) (w) file closefile\nshowpage\n"
_SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='file:///etc/passwd'/></svg>"

OTHERS: dict[str, bytes] = {
    "PostScript": _POSTSCRIPT,
    "PostScript in an envelope of DOS": b"\xc5\xd0\xd3\xc6"
    + struct.pack("<II", 30, len(_POSTSCRIPT))
    + bytes(18)
    + _POSTSCRIPT,
    "PDF": b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n",
    "SVG": _SVG,
    "SVG with an XML head": b"<?xml version='1.0'?>" + _SVG,
    "SVG, packed": gzip.compress(_SVG, mtime=0),
    "HTML": b"<html><script>alert(1)</script></html>",
    "XPM": b'/* XPM */\nstatic char *a[] = {"1 1 1 1", "a c black", "a"};\n',
    "XBM": b"#define a_width 9\n#define a_height 9\nstatic char a_bits[] = {0};\n",
    "PPM": b"P6 9 9 255\n" + bytes(243),
    "TIFF": b"II*\0\x08\0\0\0\0\0\0\0\0\0",
    "TIFF of the other order": b"MM\0*\0\0\0\x08\0\0",
    "ICO": b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x10\0\0\0\x16\0\0\0",
    "CUR": b"\0\0\2\0\1\0\x10\x10\0\0\1\0\x20\0\x10\0\0\0\x16\0\0\0",
    "ICNS": b"icns\0\0\0\x10ic07\0\0\0\x08",
    "PCX": b"\x0a\5\1\1" + bytes(124),
    "TGA": b"\0\0\2" + bytes(9) + b"\x09\0\x09\0\x20\x08" + bytes(324),
    "PSD": b"8BPS\0\1" + bytes(20),
    "FITS": b"SIMPLE  =                    T".ljust(2880),
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "AVIF": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
    "DDS": b"DDS \x7c\0\0\0" + bytes(120),
    "MPEG": b"\0\0\1\xb3\x10\0\x10",
    "WMF": b"\xd7\xcd\xc6\x9a" + bytes(40),
    "EMF": b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(40),
    "Sun raster": b"\x59\xa6\x6a\x95" + bytes(28),
    "GIMP's brush": b"\0\0\0\x1c\0\0\0\1" + bytes(20),
    "GRIB": b"GRIB" + bytes(3) + b"\1",
    "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(96),
    "a program of Linux": b"\x7fELF\2\1\1" + bytes(57),
    "a program of Windows": b"MZ" + bytes(62),
    "a line of a shell": b"#!/bin/sh\ntouch ran\n",
}


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for what, content in OTHERS.items():
        for suffix in (".png", ".jpg") if what in ("PostScript", "SVG", "PDF") else (".png",):
            yield holding(f"picture: {what}", suffix, content)
    for kind in genuine.PICTURES:
        base = genuine.picture(kind)
        for number in range(_CUTS):
            # A GIF may lack its last byte, a JPEG what stands behind its last line.
            yield of_bytes(f"picture: {kind}, cut, {number}", ".png", partial(cut, base[:-20]))
        for number in range(_FLIPS):
            what = f"picture: {kind}, flipped bits, {number}"
            yield of_bytes(what, ".png", partial(_flipped, base, 1 << number % 5), "picture")
        yield holding(f"picture: {kind}, something behind it", ".png", base + _POSTSCRIPT, "picture")
        yield holding(f"picture: {kind}, something before it", ".png", b"GIF8" + base)
    for what, make in _HUGE.items():
        yield holding(f"picture: {what}", ".png", make)
    for what, make in _ODD.items():
        yield holding(f"picture: {what}", ".png", make)
    for what, make in _HARMLESS.items():
        yield holding(f"picture: {what}", ".png", make, "picture")


def _flipped(base: bytes, bits: int, chance: random.Random) -> bytes:
    return flipped(base, chance, bits)


def chunk(name: bytes, content: bytes) -> bytes:
    """Of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(
    width: int, height: int, *, depth: int = 8, colours: int = 2, before: bytes = b"", data: bytes | None = None
) -> bytes:
    """A sound one of nothing, with chunks ``before`` its data."""
    head = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    packed = zlib.compress(bytes(height * (3 * width + 1)) if data is None else data)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@cache
def _zeros(size: int) -> bytes:
    packer, block = zlib.compressobj(9), bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def _huge_png(side: int) -> bytes:
    """All of it is there, in a few hundred KB."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", _zeros(160 << 20)) + chunk(b"IEND", b"")


def _jpeg(width: int, height: int, **how: bool) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(buffer, "JPEG", subsampling=0, **how)
    content = bytearray(buffer.getvalue())
    start = max(content.find(b"\xff\xc0\0\x11"), content.find(b"\xff\xc2\0\x11"))
    content[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return bytes(content)


@cache
def _scans() -> bytes:
    """A progressive JPEG of 25 megapixels with 3,000 scans, each of which goes over all of them."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("L", (5000, 5000)).save(buffer, "JPEG", progressive=True)
    content = buffer.getvalue()
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last * 3000 + content[-2:]


def _bmp(width: int, height: int, packing: int = 0) -> bytes:
    return (
        b"BM"
        + struct.pack("<IIIIiiHHIIIIII", 1000, 0, 54, 40, width, height, 1, 24, packing, 0, 0, 0, 0, 0)
        + bytes(900)
    )


def _gif(width: int, height: int) -> bytes:
    """A tiny picture on a canvas of that size."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    return head + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0;"


def _webp(width: int, height: int) -> bytes:
    packed = genuine.picture("WEBP")
    frame = packed[12:]
    large = b"VP8X" + struct.pack("<II", 10, 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 4 + len(large) + len(frame)) + b"WEBP" + large + frame


_HUGE: dict[str, Callable[[], bytes]] = {
    "PNG of 144 megapixels": lambda: _huge_png(12_000),
    "PNG of 60,000 × 60,000": lambda: _huge_png(60_000),
    "PNG of 2³¹ × 2³¹": lambda: _huge_png(0x7FFFFFFF),
    "PNG of 1 × 10⁹": lambda: png(1, 10**9, data=b"x"),
    "JPEG of 65,500 × 65,500": lambda: _jpeg(65_500, 65_500),
    "JPEG of 144 megapixels": lambda: _jpeg(12_000, 12_000),
    "progressive JPEG of 144 megapixels": lambda: _jpeg(12_000, 12_000, progressive=True),
    "progressive JPEG of 3,000 scans": _scans,
    "JPEG of 500,000 comments": lambda: b"\xff\xd8" + b"\xff\xfe\0\2" * 500_000 + genuine.picture("JPEG")[2:],
    "JPEG with nothing between its parts": lambda: b"\xff\xd8" + b"\xff" * (8 << 20) + genuine.picture("JPEG")[2:],
    "PNG of 500,000 texts": lambda: png(9, 9, before=chunk(b"tEXt", b"") * 500_000),
    "GIF with a comment of 8 MB": lambda: _gif(9, 9)[:-14] + b"!\xfe" + (b"\xff" + b"x" * 255) * 32_000,
    "GIF with nothing between its parts": lambda: _gif(9, 9)[:-14] + bytes(8 << 20) + _gif(9, 9)[-14:],
    "BMP of 144 megapixels": lambda: _bmp(12_000, 12_000),
    "BMP of 2³¹ × 2³¹": lambda: _bmp(0x7FFFFFFF, 0x7FFFFFFF),
    "GIF of 65,535 × 65,535": lambda: _gif(65_535, 65_535),
    "GIF of 144 megapixels": lambda: _gif(12_000, 12_000),
    "WebP of 16,383 × 16,383": lambda: _webp(16_383, 16_383),
    "WebP of 2²⁴ × 2²⁴": lambda: _webp(1 << 24, 1 << 24),
}
_ODD: dict[str, Callable[[], bytes]] = {
    "PNG of 0 × 0": lambda: png(0, 0),
    "PNG without data": lambda: png(9, 9, data=b""),
    "PNG with data that are no deflate": lambda: png(9, 9).replace(b"x\x9c", b"\0\0"),
    "PNG, its head twice": lambda: png(9, 9, before=chunk(b"IHDR", bytes(13))),
    "PNG of unknown colours": lambda: png(9, 9, colours=7),
    "PNG of unknown depth": lambda: png(9, 9, depth=13),
    "PNG of a palette without one": lambda: png(9, 9, colours=3),
    "PNG with a chunk of 2 GB": lambda: png(9, 9, before=struct.pack(">I", 0x7FFFFFFF) + b"tEXt"),
    "PNG with text of 64 MB, packed": lambda: png(9, 9, before=chunk(b"zTXt", b"a\0\0" + _zeros(64 << 20)), data=b"x"),
    "PNG of nothing but its head": lambda: png(9, 9)[:33],
    "JPEG of 0 × 0": lambda: _jpeg(0, 0),
    "JPEG of nothing but its ends": lambda: b"\xff\xd8\xff\xd9",
    "JPEG without tables": lambda: _without_tables(),
    "BMP of 0 × 0": lambda: _bmp(0, 0),
    "BMP of −5 columns": lambda: _bmp(-5, 5),
    "BMP of an unknown packing": lambda: _bmp(9, 9, packing=77),
    "BMP of run lengths that never end": lambda: _bmp(900, 900, packing=1),
    "GIF of 0 × 0": lambda: _gif(0, 0)[:-9],
    "WebP of nothing but its head": lambda: genuine.picture("WEBP")[:30],
    "WebP that says to have 4 GB": lambda: b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff" + bytes(20),
}
_HARMLESS: dict[str, Callable[[], bytes]] = {
    "PNG with a colour profile of 64 MB, packed": lambda: png(9, 9, before=chunk(b"iCCP", b"a\0\0" + _zeros(64 << 20))),
    "PNG with 10,000 texts": lambda: png(9, 9, before=chunk(b"tEXt", b"a\0b") * 10_000),
    "PNG with packed texts of 64 MB": lambda: png(9, 9, before=chunk(b"zTXt", b"a\0\0" + _zeros(1 << 20)) * 64),
    "PNG of 10 megapixels of nothing": lambda: png(3200, 3200),
    "PNG that says to be turned 99 times": lambda: png(
        9, 9, before=chunk(b"eXIf", b"II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x63\0\0\0")
    ),
    "PNG whose EXIF is none": lambda: png(9, 9, before=chunk(b"eXIf", b"\xff" * 40)),
    "JPEG of 10 megapixels of which 256 pixels are there": lambda: _jpeg(3200, 3200),
    "GIF of 9 megapixels with one": lambda: _gif(3000, 3000),
    "WebP of 9 megapixels with a smaller one": lambda: _webp(3000, 3000),
    "GIF of 0 × 0 with one pixel": lambda: _gif(0, 0),
}


def _without_tables() -> bytes:
    content = genuine.picture("JPEG")
    start = content.index(b"\xff\xdb")
    return content[:start] + content[content.index(b"\xff\xc0") :]
