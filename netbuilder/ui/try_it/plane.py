"""The plane of two inputs: the examples, the network's answer everywhere, and a probe that is moved about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from netbuilder.spec.facts import DataFacts
from netbuilder.ui import numbers, theme
from netbuilder.ui.try_it.columns import Column
from netbuilder.ui.try_it.ground import SIDE, class_colours, painted, scaled
from netbuilder.ui.try_it.symbols import symbol
from netbuilder.words import _

MOST = 2000
"""Examples that are drawn; more would hide one another."""

_STEP = 0.02
_BELOW = 20  # pixels for the words of the axis
_ARROWS = {
    Qt.Key.Key_Left: (-_STEP, 0.0),
    Qt.Key.Key_Right: (_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, _STEP),
    Qt.Key.Key_Down: (0.0, -_STEP),
}


class Plane(QWidget):
    """A click, a drag or the arrow keys (with Shift in small steps) place the probe."""

    moved = Signal()

    def __init__(self, facts: DataFacts, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts, self._columns = facts, tuple(columns)
        self.low = (columns[0].reach[0], columns[1].reach[0])
        self.high = (columns[0].reach[1], columns[1].reach[1])
        self.probe = (columns[0].mean, columns[1].mean)
        self._points: NDArray[np.float64] = np.empty((0, 2))
        self._targets: NDArray[np.float64] = np.empty(0)
        self._outputs: NDArray[np.float32] | None = None
        self._back, self._over = QPixmap(), QPixmap()  # below the probe: all of it, and of that the examples
        self._back_in: theme.Colours | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(_("Plane of the two inputs; the arrow keys move the probe"))
        self._describe()

    def show_examples(self, points: NDArray[np.floating], targets: NDArray[np.number]) -> None:
        """Shows examples, (n, 2), with their class numbers or values, (n,); of very many every n-th."""
        every = max(1, -(-len(points) // MOST))
        self._points = np.asarray(points[::every], np.float64)
        self._targets = np.asarray(targets[::every], np.float64).ravel()
        self._over = QPixmap()
        self._forget_back()

    def show_field(self, outputs: NDArray[np.float32] | None) -> None:
        """Shows the network's answers on the grid, (6400, k); None: there are none."""
        self._outputs = outputs
        self._forget_back()

    def place(self, x: float, y: float) -> None:
        """Moves the probe; it stays inside."""
        self.probe = (min(max(x, self.low[0]), self.high[0]), min(max(y, self.low[1]), self.high[1]))
        self._describe()
        self.update()
        self.moved.emit()

    def paint_symbol(self, painter: QPainter, kind: int, where: QPointF) -> None:
        """Paints the symbol of a class, as its examples have it."""
        colours = theme.colours(self.palette())
        inks = class_colours(colours)
        painter.setPen(QPen(QColor(colours.surface), 0.8))
        painter.setBrush(QColor(inks[kind % len(inks)]))
        painter.drawPath(symbol(kind).translated(where))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.place(*self._inputs(event.position()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.place(*self._inputs(event.position()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        part = 0.2 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        across = part * step[0] * (self.high[0] - self.low[0])
        self.place(self.probe[0] + across, self.probe[1] + part * step[1] * (self.high[1] - self.low[1]))

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours(self.palette())
        ratio = self.devicePixelRatioF()
        if self._back.isNull() or self._back.size() != self.size() * ratio or self._back_in != colours:
            self._paint_back(colours, ratio)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._back)
        here = self._pixel(*self.probe)
        painter.setPen(QPen(QColor(colours.surface), 5))
        painter.drawEllipse(here, 7, 7)
        painter.setPen(QPen(QColor(colours.text), 2))
        painter.drawEllipse(here, 7, 7)
        painter.drawPoint(here)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(self._frame().adjusted(1, 1, -1, -1), 7, 7)
        painter.end()

    def _paint_back(self, colours: theme.Colours, ratio: float) -> None:
        """Everything but the probe, painted once for each answer of the network."""
        if self._over.isNull() or self._over.size() != self.size() * ratio or self._back_in != colours:
            self._over = self._paint_examples(colours, ratio)
        self._back, self._back_in = self._clear_pixmap(ratio), colours
        painter = QPainter(self._back)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = self._frame()
        if self._outputs is not None:
            rgb = np.ascontiguousarray(painted(self._outputs, self._facts, colours))
            image = QImage(rgb.tobytes(), SIDE, SIDE, 3 * SIDE, QImage.Format.Format_RGB888)
            painter.drawImage(frame, image)
        painter.drawPixmap(0, 0, self._over)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        self._paint_words(painter, colours, frame)
        painter.end()

    def _clear_pixmap(self, ratio: float) -> QPixmap:
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

    def _paint_examples(self, colours: theme.Colours, ratio: float) -> QPixmap:
        """The examples alone, painted once: two thousand symbols take longer than a new answer or a drag allows."""
        pixmap = self._clear_pixmap(ratio)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self._frame())
        inks = [QColor(colour) for colour in class_colours(colours)]
        classes = bool(self._facts.classes)
        kinds = self._targets.astype(int) if classes else np.zeros(len(self._targets), int)
        shades = scaled(self._targets) if self._targets.size and not classes else kinds
        low, high = inks[0], inks[1]
        for point, kind, shade in zip(self._points.tolist(), kinds.tolist(), shades.tolist(), strict=True):
            colour = inks[kind % len(inks)] if classes else _between(low, high, shade)
            painter.setPen(QPen(QColor(colours.surface), 0.8))
            painter.setBrush(colour)
            painter.drawPath(symbol(kind).translated(self._pixel(*point)))
        painter.end()
        return pixmap

    def _paint_words(self, painter: QPainter, colours: theme.Colours, frame: QRectF) -> None:
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(QColor(colours.muted))
        below = QRectF(frame.left(), frame.bottom(), frame.width(), _BELOW)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(below, middle, numbers.value(self.low[0]))
        painter.drawText(below, middle | Qt.AlignmentFlag.AlignRight, numbers.value(self.high[0]))
        painter.drawText(below, middle | Qt.AlignmentFlag.AlignHCenter, f"{self._columns[0].name} →")
        inside = frame.adjusted(6, 4, -6, -4)
        painter.drawText(inside, Qt.AlignmentFlag.AlignTop, f"↑ {self._columns[1].name}  {numbers.value(self.high[1])}")
        painter.drawText(inside, Qt.AlignmentFlag.AlignBottom, numbers.value(self.low[1]))

    def _forget_back(self) -> None:
        self._back = QPixmap()
        self.update()

    def _describe(self) -> None:
        pairs = zip(self._columns, self.probe, strict=False)
        self.setAccessibleDescription(", ".join(f"{column.name} {numbers.value(at)}" for column, at in pairs))

    def _frame(self) -> QRectF:
        return self.rect().toRectF().adjusted(0, 0, 0, -_BELOW)

    def _pixel(self, x: float, y: float) -> QPointF:
        frame = self._frame()
        across = (x - self.low[0]) / (self.high[0] - self.low[0])
        up = (y - self.low[1]) / (self.high[1] - self.low[1])
        return QPointF(frame.left() + across * frame.width(), frame.bottom() - up * frame.height())

    def _inputs(self, pixel: QPointF) -> tuple[float, float]:
        frame = self._frame()
        across = (pixel.x() - frame.left()) / frame.width()
        up = (frame.bottom() - pixel.y()) / frame.height()
        return self.low[0] + across * (self.high[0] - self.low[0]), self.low[1] + up * (self.high[1] - self.low[1])


def _between(low: QColor, high: QColor, share: float) -> QColor:
    mixed = (round(a + share * (b - a)) for a, b in zip(low.getRgb()[:3], high.getRgb()[:3], strict=True))  # type: ignore[index]
    return QColor(*mixed)
