"""The curves as a picture for a report: PNG in twice the size of the screen, or SVG."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from netbuilder.ui import theme

_HEAD = 28  # pixels above the plots, for the title
_MARGIN = 8


def png(board: QWidget, title: str) -> bytes:
    """A PNG file of the plots as they stand, under their title."""
    size = _size(board)
    image = QImage(size * 2, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    painter = QPainter(image)
    _paint(painter, board, title, size)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # Not QImage.save: its stub wants bytes for the format and its code wants str.
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def svg(board: QWidget, title: str) -> bytes:
    """An SVG file of the plots as they stand, under their title."""
    size = _size(board)
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(0, 0), size))
    generator.setTitle(title)
    painter = QPainter(generator)
    _paint(painter, board, title, size)
    painter.end()
    return bytes(buffer.data().data())


def _size(board: QWidget) -> QSize:
    return board.size() + QSize(2 * _MARGIN, _HEAD + _MARGIN)


def _paint(painter: QPainter, board: QWidget, title: str, size: QSize) -> None:
    colours = theme.colours(board.palette())
    painter.fillRect(QRect(QPoint(0, 0), size), QColor(colours.surface))
    font = QFont(board.font())
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(colours.text))
    painter.drawText(QRectF(2 * _MARGIN, 0, size.width(), _HEAD), Qt.AlignmentFlag.AlignVCenter, title)
    painter.setFont(board.font())
    board.render(painter, QPoint(_MARGIN, _HEAD), renderFlags=QWidget.RenderFlag.DrawChildren)
