"""The pens of a plot: the colour of each line, how thick and how faint it is, and its dashes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from netbuilder.ui import theme
from netbuilder.ui.curves.picture import Role, Stroke
from netbuilder.ui.theme import Colours

_FAINT = 64  # alpha of the line of batches
_BEHIND: dict[Role, int] = {
    "steps": 150,
    "train": 96,
    "validation": 96,
    "penalty": 96,
}  # alpha beside or behind a smoothed line
_LINES = {"steps": "train", "train": "train", "validation": "validation", "penalty": "muted"}
_WORDS = {"train": "train_text", "validation": "validation_text", "penalty": "muted", "steps": "muted"}
_DASHES: dict[Role, list[float]] = {"validation": [4.0, 2.5], "penalty": [1.0, 3.0]}  # in widths of the pen

EARLIER = (
    ("#0B7A75", "#45C8BE", (6.0, 2.0)),
    ("#B4247A", "#F28AC4", (2.0, 2.0)),
    ("#7A3FC0", "#C29BFF", (7.0, 2.0, 1.5, 2.0)),
    ("#5E6B00", "#B9CC52", (10.0, 4.0)),
    ("#8A4B2A", "#D9A88A", (1.2, 2.4)),
    ("#47607A", "#9FB9D6", (4.0, 2.0, 1.5, 2.0, 1.5, 2.0)),
)
"""The inks of earlier runs: the colour on a light and on a dark ground, both readable as words, and the dashes."""

LONG = 160
"""Points above which a line is painted piece by piece."""


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of a theme on a screen of which ``ratio`` pixels make one of the layout.

    Qt fills the outline of a thick line as one shape, which takes 25 ms for 2,000 noisy points; painted piece by
    piece they take 1.7 ms. Pieces would show where they overlap if they were not opaque, and a pen's dashes would
    begin anew with each of them: so faint inks are mixed with the ground, and long lines are cut into dashes.
    """

    colours: Colours
    ratio: float

    def line_colour(self, role: Role) -> QColor:
        """The colour of a line."""
        if isinstance(role, int):
            return earlier_colour(self.colours, role)
        return QColor(getattr(self.colours, _LINES[role]))

    def text_colour(self, role: Role) -> QColor:
        """The colour of the words at its end."""
        if isinstance(role, int):
            return earlier_colour(self.colours, role)
        return QColor(getattr(self.colours, _WORDS[role]))

    def line(self, colour: str | QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """A pen whose width does not grow with the axes; Qt measures such pens in the screen's own pixels."""
        pen = QPen(QColor(colour), width * self.ratio, style)
        pen.setCosmetic(True)
        return pen

    def pen(self, stroke: Stroke, pixels: float) -> QPen:
        """The pen of a line that reaches over so many pixels of the layout."""
        thin = stroke.faint or stroke.role in {"steps", "penalty"}
        earlier = isinstance(stroke.role, int)
        pen = self.line(self._shade(stroke, pixels), 1.0 if thin else 1.5 if earlier else 2.0)
        if isinstance(stroke.role, int):
            pen.setDashPattern(EARLIER[stroke.role][2])
        elif stroke.role in _DASHES and not in_pieces(stroke):
            pen.setDashPattern(_DASHES[stroke.role])
        return pen

    def joined(self, stroke: Stroke, pixels: float) -> NDArray[np.bool_] | None:
        """Which points of a long line are joined to their next so that it is dashed; None where its pen sees to that."""
        if stroke.role not in _DASHES or not in_pieces(stroke):
            return None
        drawn, left_out = _DASHES[stroke.role]
        period = 2 * (drawn + left_out)
        across = stroke.x * (pixels / max(float(stroke.x[-1] - stroke.x[0]), 1e-9))
        joined: NDArray[np.bool_] = across % period < 2 * drawn
        joined[:-1] &= np.isfinite(stroke.y[:-1]) & np.isfinite(stroke.y[1:])
        return joined

    def _shade(self, stroke: Stroke, pixels: float) -> QColor:
        colour = self.line_colour(stroke.role)
        if not stroke.faint and stroke.role != "steps":
            return colour
        alpha = _BEHIND[stroke.role]
        if stroke.faint and stroke.role == "steps":
            alpha = faintness(stroke.x.size / max(pixels, 1.0))
        if self.ratio == 1:
            colour.setAlpha(alpha)
            return colour
        return _mixed(QColor(self.colours.surface), colour, max(alpha, _FAINT) / 255)


def earlier_colour(colours: Colours, ink: int) -> QColor:
    """The colour of an earlier run."""
    light, dark, _dashes = EARLIER[ink]
    return QColor(dark if colours == theme.DARK else light)


def in_pieces(stroke: Stroke) -> bool:
    """Whether a line has so many points that it is painted piece by piece."""
    return stroke.x.size > LONG


def faintness(density: float) -> int:
    """The alpha of a line with so many points a pixel: together they cover their ground about as one line would."""
    return round(max(_FAINT / max(density, 1.0), 10))


def _mixed(ground: QColor, ink: QColor, share: float) -> QColor:
    below, above = ground.getRgb()[:3], ink.getRgb()[:3]  # type: ignore[index]
    return QColor(*(round(a + share * (b - a)) for a, b in zip(below, above, strict=True)))
