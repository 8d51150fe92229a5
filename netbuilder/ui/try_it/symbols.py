"""The symbol of each class in the plane, so that colour does not carry the meaning alone."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

_RADIUS = 3.6
# Corners, turn of the first one in degrees, and how far the corners between go in (1: not at all, so no star).
_KINDS = (
    (0, 0, 1.0),
    (3, -90, 1.0),
    (4, 45, 1.0),
    (4, 0, 1.0),
    (5, -90, 0.45),
    (4, 0, 0.35),
    (3, 90, 1.0),
    (6, 0, 1.0),
)


@cache
def symbol(kind: int) -> QPainterPath:
    """The outline of a class's symbol around (0, 0): circle, triangle, square, diamond, star …"""
    corners, turn, inside = _KINDS[kind % len(_KINDS)]
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    if not corners:
        path.addEllipse(QPointF(0, 0), _RADIUS, _RADIUS)
        return path
    around = 2 * corners if inside < 1 else corners
    points = []
    for number in range(around):
        angle = math.radians(turn + 360 * number / around)
        radius = 1.3 * _RADIUS * (inside if inside < 1 and number % 2 else 1)
        points.append(QPointF(radius * math.cos(angle), radius * math.sin(angle)))
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path
