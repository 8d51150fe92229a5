"""Icons: drawn lines that take the theme's colour, sharp at every scaling."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from netbuilder.disk import resource

_SIZES = (16, 20, 24, 32, 48, 64)  # up to 200 % of what is shown


@lru_cache(maxsize=256)
def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """The icon ``resources/icons/<name>.svg``, whose lines are "currentColor", in a colour; greyed when disabled."""
    drawn = QIcon()
    for size in _SIZES:
        drawn.addPixmap(picture(name, colour, size))
        if disabled:
            drawn.addPixmap(picture(name, disabled, size), QIcon.Mode.Disabled)
    return drawn


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
