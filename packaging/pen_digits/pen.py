"""A pen in a human hand: lines become ink, never twice the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from netbuilder.data.drawing import prepare

Line = NDArray[np.float64]
"""(n, 3): x to the right and y downwards, in hundredths of a digit's height, and breadth beside the usual one, 1."""

DRAWN = 100
"""Pixels of the longer side of a digit as it is drawn, before it is prepared."""


LEAST_HASTE, MOST_HASTE = 0.25, 1.2
FARTHEST = 1.7


@dataclass(frozen=True, slots=True)
class Habit:
    """What hands do on average with a digit."""

    width: float
    """Stretches the lines sideways."""

    slant: float
    """Tangent of the lean, positive to the right."""


def haste(chance: np.random.Generator) -> float:
    """How far this hand strays from the way it means: the hasty teach a network most, the neat keep digits readable."""
    return float(chance.uniform(LEAST_HASTE, MOST_HASTE))


def missed(spread: float, shape: tuple[int, ...], chance: np.random.Generator) -> NDArray[np.float64]:
    """By how much a hand misses: normal, without the far misses that leave no digit to be read."""
    return spread * np.clip(chance.normal(0, 1, shape), -FARTHEST, FARTHEST)


def inked(lines: list[Line], habit: Habit, hasty: float, chance: np.random.Generator) -> NDArray[np.uint8]:
    """The lines as one hand wrote them, prepared: (28, 28), 0...255."""
    return _pressed(_slanted(_shaky(lines, hasty, chance), habit, chance), chance)


def _shaky(lines: list[Line], hasty: float, chance: np.random.Generator) -> list[Line]:
    """Slow waves over the whole picture: parts grow, shrink and lean, while crossings stay crossings."""
    for _ in range(3):
        wave = missed(0.030, (2,), chance)
        phase = float(chance.uniform(0, 2 * np.pi))
        push = missed(7.0 * hasty, (2,), chance)
        lines = [_moved(line, line[:, :2] + np.sin(line[:, :2] @ wave + phase)[:, None] * push) for line in lines]
    return lines


def _slanted(lines: list[Line], habit: Habit, chance: np.random.Generator) -> list[Line]:
    stretch = habit.width * float(np.exp(chance.normal(0.0, 0.2)))
    lean = habit.slant + float(chance.normal(0, 0.24))
    angle = float(chance.normal(0, 0.09))
    cos, sin = np.cos(angle), np.sin(angle)
    turned = []
    for line in lines:
        x, y = line[:, 0] * stretch - lean * line[:, 1], line[:, 1]
        turned.append(_moved(line, np.stack([cos * x - sin * y, sin * x + cos * y], axis=1)))
    return turned


def _moved(line: Line, places: NDArray[np.float64]) -> Line:
    return np.concatenate([places, line[:, 2:]], axis=1)


def _pressed(lines: list[Line], chance: np.random.Generator) -> NDArray[np.uint8]:
    """Bright ink on black, with the pressure of the hand in its thickness."""
    points = np.concatenate(lines)[:, :2]
    low, high = points.min(axis=0), points.max(axis=0)
    scale = DRAWN / max(float((high - low).max()), 1.0)
    # MNIST's strokes are 1.5 to 5 of 20 pixels wide.
    radius = DRAWN * float(np.clip(np.exp(chance.normal(np.log(0.062), 0.34)), 0.025, 0.14))
    margin = 1.5 * radius + 4
    size = np.ceil((high - low) * scale + 2 * margin).astype(int)
    paper = Image.new("L", (int(size[0]), int(size[1])))
    draw = ImageDraw.Draw(paper)
    uneven = float(chance.uniform(0, 0.22))
    wave, phase = chance.normal(0, 0.05, 2), float(chance.uniform(0, 2 * np.pi))
    for line in lines:
        # Rounded, so that the last bit of a sine does not decide about a pixel.
        places = np.round((line[:, :2] - low) * scale + margin, 3)
        reach = np.round(radius * line[:, 2] * (1 + uneven * np.sin(places @ wave + phase)), 2)
        for (x, y), r in zip(places.tolist(), reach.tolist(), strict=True):
            draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
    blur = float(chance.uniform(0, 1.0))
    return prepare(np.asarray(paper.filter(ImageFilter.GaussianBlur(blur)), np.uint8))
