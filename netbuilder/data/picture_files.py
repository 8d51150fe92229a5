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

from netbuilder.data import picture_bmp, picture_gif, picture_jpeg, picture_png, picture_webp
from netbuilder.data.picture_layout import HasTooManyParts, Layout
from netbuilder.data.picture_turning import UPRIGHT
from netbuilder.disk import CannotOpen, opened
from netbuilder.words import _

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
_LARGEST_FILE = 40_000_000  # bytes
_MOST_MEMORY = 160_000_000  # bytes, the file's own among them

_MOST_PIXELS = 140_000_000  # of a JPEG, which may be unpacked small

# Bytes a pixel while a picture is unpacked, measured with Pillow 13: what is transparent is copied before it is shrunk; of
# WebP there are four copies.
_OPAQUE, _FOUR_INKS, _TRANSPARENT, _GREY_AND_TRANSPARENT, _WEBP = 6.5, 8.5, 9.5, 13.5, 21.5

_LAYOUTS = {
    picture_png.SIGNATURE: picture_png.laid_out,
    picture_jpeg.SIGNATURE: picture_jpeg.laid_out,
    picture_bmp.SIGNATURE: picture_bmp.laid_out,
    picture_gif.SIGNATURE: picture_gif.laid_out,
    picture_webp.SIGNATURE: picture_webp.laid_out,
}

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
    from PIL import Image, UnidentifiedImageError, WebPImagePlugin  # noqa: F401 - the last makes itself known

    try:
        layout = _layout(content)
        image: Image.Image = Image.open(io.BytesIO(layout.content), formats=FORMATS)  # noqa: TID251 - with a list of formats
    except UnidentifiedImageError:
        message = _("“{name}” is no PNG, JPEG, BMP, GIF or WebP picture: save it as one of these.")
        raise NotAPicture(message.format(name=name)) from None
    except Image.DecompressionBombError:
        raise _too_large(name) from None
    except HasTooManyParts:
        message = _("“{name}” is made of far more parts than a picture needs: save it anew, and try again.")
        raise NotAPicture(message.format(name=name)) from None
    if image.width * image.height > _MOST_PIXELS:
        raise _too_large(name)
    image.draft(None, (longest, longest))  # a JPEG can be unpacked small
    taken = image.width * image.height * _bytes_a_pixel(image) + layout.held + len(content)
    if taken > _MOST_MEMORY:
        raise _too_large(name)
    return np.array(_upright(_shrunk(image, longest), layout.turned).convert("RGBA"))


def _layout(content: bytes) -> Layout:
    for signature, laid_out in _LAYOUTS.items():
        if content.startswith(signature):
            return laid_out(content)
    return Layout(content)


def _bytes_a_pixel(image: Image) -> float:
    if image.format == "WEBP":
        return _WEBP
    if image.mode == "LA":
        return _GREY_AND_TRANSPARENT
    if image.has_transparency_data:
        return _TRANSPARENT
    return _FOUR_INKS if image.mode == "CMYK" else _OPAQUE


def _shrunk(image: Image, longest: int) -> Image:
    if image.has_transparency_data:
        image = image if image.mode == "RGBA" else image.convert("RGBA")
    elif image.mode.startswith("I"):  # 16 bits, which Pillow would cut off at 255
        image = image.point(lambda level: level / 256).convert("L")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    # First by whole numbers, which is fast.
    small = image.reduce(max(1, max(image.size) // (2 * longest)))
    small.thumbnail((longest, longest))
    return small


def _upright(image: Image, turned: int) -> Image:
    from PIL.Image import Transpose

    ways = (
        Transpose.FLIP_LEFT_RIGHT,
        Transpose.ROTATE_180,
        Transpose.FLIP_TOP_BOTTOM,
        Transpose.TRANSPOSE,
        Transpose.ROTATE_270,
        Transpose.TRANSVERSE,
        Transpose.ROTATE_90,
    )
    return image if turned == UPRIGHT else image.transpose(ways[turned - 2])


def _too_large(name: str) -> NotAPicture:
    message = _("“{name}” is too large: make it smaller than 8 million pixels, and try again.")
    return NotAPicture(message.format(name=name))


def _damaged(name: str) -> NotAPicture:
    message = _("“{name}” is damaged or cut short: get it anew, or choose another picture.")
    return NotAPicture(message.format(name=name))
