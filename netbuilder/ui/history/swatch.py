"""A short piece of an earlier run's line: beside its name it says which of the curves it is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from netbuilder.ui.curves.inks import EARLIER, earlier_colour
from netbuilder.ui.theme import Colours

SIZE = QSize(28, 12)


def swatch(ink: int, colours: Colours, ratio: float) -> QPixmap:
    """The line in its colour and dashes, as sharp as a screen with that many pixels for one of the layout."""
    drawn = QPixmap(SIZE * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    pen = QPen(earlier_colour(colours, ink), 1.5)
    pen.setDashPattern(EARLIER[ink][2])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter = QPainter(drawn)
    painter.setPen(pen)
    painter.drawLine(0, SIZE.height() // 2, SIZE.width(), SIZE.height() // 2)
    painter.end()
    return drawn
