"""Of a picture file, its pixels are read and how the camera was held; whatever else is in it costs and spoils nothing."""

import io
import random
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from netbuilder.data.picture_files import NotAPicture, picture_in

RIGHT = b"MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"
"""EXIF of a camera that was held to the right."""


def bars() -> Image.Image:
    """60 × 40, black on the left and white on the right."""
    grey = np.zeros((40, 60), np.uint8)
    grey[:, 30:] = 255
    return Image.fromarray(grey).convert("RGB")


def packed(kind: str, image: Image.Image | None = None, **more) -> bytes:
    buffer = io.BytesIO()
    (image or bars()).save(buffer, kind, **more)
    return buffer.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*before: bytes) -> bytes:
    """A PNG with chunks behind its head."""
    plain = packed("PNG")
    return plain[:33] + b"".join(before) + plain[33:]


def profile(size: int) -> bytes:
    return b"icc\0\0" + zlib.compress(bytes(size), 9)


def refusal(content: bytes) -> str:
    with pytest.raises(NotAPicture) as told:
        picture_in(content, "a.png", 784)
    return str(told.value)


@pytest.mark.parametrize(
    "content",
    [
        png(chunk(b"iCCP", profile(4 << 20))),
        png(chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(4 << 20)))),
        png(chunk(b"iTXt", b"k\0\1\0\0\0" + zlib.compress(bytes(4 << 20)))),
        png(chunk(b"gAMA", b"\0"), chunk(b"pHYs", b""), chunk(b"sRGB", b""), chunk(b"cHRM", b"\0\0")),
        png(chunk(b"eXIf", b"")),
        png(chunk(b"eXIf", b"II")),
        png(chunk(b"eXIf", b"\xff" * 40)),
        packed("JPEG", exif=b"Exif\0\0", quality=100, subsampling=0),
        packed("JPEG", exif=b"Exif\0\0II*\0", quality=100, subsampling=0),
        packed("JPEG", icc_profile=bytes(300_000), comment=b"," * 60_000, quality=100, subsampling=0),
        packed("WEBP", exif=b"Exif\0\0", lossless=True),
        packed("WEBP", exif=b"II*\0\xff\xff\xff\xff", icc_profile=bytes(300_000), lossless=True),
    ],
    ids=lambda content: None,
)
def test_what_stands_beside_the_pixels_spoils_no_picture(content) -> None:
    found = picture_in(content, "a.png", 784)
    assert np.abs(found[..., :3].astype(int) - np.asarray(bars())).max() <= 1


@pytest.mark.parametrize(
    "content",
    [
        png(chunk(b"iCCP", profile(1_000_000)) * 3000),
        png(chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + zlib.compress(bytes(1 << 20), 9)) * 3000),
        b"\xff\xd8" + (b"\xff\xe1\xff\xffExif\0\0" + bytes(65527)) * 400 + packed("JPEG")[2:],
    ],
    ids=["profiles", "texts", "EXIF"],
)
def test_thousands_of_notes_cost_no_time(content) -> None:
    begun = time.thread_time()
    assert picture_in(content, "a.png", 784).shape == (40, 60, 4)
    assert time.thread_time() - begun < 0.5


def turned_pictures() -> dict[str, bytes]:
    xmp = '<x tiff:Orientation="6"/>'
    text, squeezed, raw = PngInfo(), PngInfo(), PngInfo()
    text.add_itxt("XML:com.adobe.xmp", xmp)
    squeezed.add_itxt("XML:com.adobe.xmp", xmp, zip=True)
    raw.add_text("Raw profile type exif", f"\nexif\n{len(RIGHT):8}\n{RIGHT.hex()}\n", zip=True)
    short = b"II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0"
    return {
        "PNG": packed("PNG", exif=RIGHT),
        "PNG, its notes at the end": png()[:-12] + chunk(b"eXIf", short) + png()[-12:],
        "PNG by XMP": packed("PNG", pnginfo=text),
        "PNG by packed XMP": packed("PNG", pnginfo=squeezed),
        "PNG by a text": packed("PNG", pnginfo=raw),
        "JPEG": packed("JPEG", exif=b"Exif\0\0" + short),
        "JPEG by XMP": packed("JPEG", xmp=xmp.encode()),
        "WebP": packed("WEBP", exif=RIGHT),
        "WebP by XMP": packed("WEBP", xmp=xmp.encode()),
    }


@pytest.mark.parametrize("what", turned_pictures())
def test_every_way_to_say_how_the_camera_was_held_is_understood(what) -> None:
    found = picture_in(turned_pictures()[what], "a.png", 784)
    assert found.shape == (60, 40, 4)
    assert found[:25, :, :3].max() < 20
    assert found[35:, :, :3].min() > 235


@pytest.mark.parametrize("way", range(1, 9))
def test_every_way_to_hold_a_camera_is_turned_upright(way) -> None:
    pixels = np.random.default_rng(way).integers(0, 255, (7, 9, 3), np.uint8)
    content = packed("PNG", Image.fromarray(pixels), exif=RIGHT[:19] + bytes([way]) + RIGHT[20:])
    turn = [
        lambda seen: seen,
        lambda seen: seen[:, ::-1],
        lambda seen: seen[::-1, ::-1],
        lambda seen: seen[::-1],
        lambda seen: seen.transpose(1, 0, 2),
        lambda seen: np.rot90(seen, -1),
        lambda seen: seen[::-1, ::-1].transpose(1, 0, 2),
        lambda seen: np.rot90(seen),
    ][way - 1]
    assert np.array_equal(picture_in(content, "a.png", 784)[..., :3], turn(pixels))


