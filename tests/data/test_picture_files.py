"""Pictures of unknown origin: pixels only, bounded before they are unpacked, whole or refused with a sentence."""

import io
import os
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netbuilder.data.picture_files import NotAPicture, read_picture

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")


def stripes(mode: str = "RGB", width: int = 60, height: int = 40) -> Image.Image:
    """Black on the left, white on the right."""
    grey = np.zeros((height, width), np.uint8)
    grey[:, width // 2 :] = 255
    return Image.fromarray(grey).convert(mode)


def written(path: Path, image: Image.Image, kind: str, **more) -> Path:
    image.save(path, kind, **more)
    return path


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_is_read_whatever_its_name(tmp_path, kind) -> None:
    found = read_picture(written(tmp_path / "a.png", stripes(), kind), 100)
    assert found.shape == (40, 60, 4)
    assert found[:, :25, :3].max() < 10
    assert found[:, 35:].min() > 245


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixels_keeps_its_brightness(tmp_path, mode) -> None:
    image = stripes() if mode == "I;16" else stripes(mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(stripes("L")).astype(np.uint16) * 128 + 100)  # 100 and half of the most
    found = read_picture(written(tmp_path / "a.png", image, "PNG"), 100)
    assert found[0, 0, 0] < 10
    assert found[0, -1, 0] == (127 if mode == "I;16" else 255)


def test_no_side_is_longer_than_asked_for(tmp_path) -> None:
    for mode in ("L", "RGBA", "P"):
        assert read_picture(written(tmp_path / "a.png", stripes(mode, 900, 30), "PNG"), 90).shape == (3, 90, 4)


def test_a_photograph_stands_as_its_camera_was_held(tmp_path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # turn it right
    found = read_picture(written(tmp_path / "a.jpg", stripes(), "JPEG", exif=turned), 100)
    assert found.shape == (60, 40, 4)
    assert found[:25, :, :3].max() < 10


def test_of_an_animation_the_first_picture_is_taken(tmp_path) -> None:
    more = [Image.new("RGB", (60, 40), "red")]
    path = written(tmp_path / "a.gif", stripes(), "GIF", save_all=True, append_images=more)
    assert read_picture(path, 100)[0, 0, 0] == 0


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_that_is_cut_short_is_refused(tmp_path, kind) -> None:
    rng = np.random.default_rng(0)
    whole = written(tmp_path / "a.png", Image.fromarray(rng.integers(0, 255, (64, 64, 3), np.uint8)), kind).read_bytes()
    (tmp_path / "a.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NotAPicture, match=r"“a\.png” is damaged or cut short"):
        read_picture(tmp_path / "a.png", 100)


@pytest.mark.parametrize(
    "content",
    [
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"II*\0\x08\0\0\0\0\0",
        b"P6 1 1 255\nabc",
        b"",
    ],
)
def test_what_is_no_picture_of_pixels_is_refused_whatever_its_name(tmp_path, content) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(NotAPicture, match=r"“a\.png” is no PNG, JPEG, BMP, GIF or WebP picture"):
        read_picture(tmp_path / "a.png", 100)


@pytest.mark.parametrize("side", [5_000, 12_000, 60_000])  # Pillow is silent, warns, and refuses
def test_a_picture_that_claims_to_be_huge_is_not_unpacked(tmp_path, side) -> None:
    buffer = io.BytesIO()
    stripes().save(buffer, "PNG")
    content = buffer.getvalue()
    header = b"IHDR" + struct.pack(">II", side, side * 2) + content[24:29]
    (tmp_path / "a.png").write_bytes(content[:12] + header + struct.pack(">I", zlib.crc32(header)) + content[33:])
    with pytest.raises(NotAPicture, match=r"“a\.png” is too large"):
        read_picture(tmp_path / "a.png", 100)


def photograph(**how) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (2000, 2000)).save(buffer, "JPEG", **how)
    return buffer.getvalue()


def test_a_photograph_of_a_hundred_megapixels_is_read_small(tmp_path) -> None:
    large = io.BytesIO()
    Image.new("L", (10_000, 10_000), 77).save(large, "JPEG")
    (tmp_path / "a.jpg").write_bytes(large.getvalue())
    found = read_picture(tmp_path / "a.jpg", 100)
    assert found.shape == (100, 100, 4)
    assert found[50, 50, 0] == 77


def test_a_progressive_photograph_is_read(tmp_path) -> None:
    stripes("RGB", 900, 600).save(tmp_path / "a.jpg", "JPEG", progressive=True)
    assert read_picture(tmp_path / "a.jpg", 100).shape == (67, 100, 4)


def _scan_bomb() -> bytes:
    content = photograph(progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last * 3000 + content[-2:]


@pytest.mark.parametrize(
    "content",
    [
        _scan_bomb(),
        b"\xff\xd8" + b"\xff\xfe\0\2" * 100_000 + photograph()[2:],
        b"\xff\xd8" + b"\xff" * 1_000_000 + photograph()[2:],
        b"\x89PNG\r\n\x1a\n" + (struct.pack(">I", 0) + b"tEXt" + struct.pack(">I", zlib.crc32(b"tEXt"))) * 100_000,
        b"GIF89a\1\0\1\0\0\0\0" + b"!\xfe" + b"\xffx" + b"x" * 254 + (b"\xff" + b"x" * 255) * 30_000,
        b"GIF89a\1\0\1\0\0\0\0" + b"!\xfe\0" * 100_000,
        b"GIF89a\1\0\1\0\0\0\0" + bytes(1_000_000),
    ],
    ids=["scans", "segments", "gap", "chunks", "blocks", "extensions", "zeros"],
)
def test_a_picture_of_parts_without_end_is_refused_at_once(tmp_path, content) -> None:
    (tmp_path / "a.png").write_bytes(content)
    begun = time.thread_time()
    with pytest.raises(NotAPicture, match=r"“a\.png” is made of far more parts than a picture needs"):
        read_picture(tmp_path / "a.png", 100)
    assert time.thread_time() - begun < 1


def test_a_gif_with_comments_is_read(tmp_path) -> None:
    stripes().save(tmp_path / "a.gif", "GIF", comment=b"," * 600_000)
    assert read_picture(tmp_path / "a.gif", 100).shape == (40, 60, 4)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP"])
def test_what_stands_behind_a_picture_is_none_of_it(tmp_path, kind) -> None:
    stripes().save(tmp_path / "a", kind)
    whole = read_picture(tmp_path / "a", 100)
    with (tmp_path / "a").open("ab") as file:
        file.write(bytes(1_000_000))
    assert np.array_equal(read_picture(tmp_path / "a", 100), whole)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_nobody_waits_for_a_pipe(tmp_path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(NotAPicture, match="no ordinary file"):
        read_picture(tmp_path / "a.png", 100)


def test_other_readers_of_pillow_stay_out_of_the_process(tmp_path) -> None:
    path = written(tmp_path / "a.webp", stripes(), "WEBP")
    code = (
        "import sys; from pathlib import Path; from netbuilder.data.picture_files import read_picture\n"
        "read_picture(Path(sys.argv[1]), 100); print('PIL.EpsImagePlugin' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "False\n"
