"""One plot on the screen: the only place that knows pyqtgraph. It draws what it is given and decides nothing."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QVBoxLayout, QWidget

from netbuilder.ui.curves.canvas import DOT, Canvas
from netbuilder.ui.curves.inks import Inks
from netbuilder.ui.curves.marks import Marks
from netbuilder.ui.curves.picture import End, Picture, Role
from netbuilder.ui.curves.scale import Scale, epoch_ticks
from netbuilder.ui.curves.words import PIXELS, RIGHT, Words
from netbuilder.ui.theme import Colours

LEFT = 56
"""Pixels of the value axis: the same in every plot, so that their epoch axes stand above one another."""

pg.setConfigOptions(antialias=True, useOpenGL=False)

_TICK = 64  # pixels from one epoch's number to the next


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
        self._canvas = Canvas()
        self._words = Words(self._item, self._box, self.font())
        self._waited, self._waiting = QGraphicsRectItem(), QGraphicsRectItem()
        self._hover = pg.InfiniteLine(angle=90, movable=False)
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
        self._view.setBackground(QColor(colours.surface))
        self._canvas.dress(inks)
        for side in ("left", "bottom"):
            axis = self._axes[side]
            axis.setPen(QPen(QColor(colours.grid if side == "left" else colours.border), 1))
            axis.setTextPen(QColor(colours.muted))
            # Painted once for the screen and copied; a picture of another sharpness needs it anew.
            cache = QGraphicsItem.CacheMode
            on_screen = ratio == self.devicePixelRatioF()
            axis.setCacheMode(cache.DeviceCoordinateCache if on_screen else cache.NoCache)
        for item, strength in ((self._waited, 36), (self._waiting, 16)):
            shade = QColor(colours.good)
            shade.setAlpha(strength)
            item.setBrush(QBrush(shade))
            item.setPen(QPen(Qt.PenStyle.NoPen))
        self._hover.setPen(inks.line(colours.muted, 1))
        self._hover_dots.setPen(inks.line(colours.surface, 1.5))

    def draw(self, picture: Picture, end: float, marks: Marks) -> None:
        """Shows the lines over an axis from 0 to ``end`` epochs."""
        self._end, self._ends, self._marks = end, picture.ends, marks
        self._draw_frame(picture.scale, end)
        self._canvas.show_strokes(picture.strokes, self._box.width())
        self._draw_marks(picture.scale)
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
        for item in (self._waiting, self._waited, self._canvas, self._hover, self._hover_dots):
            self._box.addItem(item, ignoreBounds=True)
        self._hover.hide()

    def _fit(self) -> None:
        strokes = self._canvas.strokes
        if self._scale is not None:
            self._draw_frame(self._scale, self._end)
        self._canvas.strokes = ()
        self._canvas.show_strokes(strokes, self._box.width())
        self._words.place(self._ends, self._marks, self._inks)

    def _draw_frame(self, scale: Scale, end: float) -> None:
        """Axes and grid; what they show changes far more seldom than the lines."""
        epochs = epoch_ticks(end, max(2, int(self._box.width() / _TICK)))
        if (scale, end, epochs) == self._frame:
            return
        self._scale, self._frame = scale, (scale, end, epochs)
        whole = end * (1 + 0.6 * DOT / max(self._box.width(), 1.0))  # the last dot is not cut in half
        self._box.setRange(xRange=(0, whole), yRange=(scale.low, scale.high), padding=0, disableAutoRange=True)
        self._axes["left"].setTicks([list(scale.ticks), []])
        self._axes["bottom"].setTicks([list(epochs), []])
        rect = QRectF(0, scale.low, whole, scale.high - scale.low)
        self._canvas.show_frame(rect, end, [height for height, _ in scale.ticks])

    def _draw_marks(self, scale: Scale) -> None:
        marks, low, high = self._marks, scale.low, scale.high
        self._canvas.show_marks(marks)
        for item in (self._waited, self._waiting):
            item.setVisible(marks.patience is not None)
        if marks.patience is not None:
            best, now, end = marks.patience
            self._waited.setRect(QRectF(best, low, now - best, high - low))
            self._waiting.setRect(QRectF(now, low, max(end - now, 0.0), high - low))

    def _moved(self, where: QPointF) -> None:
        inside = self._box.sceneBoundingRect().contains(where)
        self.hovered.emit(float(self._box.mapSceneToView(where).x()) if inside else None)
