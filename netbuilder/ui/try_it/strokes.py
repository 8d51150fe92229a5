"""What is on the pad: strokes and dropped pictures, painted at once into one grey picture of bright ink on black."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

SIDE = 392
"""Pixels along each side: fourteen for each of MNIST's, enough to look smooth at 200 % scaling."""


@dataclass(slots=True)
class Stroke:
    """Points from pen down to pen up, each with its width; all in shares of the pad's side."""

    points: list[QPointF] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)


class Drawing:
    """The pad's content. Adding a point paints only what is new; undoing paints everything again."""

    def __init__(self) -> None:
        self._items: list[Stroke | QImage] = []
        self.picture = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
        self.picture.fill(0)

    @property
    def empty(self) -> bool:
        return not self._items

    @property
    def ink(self) -> NDArray[np.uint8]:
        """(392, 392), bright ink on black; a copy."""
        rows = np.frombuffer(self.picture.constBits(), np.uint8).reshape(SIDE, self.picture.bytesPerLine())
        return rows[:, :SIDE].copy()

    def begin(self, point: QPointF, width: float) -> None:
        """Puts the pen down."""
        stroke = Stroke()
        self._items.append(stroke)
        self._add(stroke, point, width)

    def go_on(self, point: QPointF, width: float) -> None:
        """Moves the pen that is down."""
        stroke = self._items[-1] if self._items else None
        if isinstance(stroke, Stroke) and stroke.points[-1] != point:
            self._add(stroke, point, width)

    def place(self, ink: NDArray[np.uint8]) -> None:
        """Puts a grey picture of bright ink on black, of any size, in the middle of the pad, as large as it goes."""
        height, width = ink.shape
        content = np.ascontiguousarray(ink)
        image = QImage(content.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
        self._items.append(image)
        self._paint_picture(image)

    def undo(self) -> bool:
        """Takes the last stroke or picture away; whether there was one."""
        if not self._items:
            return False
        self._items.pop()
        self.picture.fill(0)
        for item in self._items:
            if isinstance(item, QImage):
                self._paint_picture(item)
            else:
                for count in range(1, len(item.points) + 1):
                    self._paint_end(item, count)
        return True

    def clear(self) -> None:
        """Takes everything away."""
        self._items.clear()
        self.picture.fill(0)

    def _add(self, stroke: Stroke, point: QPointF, width: float) -> None:
        stroke.points.append(QPointF(point))
        stroke.widths.append(width)
        self._paint_end(stroke, len(stroke.points))

    def _paint_end(self, stroke: Stroke, count: int) -> None:
        """Paints what the last of ``count`` points adds: a curve through the middles between points, so no corners."""
        points = [point * SIDE for point in stroke.points[max(count - 3, 0) : count]]
        path = QPainterPath(points[0] if count < 3 else (points[0] + points[1]) / 2)
        if count >= 3:
            path.quadTo(points[1], (points[1] + points[2]) / 2)
        path.lineTo(points[-1] + QPointF(0.01, 0))  # a path without length paints nothing
        pen = QPen(Qt.GlobalColor.white, SIDE * stroke.widths[count - 1])
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter = QPainter(self.picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.strokePath(path, pen)
        painter.end()

    def _paint_picture(self, image: QImage) -> None:
        size = image.size().scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
        where = QRectF((SIDE - size.width()) / 2, (SIDE - size.height()) / 2, size.width(), size.height())
        painter = QPainter(self.picture)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Lighten)
        painter.drawImage(where, image)
        painter.end()
