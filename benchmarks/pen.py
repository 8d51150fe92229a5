"""A mouse that draws rings on the real pad of the window."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

_RING = 50  # points


class Pen:
    """Sends the events of a pressed and moved mouse, a point at a time."""

    def __init__(self, window: Window) -> None:
        self._pad = window.try_it.form.pad  # type: ignore[union-attr]
        self._drawn = 0

    def lift(self) -> None:
        """Clears a full ring away: to be called some time before the next point, as no hand is faster."""
        if self._drawn % _RING == 0:
            self._pad.clear()

    def draw(self) -> None:
        """Moves on by one point."""
        pad, turn = self._pad, self._drawn % _RING
        self._drawn += 1
        angle = 0.14 * turn
        place = QPointF(pad.width() * (0.5 + 0.25 * math.sin(angle)), pad.height() * (0.5 - 0.33 * math.cos(angle)))
        kind = QEvent.Type.MouseMove if turn else QEvent.Type.MouseButtonPress
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        away, keys = pad.mapToGlobal(place), Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(pad, QMouseEvent(kind, place, away, none if turn else left, left, keys))
