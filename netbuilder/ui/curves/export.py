"""The curves as a picture for a report, in twice the size of the screen.

SVG was tried: Qt's generator knows no clipping, and what lies outside an axis is drawn over everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QWidget

from netbuilder.ui import theme

if TYPE_CHECKING:
    from netbuilder.ui.curves.board import Board

_HEAD = 28  # pixels above the plots, for the title
_MARGIN = 8


def png(board: Board, title: str) -> bytes:
    """A PNG file of the plots as they stand, under their title."""
    size = _size(board)
    image = QImage(size * 2, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    with board.at_ratio(2):
        painter = QPainter(image)
        _paint(painter, board, title, size)
        painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # Not QImage.save: its stub wants bytes for the format and its code wants str.
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _size(board: Board) -> QSize:
    return board.size() + QSize(2 * _MARGIN, _HEAD + _MARGIN)


def _paint(painter: QPainter, board: Board, title: str, size: QSize) -> None:
    colours = theme.colours(board.palette())
    painter.fillRect(QRect(QPoint(0, 0), size), QColor(colours.surface))
    font = QFont(board.font())
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(colours.text))
    painter.drawText(QRectF(2 * _MARGIN, 0, size.width(), _HEAD), Qt.AlignmentFlag.AlignVCenter, title)
    painter.setFont(board.font())
    board.render(painter, QPoint(_MARGIN, _HEAD), renderFlags=QWidget.RenderFlag.DrawChildren)
