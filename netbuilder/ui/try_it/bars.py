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
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_choices(self, choices: Sequence[Choice], best: int | None) -> None:
        """Shows the lines; the best one is bold and green."""
        shown = tuple(choices), best
        if shown == (self.choices, self.best):
            return
        self.choices, self.best = shown
        metrics = QFontMetricsF(self._font(QFont.Weight.DemiBold))
        self._names = max((metrics.horizontalAdvance(choice.name) for choice in choices), default=0.0)
        if self.height() != ROW * len(choices):
            self.setFixedHeight(ROW * len(choices))
        self.update()

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
        first, last = max(event.rect().top() // ROW, 0), event.rect().bottom() // ROW
        for number, choice in enumerate(self.choices[first : last + 1], first):
            top, best = number * ROW, number == self.best
            bar = (
                QRectF(left, top + ROW - 4, right - left, 3) if below else QRectF(left, top + 4, right - left, ROW - 8)
            )
            line = ROW - 3 if below else ROW
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
        font.setPixelSize(_SMALL)
        font.setWeight(weight)
        return font
