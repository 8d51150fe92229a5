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
        colour, strength = self._ink(mode)
        painter.save()
        painter.setOpacity(strength * painter.opacity())
        _lines(self._name, colour).render(painter, square)
        painter.restore()

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        colour, strength = self._ink(mode)
        return picture(self._name, colour, min(size.width(), size.height()), strength)

    @override
    def clone(self) -> QIconEngine:
        return _Drawn(self._name, self._colour, self._disabled)

    def _ink(self, mode: QIcon.Mode) -> tuple[str, float]:
        """The colour of the lines, and how strong it is."""
        if mode != QIcon.Mode.Disabled:
            return self._colour, 1.0
        return (self._disabled, 1.0) if self._disabled else (self._colour, _FADED)


@lru_cache(maxsize=256)
def picture(name: str, colour: str, size: int, strength: float = 1.0) -> QPixmap:
    """The same as a picture of ``size`` pixels; ``strength``: from 0, where nothing is seen, to 1."""
    drawn = QPixmap(QSize(size, size))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setOpacity(strength)
    _lines(name, colour).render(painter)
    painter.end()
    return drawn


@lru_cache(maxsize=256)
def _lines(name: str, colour: str) -> QSvgRenderer:
    text = resource(f"icons/{name}.svg").read_text("utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(text.encode()))
