"""A painted bar for each class."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from netbuilder.ui import numbers, theme
from netbuilder.ui.try_it.answer import Choice

ROW = 17
MANY = 12
"""Lines of more classes, or of names with bars below, scroll where they lack room; fewer stand closer together first."""

_CLOSE = 12  # pixels of a line that stands as close as can be
_SHORT = 40  # pixels of a name that leaves room for a bar beside it, however narrow the whole is
_GAP = 6
_SMALL = 12
_MARK = 16

Mark = Callable[[QPainter, int, QPointF], None]


class Bars(QWidget):
    """One line a class: name, bar, value. One widget that paints, since ten progress bars take longer than a stroke.

    Where names leave little room for bars, the bars lie below the names.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices: tuple[Choice, ...] = ()
        self.best: int | None = None
        self.mark: Mark | None = None  # paints the sign of a class left of its name
        self._names = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_choices(self, choices: Sequence[Choice], best: int | None) -> None:
        """Shows the lines; the best one is bold and green."""
        shown = tuple(choices), best
        if shown == (self.choices, self.best):
            return
        self.choices, self.best = shown
        metrics = QFontMetricsF(self._font(QFont.Weight.DemiBold))
        self._names = max((metrics.horizontalAdvance(choice.name) for choice in choices), default=0.0)
        lines = len(choices)
        closer = lines <= MANY and self._names <= _SHORT
        self.setMinimumHeight(lines * (_CLOSE if closer else ROW))
        self.setMaximumHeight(lines * ROW)
        self.update()

    @property
    def row(self) -> float:
        """Pixels of a line."""
        return min(self.height() / max(len(self.choices), 1), ROW)

    @override
    def sizeHint(self) -> QSize:
        return QSize(128, ROW * len(self.choices))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plain, bold = self._font(QFont.Weight.Normal), self._font(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(bold)
        values = metrics.horizontalAdvance(numbers.percent(1.0)) + 1
        values = max([values, *(metrics.horizontalAdvance(choice.text) + 1 for choice in self.choices)])
        start = _MARK if self.mark else 0
        below = self._names > 0.36 * self.width()
        left, right = (0.0, float(self.width()))
        if not below:
            left, right = start + self._names + _GAP, self.width() - values - _GAP
        row = self.row
        first, last = max(int(event.rect().top() / row), 0), int(event.rect().bottom() / row)
        for number, choice in enumerate(self.choices[first : last + 1], first):
            top, best = number * row, number == self.best
            thick = 3.0 if below else row - 8 * row / ROW
            bar = QRectF(left, top + (row - 4 if below else (row - thick) / 2), right - left, thick)
            line = row - 3 if below else row
            painter.setFont(bold if best else plain)
            painter.setPen(QColor(colours.good if best else colours.text))
            names = self.width() - start - metrics.horizontalAdvance(choice.text) - _GAP if below else self._names
            name = metrics.elidedText(choice.name, Qt.TextElideMode.ElideRight, names + 1)
            painter.drawText(QRectF(start, top, names + 2, line), Qt.AlignmentFlag.AlignVCenter, name)
            if self.mark:
                painter.save()
                self.mark(painter, number, QPointF(_MARK / 2 - 2, top + line / 2))
                painter.restore()
            if bar.width() > 0 and choice.share is not None:
                self._paint_bar(painter, bar, choice.share, colours, best=best)
            painter.setPen(QColor(colours.good if best else colours.muted))
            place = QRectF(self.width() - values, top, values, line)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, choice.text)
        painter.end()

    @staticmethod
    def _paint_bar(painter: QPainter, track: QRectF, share: float, colours: theme.Colours, *, best: bool) -> None:
        radius = min(3.0, track.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(track, radius, radius)
        filled = QRectF(track.left(), track.top(), track.width() * share, track.height())
        if filled.width() >= 0.5:
            painter.setBrush(QColor(colours.good if best else colours.train))
            radius = min(radius, filled.width() / 2)
            painter.drawRoundedRect(filled, radius, radius)

    def _font(self, weight: QFont.Weight) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(_SMALL if self.row > _CLOSE + 2 else _SMALL - 1)
        font.setWeight(weight)
        return font
