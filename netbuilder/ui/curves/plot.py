"""One plot on the screen: the only place that knows pyqtgraph. It draws what it is given and decides nothing."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QVBoxLayout, QWidget

from netbuilder.ui.curves.inks import Inks, in_pieces
from netbuilder.ui.curves.marks import Marks
from netbuilder.ui.curves.picture import End, Picture, Role, Stroke
from netbuilder.ui.curves.scale import Scale, epoch_ticks
from netbuilder.ui.curves.words import PIXELS, RIGHT, Words
from netbuilder.ui.theme import Colours

LEFT = 56
"""Pixels of the value axis: the same in every plot, so that their epoch axes stand above one another."""

pg.setConfigOptions(antialias=True, useOpenGL=False)

_TICK = 64  # pixels from one epoch's number to the next
_DOT = 5  # pixels: a little more than the radius of a dot with its rim


class Plot(QWidget):
    """Lines over the epoch axis, with their names at their ends."""

    hovered = Signal(object)  # a place on the epoch axis, or None when the mouse left

    def __init__(self, *, axis: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = axis
        self._end = 1.0
        self._ends: tuple[End, ...] = ()
        self._marks = Marks()
        self._scale: Scale | None = None
        self._frame: object = None  # range and ticks as they are drawn
        self._view = pg.GraphicsView(self)
        # One rectangle: the many small ones that changed make Qt clip every line by all of them, at ten times the cost.
        self._view.setViewportUpdateMode(pg.GraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Put together by hand: a PlotItem makes a dozen menus that belong to nobody and outlive it.
        self._item = pg.GraphicsLayout()
        self._box = pg.ViewBox(enableMenu=False)
        self._axes = {side: pg.AxisItem(side) for side in ("left", "bottom")}
        self._curves: list[pg.PlotCurveItem] = []
        self._strokes: tuple[Stroke, ...] = ()
        self._dots: dict[Role, pg.ScatterPlotItem] = {}
        # The axis's own grid lies above the lines and takes the first and last tick's words away.
        self._grid = pg.PlotCurveItem(connect="pairs", antialias=False)
        self._words = Words(self._item, self._box, self.font())
        self._waited, self._waiting = QGraphicsRectItem(), QGraphicsRectItem()
        self._best, self._broken, self._hover = (pg.InfiniteLine(angle=90, movable=False) for _ in range(3))
        self._hover_dots = pg.ScatterPlotItem(size=9, pxMode=True)
        self._arrange()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._item.scene().sigMouseMoved.connect(self._moved)
        self._box.sigResized.connect(self._fit)

    def dress(self, colours: Colours, ratio: float) -> None:
        """Puts the colours of a theme on; ``ratio`` is how many pixels of the device make one of the layout."""
        self._inks = inks = Inks(colours, ratio)
        self._strokes = ()
        self._view.setBackground(QColor(colours.surface))
        self._grid.setPen(inks.line(colours.grid, 1))
        for side in ("left", "bottom"):
            axis = self._axes[side]
            axis.setPen(QPen(QColor(colours.grid if side == "left" else colours.border), 1))
            axis.setTextPen(QColor(colours.muted))
        for item, strength in ((self._waited, 36), (self._waiting, 16)):
            shade = QColor(colours.good)
            shade.setAlpha(strength)
            item.setBrush(QBrush(shade))
            item.setPen(QPen(Qt.PenStyle.NoPen))
        self._best.setPen(inks.line(colours.good, 1.5, Qt.PenStyle.DotLine))
        self._broken.setPen(inks.line(colours.error, 1.5, Qt.PenStyle.DashDotLine))
        self._hover.setPen(inks.line(colours.muted, 1))
        self._hover_dots.setPen(inks.line(colours.surface, 1.5))

    def draw(self, picture: Picture, end: float, marks: Marks) -> None:
        """Shows the lines over an axis from 0 to ``end`` epochs."""
        self._end, self._ends, self._marks = end, picture.ends, marks
        self._draw_frame(picture.scale, end)
        self._draw_lines(picture.strokes)
        self._draw_marks(picture.scale.low, picture.scale.high)
        self._words.place(self._ends, self._marks, self._inks)

    def point_at(self, place: float | None, heights: dict[Role, float]) -> None:
        """Moves the cross-hair there, or hides it; ``heights`` tells where it meets the lines."""
        self._hover.setVisible(place is not None)
        spots = []
        if place is not None:
            self._hover.setPos(place)
            spots = [
                {"pos": (place, height), "brush": QBrush(self._inks.line_colour(role))}
                for role, height in heights.items()
                if np.isfinite(height)
            ]
        self._hover_dots.setData(spots)

    def place_of(self, place: float) -> float:
        """The horizontal pixel in this widget of a place on the epoch axis, or the edge beyond which it lies."""
        return max(0.0, min(float(self._box.mapViewToScene(QPointF(place, 0.0)).x()), float(self.width())))

    def epochs_in(self, pixels: float) -> float:
        """How much of the epoch axis some pixels are."""
        return float(pixels * self._end / max(self._box.width(), 1.0))

    def hide_axis(self, hidden: bool) -> None:
        """Whether the epoch axis is written below another plot instead."""
        self._axis = not hidden
        self._axes["bottom"].setStyle(showValues=self._axis)
        self._axes["bottom"].setHeight(24 if self._axis else 8)

    def _arrange(self) -> None:
        self._item.setContentsMargins(0, 8, RIGHT, 0)
        self._item.setSpacing(0)
        self._item.addItem(self._axes["left"], 0, 0)
        self._item.addItem(self._box, 0, 1)
        self._item.addItem(self._axes["bottom"], 1, 1)
        for axis in self._axes.values():
            axis.linkToView(self._box)
        self._view.setCentralItem(self._item)
        self._box.setMouseEnabled(x=False, y=False)
        self._box.disableAutoRange()
        font = QFont(self.font())
        font.setPixelSize(PIXELS)
        for side in ("left", "bottom"):
            self._axes[side].setStyle(tickFont=font, tickLength=0, tickTextOffset=8, hideOverlappingLabels=False)
        self._axes["left"].setWidth(LEFT)
        self.hide_axis(not self._axis)
        for depth, item in enumerate((self._grid, self._waiting, self._waited, self._best, self._broken)):
            item.setZValue(-20 + depth)
            self._box.addItem(item, ignoreBounds=True)
        for item in (self._hover, self._hover_dots):
            item.setZValue(50)
            self._box.addItem(item, ignoreBounds=True)
        self._hover.hide()

    def _fit(self) -> None:
        strokes, self._strokes = self._strokes, ()
        if self._scale is not None:
            self._draw_frame(self._scale, self._end)
        self._draw_lines(strokes)
        self._words.place(self._ends, self._marks, self._inks)

    def _draw_frame(self, scale: Scale, end: float) -> None:
        """Axes and grid; what they show changes far more seldom than the lines."""
        epochs = epoch_ticks(end, max(2, int(self._box.width() / _TICK)))
        if (scale, end, epochs) == self._frame:
            return
        self._scale, self._frame = scale, (scale, end, epochs)
        whole = end * (1 + _DOT / max(self._box.width(), 1.0))  # the last dot is not cut in half
        self._box.setRange(xRange=(0, whole), yRange=(scale.low, scale.high), padding=0, disableAutoRange=True)
        self._axes["left"].setTicks([list(scale.ticks), []])
        self._axes["bottom"].setTicks([list(epochs), []])
        heights = np.repeat([height for height, _ in scale.ticks], 2)
        self._grid.setData(np.tile([0.0, end], heights.size // 2), heights)
        self._strokes = ()  # how dense a line lies, and where its dashes are, is counted in pixels

    def _draw_lines(self, strokes: tuple[Stroke, ...]) -> None:
        before, self._strokes = self._strokes, strokes
        while len(self._curves) < len(strokes):
            # Without its own clipping and downsampling: they cost 58 ms where min/max buckets cost 1.4.
            curve = pg.PlotCurveItem(antialias=True, connect="finite")
            self._curves.append(curve)
            self._box.addItem(curve, ignoreBounds=True)
        for curve in self._curves[len(strokes) :]:
            curve.setVisible(False)
        for depth, (stroke, curve) in enumerate(zip(strokes, self._curves, strict=False)):
            curve.setVisible(True)
            curve.setZValue(depth)
            if depth >= len(before) or not before[depth].same_as(stroke):
                self._draw_line(curve, stroke)
        dotted: dict[Role, Stroke] = {stroke.role: stroke for stroke in strokes if stroke.dots}
        drawn: dict[Role, Stroke] = {stroke.role: stroke for stroke in before if stroke.dots}
        for role in self._dots.keys() | dotted.keys():
            if role not in dotted or role not in drawn or not drawn[role].same_as(dotted[role]):
                self._draw_dots(role, dotted.get(role))

    def _draw_line(self, curve: pg.PlotCurveItem, stroke: Stroke) -> None:
        pixels = self._box.width() * float(stroke.x[-1] - stroke.x[0]) / max(self._end, 1e-9)
        pen, joined = self._inks.pen(stroke, pixels), self._inks.joined(stroke, pixels)
        curve.setSegmentedLineMode("on" if in_pieces(stroke) and pen.color().alpha() == 255 else "off")
        curve.setData(stroke.x, stroke.y, pen=pen, connect="finite" if joined is None else joined)

    def _draw_dots(self, role: Role, stroke: Stroke | None) -> None:
        if role not in self._dots:
            item = pg.ScatterPlotItem(size=6, pxMode=True, antialias=True)
            item.setZValue(30)
            self._dots[role] = item
            self._box.addItem(item, ignoreBounds=True)
        item = self._dots[role]
        if stroke is None:
            if item.points().size:
                item.setData([], [])
            return
        shown = np.isfinite(stroke.y)
        # Filled and hollow: the two lines differ without their colours too.
        colour = self._inks.line_colour(role)
        edge = self._inks.line(colour, 1.5)
        # Symbols are painted once for the screen and copied; a picture of another sharpness needs them anew.
        item.opts["useCache"] = self._inks.ratio == self.devicePixelRatioF()
        brush = QBrush(colour if role == "train" else QColor(self._inks.colours.surface))
        item.setData(stroke.x[shown], stroke.y[shown], pen=edge, brush=brush)

    def _draw_marks(self, low: float, high: float) -> None:
        marks = self._marks
        for line, place in ((self._best, marks.best), (self._broken, marks.broken)):
            line.setVisible(place is not None)
            if place is not None:
                line.setPos(place)
        for item in (self._waited, self._waiting):
            item.setVisible(marks.patience is not None)
        if marks.patience is not None:
            best, now, end = marks.patience
            self._waited.setRect(QRectF(best, low, now - best, high - low))
            self._waiting.setRect(QRectF(now, low, max(end - now, 0.0), high - low))

    def _moved(self, where: QPointF) -> None:
        inside = self._box.sceneBoundingRect().contains(where)
        self.hovered.emit(float(self._box.mapSceneToView(where).x()) if inside else None)