def jpeg_of_zeros(side: int, frame: int, colours_in_scan: int) -> bytes:
    """All of it is there: the shortest code there is for each block."""
    tables = b"\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([1] * 64)
    head = struct.pack(">HBHHB", 17, 8, side, side, 3) + bytes([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
    codes = b"".join(b"\xff\xc4" + struct.pack(">HB", 20, kind) + bytes([1] + [0] * 16) for kind in (0, 0x10))
    named = b"".join(bytes([one + 1, 0]) for one in range(colours_in_scan))
    last = 0 if frame == 0xC2 else 63
    scan = struct.pack(">HB", 6 + 2 * colours_in_scan, colours_in_scan) + named + bytes([0, last, 0])
    blocks = (side // 8) ** 2 * colours_in_scan
    return (
        b"\xff\xd8"
        + tables
        + b"\xff"
        + bytes([frame])
        + head
        + codes
        + b"\xff\xda"
        + scan
        + bytes(blocks // 4 + 1)
        + b"\xff\xd9"
    )


@pytest.mark.parametrize("frame, colours", [(0xC2, 3), (0xC0, 1)], ids=["progressive", "a scan for each colour"])
def test_a_jpeg_whose_coefficients_are_all_kept_at_once_is_bounded_by_them(frame, colours) -> None:
    assert picture_in(jpeg_of_zeros(800, frame, colours), "a.jpg", 784).shape == (784, 784, 4)
    assert "“a.png” is too large" in refusal(jpeg_of_zeros(8000, frame, colours))


def test_a_large_progressive_photograph_with_half_the_colours_is_read() -> None:
    content = packed("JPEG", Image.new("RGB", (5000, 4800)), progressive=True)
    assert picture_in(content, "a.jpg", 784).shape == (753, 784, 4)


@pytest.mark.parametrize("what", ["beside its picture", "in its picture"])
def test_a_webp_of_chunks_without_end_is_refused(what) -> None:
    many, plain = b"abcd\0\0\0\0" * 30_000, packed("WEBP", lossless=True)[12:]
    if what == "in its picture":
        inner = bytes(16) + plain + many
        plain, many = b"ANMF" + struct.pack("<I", len(inner)) + inner, b""
    assert "made of far more parts" in refusal(
        b"RIFF" + struct.pack("<I", 4 + len(plain) + len(many)) + b"WEBP" + plain + many
    )


def test_of_a_moving_webp_the_first_picture_is_read() -> None:
    rng = np.random.default_rng(1)
    first, *others = (Image.fromarray(rng.integers(0, 255, (20, 30, 3), np.uint8)) for _ in range(4))
    found = picture_in(packed("WEBP", first, save_all=True, append_images=others, lossless=True), "a.webp", 784)
    assert np.array_equal(found[..., :3], np.asarray(first))


def bmp(width: int, height: int, bits: int, colours: bytes, rows: bytes) -> bytes:
    start = 54 + len(colours)
    head = struct.pack(
        "<IiiHHIIiiII", 40, width, height, 1, bits, 1 if bits == 8 else 2, len(rows), 0, 0, len(colours) // 4, 0
    )
    return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + head + colours + rows


def runs(chance: random.Random, width: int, bits: int) -> bytes:
    """A row as runs of one colour and of several."""
    row, left = b"", width
    while left:
        count = chance.randrange(1, min(255, left) + 1)
        several = chance.randbytes(count if bits == 8 else (count + 1) // 2)
        row += (
            bytes([0, count]) + several + bytes(len(several) % 2)
            if count > 2
            else bytes([count, chance.randrange(256)])
        )
        left -= count
    return row


@pytest.mark.parametrize("bits", [4, 8])
def test_a_bmp_of_run_lengths_has_the_same_pixels_as_pillow_finds(bits) -> None:
    chance = random.Random(bits)
    for width, height in ((1, 1), (3, 7), (61, 40), (300, 2)):
        rows = b"\0\0".join(runs(chance, width, bits) for _row in range(height)) + b"\0\1"
        content = bmp(width, height, bits, chance.randbytes(4 << bits), rows)
        wanted = Image.open(io.BytesIO(content), formats=["BMP"]).convert("RGBA")
        assert np.array_equal(picture_in(content, "a.bmp", 784), np.asarray(wanted))


def test_a_bmp_may_leap_over_pixels() -> None:
    colours = bytes(4) + b"\xff\xff\xff\0"
    found = picture_in(bmp(4, 3, 8, colours, b"\1\1\0\2\1\1\1\1\0\1"), "a.bmp", 784)
    assert found[..., 0].tolist() == [[0, 0, 0, 0], [0, 0, 255, 0], [255, 0, 0, 0]]


@pytest.mark.parametrize("nothing", [b"\0\2\0\0", b"\0\0", b"\1\0"], ids=["leaps", "lines", "runs"])
def test_run_lengths_without_end_cost_no_time(nothing) -> None:
    content = bmp(28, 28, 8, bytes(1024), nothing * 9_000_000)
    begun = time.thread_time()
    try:
        picture_in(content, "a.bmp", 784)
    except NotAPicture as problem:
        assert "made of far more parts" in str(problem)  # noqa: PT017 - lines that are too many may be passed over
    assert time.thread_time() - begun < 0.5


def test_a_bmp_that_is_cut_within_its_runs_is_refused() -> None:
    assert "damaged or cut short" in refusal(bmp(28, 28, 8, bytes(1024), b"\x1c\1\0\0" * 9))
