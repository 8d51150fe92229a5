"""Icons: drawn lines that take the theme's colour, sharp at every scaling."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from netbuilder.disk import resource

_FADED = 0.4  # of the lines of what can't be used now, where they have no colour for it


@lru_cache(maxsize=256)
def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """The icon ``resources/icons/<name>.svg``, whose lines are "currentColor", in a colour; in another when disabled."""
    return QIcon(_Drawn(name, colour, disabled))


class _Drawn(QIconEngine):
    """Draws an icon in the size that is asked for, and none before: most sizes never are."""

    def __init__(self, name: str, colour: str, disabled: str) -> None:
        super().__init__()
        self._name, self._colour, self._disabled = name, colour, disabled

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        is_off = mode == QIcon.Mode.Disabled
        painter.save()
        if is_off and not self._disabled:
            painter.setOpacity(_FADED * painter.opacity())
        _lines(self._name, (self._disabled if is_off else "") or self._colour).render(painter, square)
        painter.restore()

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        self.paint(painter, drawn.rect(), mode, state)
        painter.end()
        return drawn

    @override
    def clone(self) -> QIconEngine:
        return _Drawn(self._name, self._colour, self._disabled)


@lru_cache(maxsize=256)
def picture(name: str, colour: str, size: int) -> QPixmap:
    """The same as a picture of ``size`` pixels."""
    drawn = QPixmap(QSize(size, size))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    _lines(name, colour).render(painter)
    painter.end()
    return drawn


@lru_cache(maxsize=256)
def _lines(name: str, colour: str) -> QSvgRenderer:
    text = resource(f"icons/{name}.svg").read_text("utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(text.encode()))
