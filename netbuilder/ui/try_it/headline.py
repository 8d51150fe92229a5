"""The answer in large type, with its probability beside it or, for long words, below it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from netbuilder.ui import theme
from netbuilder.ui.plain_tip import plain_tip

HEIGHT = 40
_LARGE, _MEDIUM, _SMALL = 32, 20, 13
_GAP = 8


class Headline(QWidget):
    """Two words of different size that always take the same height, so that nothing jumps when they change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = self.detail = ""
        self._good = False
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, text: str, detail: str, *, good: bool) -> None:
        """Shows an answer and its probability; a good one is green."""
        if (text, detail, good) == (self.text, self.detail, self._good):
            return
        self.text, self.detail, self._good = text, detail, good
        self.setToolTip(plain_tip(f"{text}\n{detail}".strip()))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(128, HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours(self.palette())
        ink, muted = QColor(colours.good if self._good else colours.text), QColor(colours.muted)
        small = self._font(_SMALL, QFont.Weight.Normal)
        detail_width = QFontMetricsF(small).horizontalAdvance(self.detail)
        painter = QPainter(self)
        for pixels in (_LARGE, _MEDIUM):
            font = self._font(pixels, QFont.Weight.Bold)
            width = QFontMetricsF(font).horizontalAdvance(self.text)
            if width + _GAP + detail_width <= self.width():
                base = HEIGHT - 8.0
                self._write(painter, font, ink, QRectF(0, 0, width + 1, base), self.text)
                # Both stand on one line.
                down = QFontMetricsF(font).descent() - QFontMetricsF(small).descent()
                beside = QRectF(width + _GAP if self.text else 0.0, 0, detail_width + 1, base - down)
                self._write(painter, small, muted, beside, self.detail)
                break
        else:
            font = self._font(_MEDIUM, QFont.Weight.Bold)
            self._write(painter, font, ink, QRectF(0, 0, self.width(), HEIGHT - 17), self.text)
            self._write(painter, small, muted, QRectF(0, HEIGHT - 17, self.width(), 16), self.detail)
        painter.end()

    def _font(self, pixels: int, weight: QFont.Weight) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        font.setWeight(weight)
        return font

    @staticmethod
    def _write(painter: QPainter, font: QFont, colour: QColor, where: QRectF, text: str) -> None:
        painter.setFont(font)
        painter.setPen(colour)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, where.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft | _NO_CLIP, shown)


_NO_CLIP = Qt.TextFlag.TextDontClip
