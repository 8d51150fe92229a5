"""Pictures of unknown origin, as files: formats of pixels only, bounded before they are unpacked, whole or refused.

Pillow reads them rather than Qt, which takes half a JPEG for a whole one; it is told which formats it may try, since it
starts Ghostscript for PostScript of any name.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.picture_layout import HasTooManyParts, scans
from netbuilder.disk import CannotOpen, opened
from netbuilder.words import _

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
_LARGEST_FILE = 40_000_000  # bytes
_MOST_MEMORY = 140_000_000  # bytes beside the file's own

# Bytes a pixel while a picture is unpacked, measured with Pillow 13: a JPEG of one scan is unpacked small, one of several
# has all its coefficients in memory, two bytes a colour; what is transparent is copied before it is shrunk; of WebP there
# are four copies.
_PHOTOGRAPH, _OPAQUE, _FOUR_INKS, _TRANSPARENT, _WEBP = 1.0, 6.5, 8.5, 9.5, 16.5
_RUN_LENGTHS = 150.0  # of a BMP, which Python itself unpacks, and slowly

# What Pillow's readers let out for bytes that are no picture.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    AssertionError,
    AttributeError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)


class NotAPicture(Exception):
    """What was offered can't be used as a picture; the message says why and what would do."""


def read_picture(path: Path, longest: int) -> NDArray[np.uint8]:
    """The picture in a file, (height, width, 4): red, green, blue and how solid it is; no side beyond ``longest``.

    Of an animation the first picture is taken. Raises ``NotAPicture``.
    """
    try:
        with opened(path) as (file, size):
            if size > _LARGEST_FILE:
                raise _too_large(path.name)
            content = file.read(size)
    except CannotOpen as problem:
        raise NotAPicture(str(problem)) from problem
    except OSError as problem:
        raise _damaged(path.name) from problem
    return picture_in(content, path.name, longest)


def picture_in(content: bytes, name: str, longest: int) -> NDArray[np.uint8]:
    """The same for the bytes of a file; ``name`` is what they are called in a refusal. Raises ``NotAPicture``."""
    if len(content) > _LARGEST_FILE:
        raise _too_large(name)
    try:
        with warnings.catch_warnings(action="ignore"):  # what Pillow warns of are metadata, which are not read
            return _read(name, content, longest)
    except _DAMAGED as problem:
        raise _damaged(name) from problem


def _read(name: str, content: bytes, longest: int) -> NDArray[np.uint8]:
    # WebP is no format that Pillow knows at once, and asked for it by name, it would import the readers of all others.
    from PIL import Image, ImageOps, UnidentifiedImageError, WebPImagePlugin  # noqa: F401 - the last makes itself known

    try:
        times = scans(content)
        image: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)  # noqa: TID251 - with a list of formats
    except UnidentifiedImageError:
        message = _("“{name}” is no PNG, JPEG, BMP, GIF or WebP picture: save it as one of these.")
        raise NotAPicture(message.format(name=name)) from None
    except Image.DecompressionBombError:
        raise _too_large(name) from None
    except HasTooManyParts:
        message = _("“{name}” is made of far more parts than a picture needs: save it anew, and try again.")
        raise NotAPicture(message.format(name=name)) from None
    if image.width * image.height * _bytes_a_pixel(image, times) > _MOST_MEMORY:
        raise _too_large(name)
    image.draft(None, (longest, longest))  # a JPEG can be unpacked small
    small = ImageOps.exif_transpose(_shrunk(image, longest))
    return np.array(small.convert("RGBA"))


def _bytes_a_pixel(image: Image, times: int) -> float:
    match image.format:
        case "WEBP":
            return _WEBP
        case "BMP" if image.info.get("compression"):
            return _RUN_LENGTHS
        case "JPEG" | "MPO" if times == 1:
            return _PHOTOGRAPH
        case _:
            pass
    if image.has_transparency_data:
        return _TRANSPARENT
    return _FOUR_INKS if image.mode == "CMYK" else _OPAQUE


def _shrunk(image: Image, longest: int) -> Image:
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode.startswith("I"):  # 16 bits, which Pillow would cut off at 255
        image = image.point(lambda level: level / 256).convert("L")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    # First by whole numbers, which is fast.
    small = image.reduce(max(1, max(image.size) // (2 * longest)))
    small.thumbnail((longest, longest))
    return small


def _too_large(name: str) -> NotAPicture:
    message = _("“{name}” is too large: make it smaller than 8 million pixels, and try again.")
    return NotAPicture(message.format(name=name))


def _damaged(name: str) -> NotAPicture:
    message = _("“{name}” is damaged or cut short: get it anew, or choose another picture.")
    return NotAPicture(message.format(name=name))
