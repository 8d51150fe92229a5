"""Pictures that were dropped or pasted on the pad: checked, bounded, and made bright ink on black."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage

from netbuilder.data.drawing import as_ink
from netbuilder.data.picture_files import FORMATS, NotAPicture, picture_in, read_picture
from netbuilder.words import _

__all__ = ["LONGEST", "SUFFIXES", "NotAPicture", "ink_of", "ink_of_file", "offers_picture"]

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
LONGEST = 784

_KINDS = tuple(f"image/{name.lower()}" for name in FORMATS)
_PIXELS = "application/x-qt-image"  # of this program, or of a system that hands over pixels rather than a file

_BRIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue, as ITU-R BT.601 has it


def offers_picture(offered: QMimeData) -> bool:
    """Whether something dragged or copied looks like a picture for the pad."""
    return any(offered.hasFormat(kind) for kind in (*_KINDS, _PIXELS)) or _path(offered) is not None


def ink_of(offered: QMimeData | None) -> NDArray[np.uint8]:
    """The picture that was dropped or pasted, at most 784 pixels a side. Raises ``NotAPicture``."""
    offered = offered or QMimeData()  # Qt gives none where the program that had copied it has just ended
    path = _path(offered)
    if path is not None:
        return ink_of_file(path)
    for kind in _KINDS:  # bytes of another program are read as a file's are, not by Qt
        if offered.hasFormat(kind):
            return _ink(picture_in(bytes(offered.data(kind).data()), _("the copied picture"), LONGEST))
    image = _image(offered)
    if image.isNull():
        raise NotAPicture(_("That is no picture. Copy or drop a PNG, JPEG, BMP, GIF or WebP picture."))
    return _ink(_pixels(image))


def ink_of_file(path: Path) -> NDArray[np.uint8]:
    """The picture in a file as bright ink on black, at most 784 pixels a side. Raises ``NotAPicture``."""
    return _ink(read_picture(path, LONGEST))


def _path(offered: QMimeData) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in offered.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in SUFFIXES else None


def _image(offered: QMimeData) -> QImage:
    """Pixels, or none: of another program's kind of picture, Qt would make them by readers that nothing bounds."""
    foreign = any(one.startswith("image/") for one in offered.formats())
    found = offered.imageData() if offered.hasFormat(_PIXELS) and not foreign else None
    return found if isinstance(found, QImage) else QImage()


def _pixels(image: QImage) -> NDArray[np.uint8]:
    if max(image.width(), image.height()) > LONGEST:
        ways = (Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        image = image.scaled(LONGEST, LONGEST, *ways)
    seen = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(seen.constBits(), np.uint8).reshape(seen.height(), seen.bytesPerLine())
    return rows[:, : 4 * seen.width()].reshape(seen.height(), seen.width(), 4).copy()


def _ink(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Ink of a picture, the transparent one on the paper that shows it: white for dark ink, black for light ink."""
    colours, solid = pixels[..., :3].astype(np.float32), pixels[..., 3:].astype(np.float32) / 255
    is_light = bool((solid > 0.5).any()) and float(colours[solid[..., 0] > 0.5].mean()) > 127
    on_paper = colours * solid + (0 if is_light else 255) * (1 - solid)
    return as_ink(np.rint(on_paper @ _BRIGHTNESS).astype(np.uint8))
