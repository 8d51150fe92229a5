"""The drawing pad: mouse, pen, finger, keyboard, or a picture dropped on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from netbuilder.ui import theme
from netbuilder.ui.try_it.dropped import NotAPicture, ink_of, offers_picture
from netbuilder.ui.try_it.strokes import Drawing
from netbuilder.words import _

PEN = 0.085
"""The usual pen width as a share of the pad's side: after shrinking to 20 pixels, a stroke as thick as MNIST's."""

_STEP = 0.04
_ARROWS = {
    Qt.Key.Key_Left: QPointF(-_STEP, 0),
    Qt.Key.Key_Right: QPointF(_STEP, 0),
    Qt.Key.Key_Up: QPointF(0, -_STEP),
    Qt.Key.Key_Down: QPointF(0, _STEP),
}


class Pad(QWidget):
    """A square to draw on. Arrow keys move its pen, space puts the pen down and up again."""

    changed = Signal()
    refused = Signal(str)  # why a picture could not be taken

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawing = Drawing()
        self.pen = PEN
        self._invitation = ""
        self._hand = QPointF(0.5, 0.3)  # the keyboard's pen
        self._hand_down = False
        self._pen_down = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(_("Drawing pad"))
        self.setAccessibleDescription(
            _("Arrow keys move the pen, space puts it down or up, Delete clears, Ctrl+Z takes a stroke back.")
        )

    @property
    def ink(self) -> NDArray[np.uint8]:
        """(392, 392), bright ink on black."""
        return self.drawing.ink

    def invite(self, words: str) -> None:
        """What stands on the pad while it is empty."""
        self._invitation = words
        self.update()

    def clear(self) -> None:
        """Takes everything away."""
        self._hand_down = False
        self.drawing.clear()
        self._tell()

    def undo(self) -> None:
        """Takes the last stroke or picture away."""
        self._hand_down = False
        if self.drawing.undo():
            self._tell()

    def put(self, ink: NDArray[np.uint8]) -> None:
        """Shows a picture, bright ink on black, instead of what is there."""
        self.drawing.clear()
        self.drawing.place(ink)
        self._tell()

    def paste(self) -> None:
        """Takes the picture on the clipboard."""
        try:
            self.put(ink_of(QGuiApplication.clipboard().mimeData()))
        except NotAPicture as problem:
            self.refused.emit(str(problem))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._down(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move(event.position())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pen_down = False

    @override
    def tabletEvent(self, event: QTabletEvent) -> None:
        pressure = event.pressure()
        match event.type():
            case QEvent.Type.TabletPress:
                self._down(event.position(), pressure)
            case QEvent.Type.TabletMove if pressure > 0:
                self._move(event.position(), pressure)
            case QEvent.Type.TabletRelease:
                self._pen_down = False
        event.accept()

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._knows(event):
            event.accept()  # or the window's own Undo and Paste would take the key
            return True
        if isinstance(event, QTouchEvent) and event.points():
            finger = event.points()[0].position()
            match event.type():
                case QEvent.Type.TouchBegin:
                    self._down(finger)
                case QEvent.Type.TouchUpdate:
                    self._move(finger)
                case _:
                    self._pen_down = False
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.clear()
        elif key == Qt.Key.Key_Space:
            self._toggle_hand()
        elif key in _ARROWS:
            self._move_hand(_ARROWS[key])
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hand_down = False
        super().focusOutEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if offers_picture(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        try:
            self.put(ink_of(event.mimeData()))
        except NotAPicture as problem:
            self.refused.emit(str(problem))
        else:
            event.acceptProposedAction()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours(self.palette())
        frame = self.rect().toRectF()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        rounded = QPainterPath()
        rounded.addRoundedRect(frame, 8, 8)
        painter.setClipPath(rounded)
        painter.fillRect(frame, QColor(colours.pad_paper))
        if self.drawing.empty:
            painter.setPen(QColor(theme.DARK.muted))  # the paper is dark in both themes
            inside = frame.adjusted(12, 12, -12, -12)
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._invitation)
        else:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Screen)
            painter.drawImage(frame, self.drawing.picture)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)
        if self.hasFocus():
            self._paint_focus(painter, frame, QColor(theme.DARK.accent))
        painter.end()

    @override
    def sizeHint(self) -> QSize:
        return QSize(184, 184)

    def _paint_focus(self, painter: QPainter, frame: QRectF, colour: QColor) -> None:
        painter.setPen(QPen(colour, 2))
        painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), 7, 7)
        # The keyboard's pen: a ring as wide as its stroke, filled while it is down.
        radius = max(self.pen * frame.width() / 2, 3.0)
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine if self._hand_down else Qt.PenStyle.DotLine))
        if self._hand_down:
            painter.setBrush(colour)
        painter.drawEllipse(self._hand * frame.width(), radius, radius)

    def _knows(self, event: QKeyEvent) -> bool:
        known = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Space, *_ARROWS}
        return (
            event.matches(QKeySequence.StandardKey.Undo)
            or event.matches(QKeySequence.StandardKey.Paste)
            or (Qt.Key(event.key()) in known and event.modifiers() in {_NONE, Qt.KeyboardModifier.KeypadModifier})
        )

    def _down(self, where: QPointF, pressure: float | None = None) -> None:
        self._hand_down = False
        self._pen_down = True
        self.drawing.begin(where / self.width(), self._width(pressure))
        self._tell()

    def _move(self, where: QPointF, pressure: float | None = None) -> None:
        if self._pen_down:
            self.drawing.go_on(where / self.width(), self._width(pressure))
            self._tell()

    def _width(self, pressure: float | None) -> float:
        return self.pen if pressure is None else self.pen * (0.4 + 0.9 * pressure)

    def _toggle_hand(self) -> None:
        self._hand_down = not self._hand_down
        if self._hand_down:
            self.drawing.begin(self._hand, self.pen)
            self._tell()
        self.update()

    def _move_hand(self, step: QPointF) -> None:
        moved = self._hand + step
        self._hand = QPointF(min(max(moved.x(), 0.0), 1.0), min(max(moved.y(), 0.0), 1.0))
        if self._hand_down:
            self.drawing.go_on(self._hand, self.pen)
            self._tell()
        self.update()

    def _tell(self) -> None:
        self.update()
        self.changed.emit()


_NONE = Qt.KeyboardModifier.NoModifier
