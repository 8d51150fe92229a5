"""The words of a plot: values at the ends of the lines, and what the marks mean, none over another."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QBrush, QColor, QFont, QPainter
from PySide6.QtWidgets import QGraphicsSimpleTextItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from netbuilder.ui.curves.inks import Inks
from netbuilder.ui.curves.marks import Marks
from netbuilder.ui.curves.picture import End

PIXELS = 12
"""Height of the font."""

RIGHT = 120
"""Pixels right of the axis, where the words at the ends of the lines go when the run has reached it."""

_VEIL = 190  # of 255: how much of a line behind words is hidden
_APART = 16  # least distance of two words above one another


class Label(QGraphicsSimpleTextItem):
    """Words on a soft ground: the line of another run may pass behind them."""

    ground = QColor()
    _said: tuple[str, QColor, QColor] | None = None

    def say(self, text: str, colour: QColor, ground: QColor) -> None:
        """Shows words, which are measured and painted anew only if they are others."""
        if self._said != (text, colour, ground):
            self._said, self.ground = (text, colour, ground), ground
            self.setText(text)
            self.setBrush(QBrush(colour))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.fillRect(self.boundingRect(), self.ground)
        super().paint(painter, option, widget)  # type: ignore[arg-type] # its stub knows no None


class Words:
    """Writes words beside the lines of a plot."""

    def __init__(self, parent: pg.GraphicsLayout, box: pg.ViewBox, font: QFont) -> None:
        self._parent, self._box = parent, box
        self._font = QFont(font)
        self._font.setPixelSize(PIXELS)
        self.items: list[Label] = []

    def place(self, ends: Sequence[End], marks: Marks, inks: Inks) -> None:
        """Writes the ends of the lines so that they do not cover one another, and the marks' words above."""
        used = self._place_ends(ends, inks)
        top = self._box.sceneBoundingRect().top() + 2
        for place, text, colour in (
            (marks.best, marks.best_words, inks.colours.good),
            (marks.best, marks.patience_words, inks.colours.muted),
            (marks.broken, marks.broken_words, inks.colours.error),
        ):
            if place is None or not text:
                continue
            words = self._next(used, text, QColor(colour), inks)
            left = self._beside(place, words)
            if left is None:
                words = self._next(used, _in_two_lines(text), QColor(colour), inks)
                left = self._beside(place, words)
            words.setPos(self._box.sceneBoundingRect().left() if left is None else left, top)
            top += _APART * len(words.text().splitlines())
            used += 1
        for item in self.items[used:]:
            item.hide()

    def _place_ends(self, ends: Sequence[End], inks: Inks) -> int:
        """How many words that were."""
        frame = self._box.sceneBoundingRect()
        below, room = frame.top() - 8, frame.bottom() + 8
        heights = [(self._box.mapViewToScene(QPointF(end.place, end.height)), end) for end in ends]
        heights.sort(key=lambda pair: pair[0].y())
        tops: list[float] = []
        for point, _end in heights:
            below = max(point.y() - _APART / 2, below)
            tops.append(below)
            below += _APART
        # Words that were pushed out below move up again, the lowest first.
        for number in range(len(tops) - 1, -1, -1):
            room -= _APART
            tops[number] = min(tops[number], room)
            room = tops[number]
        for number, ((point, end), top) in enumerate(zip(heights, tops, strict=True)):
            self._next(number, end.text, inks.text_colour(end.role), inks).setPos(point.x() + 10, top)
        return len(tops)

    def _beside(self, place: float, words: Label) -> float | None:
        """Where words begin that stand right of a mark's line, or end left of it; None in a plot too narrow for both."""
        frame, line = self._box.sceneBoundingRect(), self._box.mapViewToScene(QPointF(place, 0.0)).x()
        wide = words.boundingRect().width()
        if line + 6 + wide <= frame.right() + RIGHT:
            return float(line + 6)
        return float(line - 6 - wide) if line - 6 - wide >= frame.left() else None

    def _next(self, number: int, text: str, colour: QColor, inks: Inks) -> Label:
        if number == len(self.items):
            item = Label(self._parent)
            item.setFont(self._font)
            item.setZValue(40)
            self.items.append(item)
        words = self.items[number]
        ground = QColor(inks.colours.surface)
        ground.setAlpha(_VEIL)
        words.say(text, colour, ground)
        words.show()
        return words


def _in_two_lines(text: str) -> str:
    """Broken at the dot or space nearest to its middle."""
    gaps = list(re.finditer(" · | ", text))
    gap = min(gaps, key=lambda one: abs(one.start() - len(text) / 2), default=None)
    return text if gap is None else f"{text[: gap.start()]}\n{text[gap.end() :]}"
