"""Strokes of a pen, and a short notation in which ways of writing a digit are noted down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Stroke:
    """One movement of the pen from its first touch to its last."""

    points: NDArray[np.float64]
    """(n, 2): x to the right and y downwards; a digit is about 100 high."""

    corners: tuple[bool, ...]
    """Where the pen turns sharply instead of swinging through."""


@dataclass(frozen=True, slots=True)
class Way:
    """One habit of writing a digit, between whose extremes hands differ."""

    share: float
    """How often, beside the other ways of the same digit."""

    extremes: tuple[tuple[Stroke, ...], ...]
    """Writings with the same number of strokes and points, so that any mixture of them is a writing too."""


def way(share: float, *texts: str) -> Way:
    """Reads a way from its extremes, each noted as "x,y x,y! x,y | x,y x,y".

    `!` marks a corner, `|` lifts the pen. Raises ValueError unless all have the same strokes, points and corners.
    """
    extremes = tuple(_strokes(text) for text in texts)
    patterns = {tuple(stroke.corners for stroke in extreme) for extreme in extremes}
    if len(patterns) != 1:
        raise ValueError(f"Expected extremes with equal points and corners. Received {texts}.")
    return Way(share, extremes)


def _strokes(text: str) -> tuple[Stroke, ...]:
    strokes = []
    for part in text.split("|"):
        words = part.split()
        points = np.array([[float(number) for number in word.rstrip("!").split(",")] for word in words])
        strokes.append(Stroke(points, tuple(word.endswith("!") for word in words)))
    return tuple(strokes)
