"""Pictures that were dropped or pasted on the pad: checked, bounded, and made bright ink on black."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from netbuilder.data.drawing import as_ink
from netbuilder.words import _

# Formats of pixels only: an SVG may ask for other files and unbounded work.
FORMATS = ("png", "jpeg", "bmp", "gif", "webp")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
MOST_PIXELS = 64_000_000
LONGEST = 784


class NotAPicture(Exception):
    """What was dropped can't be put on the pad; the message says why and what would do."""


def offers_picture(offered: QMimeData) -> bool:
    """Whether something dragged or copied looks like a picture for the pad."""
    return offered.hasImage() or _path(offered) is not None


def ink_of(offered: QMimeData) -> NDArray[np.uint8]:
    """The picture that was dropped or pasted, at most 784 pixels a side. Raises ``NotAPicture``."""
    path = _path(offered)
    if path is not None:
        return ink_of_file(path)
    image = QImage(offered.imageData()) if offered.hasImage() else QImage()
    if image.isNull():
        raise NotAPicture(_("That is no picture. Copy or drop a PNG, JPEG, BMP, GIF or WebP picture."))
    return _ink(image)


def ink_of_file(path: Path) -> NDArray[np.uint8]:
    """The picture in a file as bright ink on black, at most 784 pixels a side. Raises ``NotAPicture``."""
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if bytes(reader.format().data()).decode("ascii", "replace") not in FORMATS:
        words = _("{name} is no PNG, JPEG, BMP, GIF or WebP picture. Save it as one of these and drop it again.")
        raise NotAPicture(words.format(name=path.name))
    size = reader.size()
    if not size.isValid() or size.isEmpty() or size.width() * size.height() > MOST_PIXELS:
        words = _("{name} is too large. Pictures of up to 64 million pixels can be dropped here.")
        raise NotAPicture(words.format(name=path.name))
    if max(size.width(), size.height()) > LONGEST:
        reader.setScaledSize(size.scaled(LONGEST, LONGEST, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        words = _("{name} is damaged and can't be read ({reason}).")
        raise NotAPicture(words.format(name=path.name, reason=reader.errorString()))
    return _ink(image)


def _path(offered: QMimeData) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in offered.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in SUFFIXES else None


def _ink(image: QImage) -> NDArray[np.uint8]:
    if max(image.width(), image.height()) > LONGEST:
        ways = (Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        image = image.scaled(LONGEST, LONGEST, *ways)
    if image.hasAlphaChannel():
        image = _on_paper(image)
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return as_ink(rows[:, : grey.width()].copy())


def _on_paper(image: QImage) -> QImage:
    """A transparent picture on the paper that shows it: white for dark ink, black for light ink."""
    seen = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(seen.constBits(), np.uint8).reshape(seen.height(), seen.bytesPerLine())
    pixels = rows[:, : 4 * seen.width()].reshape(seen.height(), seen.width(), 4)
    solid = pixels[..., 3] > 127
    light = bool(solid.any()) and float(pixels[solid][:, :3].mean()) > 127
    paper = QImage(seen.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor(Qt.GlobalColor.black if light else Qt.GlobalColor.white))
    painter = QPainter(paper)
    painter.drawImage(0, 0, seen)
    painter.end()
    return paper
