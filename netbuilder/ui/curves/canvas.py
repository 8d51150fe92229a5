"""What a plot shows between its axes, painted as one item of its scene."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from netbuilder.ui.curves.inks import Inks, in_pieces
from netbuilder.ui.curves.marks import Marks
from netbuilder.ui.curves.picture import Role, Stroke

DOT = 7.5
"""Pixels of a dot with its rim."""

_RIM = 1.5
_FAR = 1e6  # pixels: nobody sees a dot there, and beyond 2³¹ Qt can't be told of it

# An upright line: its place, from where to where.
_Upright = tuple[float, float, float]


class Canvas(QGraphicsItem):
    """Grid, marks, lines and dots, which are painted anew only when some of them changed.

    As items of their own, the scene would ask each for its bounds, clip and paint it by itself, and pyqtgraph's dots would
    cost as much as all lines: twice the time of what is painted here.
    """

    def __init__(self) -> None:
        super().__init__()
        self.strokes: tuple[Stroke, ...] = ()
        """The lines that are shown; empty, too, when all have to be drawn anew."""
        self.curves: list[pg.PlotCurveItem] = []
        self.dots: dict[Role, Dots] = {}
        # The axis's own grid lies above the lines and takes the first and last tick's words away.
        self.grid = pg.PlotCurveItem(connect="pairs", antialias=False)
        self._best, self._broken = (pg.PlotCurveItem(antialias=False) for _ in range(2))
        self._uprights: dict[pg.PlotCurveItem, _Upright | None] = {}
        self._rect = QRectF()
        self._end = 1.0

    def dress(self, inks: Inks) -> None:
        """Puts colours on; lines have to be shown again."""
        self._inks = inks
        self.strokes, self.dots = (), {}
        self.grid.setPen(inks.line(inks.colours.grid, 1))
        self._best.setPen(inks.line(inks.colours.good, 1.5, Qt.PenStyle.DotLine))
        self._broken.setPen(inks.line(inks.colours.error, 1.5, Qt.PenStyle.DashDotLine))
        self.update()

    def show_frame(self, rect: QRectF, end: float, heights: Sequence[float]) -> None:
        """Reaches over ``rect`` in places of both axes, with grid lines to ``end`` at some heights.

        Lines have to be shown again: how dense one lies, and where its dashes are, is counted in pixels.
        """
        self.prepareGeometryChange()
        self._rect, self._end, self.strokes = rect, end, ()
        self.grid.setData(np.tile([0.0, end], len(heights)), np.repeat(np.array(heights, np.float64), 2))
        self.update()

    def show_marks(self, marks: Marks) -> None:
        """Upright lines where something happened."""
        for curve, place in ((self._best, marks.best), (self._broken, marks.broken)):
            upright = None if place is None else (place, self._rect.top(), self._rect.bottom())
            if self._uprights.get(curve) != upright:
                self._uprights[curve] = upright
                if upright is not None:
                    curve.setData(np.full(2, upright[0]), np.array(upright[1:]))
                self.update()

    def show_strokes(self, strokes: tuple[Stroke, ...], width: float) -> None:
        """Draws the lines that differ from those that are shown, on an axis ``width`` pixels long."""
        before, self.strokes = self.strokes, strokes
        while len(self.curves) < len(strokes):
            # Without its own clipping and downsampling: they cost 58 ms where min/max buckets cost 1.4.
            self.curves.append(pg.PlotCurveItem(antialias=True, connect="finite"))
        for depth, (stroke, curve) in enumerate(zip(strokes, self.curves, strict=False)):
            if depth >= len(before) or not before[depth].same_as(stroke):
                self._draw_line(curve, stroke, width * float(stroke.x[-1] - stroke.x[0]) / max(self._end, 1e-9))
                self.update()
        if len(strokes) < len(before):
            self.update()
        self._show_dots(before)

    @override
    def boundingRect(self) -> QRectF:
        return self._rect

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        upright = (curve for curve, place in self._uprights.items() if place is not None)
        for curve in (self.grid, *upright, *self.curves[: len(self.strokes)]):
            curve.paint(painter, option, widget)
        for dots in self.dots.values():
            dots.paint(painter)

    def _draw_line(self, curve: pg.PlotCurveItem, stroke: Stroke, pixels: float) -> None:
        pen, joined = self._inks.pen(stroke, pixels), self._inks.joined(stroke, pixels)
        curve.setSegmentedLineMode("on" if in_pieces(stroke) and pen.color().alpha() == 255 else "off")
        dense = stroke.role == "steps" and stroke.x.size > pixels  # nobody sees whether its edges are smooth
        curve.setData(stroke.x, stroke.y, pen=pen, connect="finite" if joined is None else joined, antialias=not dense)

    def _show_dots(self, before: tuple[Stroke, ...]) -> None:
        dotted: dict[Role, Stroke] = {stroke.role: stroke for stroke in self.strokes if stroke.dots}
        drawn: dict[Role, Stroke] = {stroke.role: stroke for stroke in before if stroke.dots}
        if dotted.keys() != self.dots.keys():
            self.dots = {role: self.dots.get(role) or Dots(role, self._inks) for role in dotted}
            self.update()
        for role, stroke in dotted.items():
            if role not in drawn or not drawn[role].same_as(stroke):
                self.dots[role].show(stroke)
                self.update()


class Dots:
    """The points of a line, filled for training and hollow for all else: they differ without their colours, too."""

    def __init__(self, role: Role, inks: Inks) -> None:
        self._x = self._y = np.empty(0)
        side = math.ceil(DOT * inks.ratio)
        self._stamp = QPixmap(side, side)
        self._stamp.fill(Qt.GlobalColor.transparent)
        self._stamp.setDevicePixelRatio(inks.ratio)
        self._middle = self._stamp.deviceIndependentSize() / 2
        painter = QPainter(self._stamp)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = inks.line_colour(role)
        painter.setPen(QPen(colour, _RIM))
        painter.setBrush(colour if role == "train" else QColor(inks.colours.surface))
        radius = (DOT - _RIM) / 2
        painter.drawEllipse(QPointF(self._middle.width(), self._middle.height()), radius, radius)
        painter.end()

    def show(self, stroke: Stroke) -> None:
        """Takes the points of a line."""
        shown = np.isfinite(stroke.y)
        self._x, self._y = stroke.x[shown], stroke.y[shown]

    def paint(self, painter: QPainter) -> None:
        """Stamps them: painted as circles, they take as long as all lines."""
        to_pixels = painter.transform()
        left = self._x * to_pixels.m11() + (to_pixels.dx() - self._middle.width())
        top = self._y * to_pixels.m22() + (to_pixels.dy() - self._middle.height())
        near = (np.abs(left) < _FAR) & (np.abs(top) < _FAR)
        painter.save()
        painter.resetTransform()
        for x, y in zip(np.rint(left[near]).astype(int).tolist(), np.rint(top[near]).astype(int).tolist(), strict=True):
            painter.drawPixmap(x, y, self._stamp)
        painter.restore()
