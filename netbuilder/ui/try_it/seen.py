"""The picture as the network gets it: enlarged, every pixel crisp."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from netbuilder.ui import theme
from netbuilder.words import _

SIDE = 56
"""Twice MNIST's 28 pixels, seven times scikit-learn's 8."""


class Seen(QWidget):
    """Shows one grey picture, bright on black."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName(_("What the network sees"))
        self._image = QImage()

    def show_picture(self, picture: NDArray[np.uint8], brightest: float) -> None:
        """Shows a picture of any size; ``brightest`` is the value of full ink."""
        grey = np.rint(picture * (255 / brightest)).clip(0, 255).astype(np.uint8)
        height, width = grey.shape
        self._image = QImage(grey.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
        self.update()

    def show_nothing(self) -> None:
        """Shows an empty sheet."""
        if not self._image.isNull():
            self._image = QImage()
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rounded = QPainterPath()
        rounded.addRoundedRect(self.rect().toRectF(), 4, 4)
        painter.setClipPath(rounded)
        painter.fillRect(self.rect(), QColor(theme.colours(self.palette()).pad_paper))
        if not self._image.isNull():
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Screen)
            painter.drawImage(self.rect().toRectF(), self._image)  # without smoothing: pixels stay pixels
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setPen(QColor(theme.colours(self.palette()).border))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 3.5, 3.5)
        painter.end()
