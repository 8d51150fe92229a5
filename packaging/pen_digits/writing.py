"""Writes a digit in one of the ways people do: curves through points that a hand does not quite meet."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pen_digits.pen import Line, haste, inked, missed
from pen_digits.ways import HABITS, WAYS

# Points between two control points of a stroke, before they are spread evenly.
STEPS = 8

Points = NDArray[np.float64]


def written(digit: int, chance: np.random.Generator) -> NDArray[np.uint8]:
    """The digit as a pen wrote it, prepared: (28, 28), 0...255."""
    hasty = haste(chance)
    return inked(_formed(digit, hasty, chance), HABITS[digit], hasty, chance)


def _formed(digit: int, hasty: float, chance: np.random.Generator) -> list[Line]:
    ways = WAYS[digit]
    shares = np.array([way.share for way in ways])
    way = ways[int(chance.choice(len(ways), p=shares / shares.sum()))]
    mixture = chance.dirichlet(np.full(len(way.extremes), 0.7))
    # Some hands go beyond the extremes.
    mixture = 1.2 * (mixture - 1 / len(mixture)) + 1 / len(mixture)
    lines = []
    for versions in zip(*way.extremes, strict=True):
        points = np.zeros_like(versions[0].points)
        for version, weight in zip(versions, mixture, strict=True):
            points = points + weight * version.points
        # Each point misses a little, and a stroke of its own lands beside its place.
        points = points + missed(6.0 * hasty, points.shape, chance) + missed(2.0, (2,), chance)
        lines.append(_even(_ended(_curve(points, versions[0].corners), chance)))
    return lines


def _curve(points: Points, corners: tuple[bool, ...]) -> Points:
    """A Catmull-Rom spline through the points, broken at the corners."""
    last = len(points) - 1
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    pieces = []
    for i, (start, end) in enumerate(pairwise(points)):
        before = points[i - 1] if i > 0 and not corners[i] else start
        after = points[i + 2] if i + 2 <= last and not corners[i + 1] else end
        leave, arrive = (end - before) / 2, (after - start) / 2
        pieces.append(
            (2 * t**3 - 3 * t**2 + 1) * start
            + (t**3 - 2 * t**2 + t) * leave
            + (3 * t**2 - 2 * t**3) * end
            + (t**3 - t**2) * arrive
        )
    return np.concatenate([*pieces, points[-1:]])


def _ended(curve: Points, chance: np.random.Generator) -> Points:
    """The pen comes down early or late, lifts early or runs on."""
    for _ in range(2):
        curve = curve[::-1]
        amount = float(chance.normal(0, 3.0))
        if amount < 0:
            curve = curve[: max(len(curve) + round(amount / 2), len(curve) // 2)]
        elif len(curve) > 3:
            heading = curve[-1] - curve[-3]
            length = max(float(np.sqrt((heading**2).sum())), 1.0)
            curve = np.concatenate([curve, curve[-1:] + heading / length * amount])
    return curve


def _even(curve: Points) -> Line:
    """Points some two hundredths apart along the curve, all of one breadth."""
    steps = np.sqrt((np.diff(curve, axis=0) ** 2).sum(axis=1))
    way = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0, way[-1], max(int(way[-1] / 2.0), 2))
    x, y = np.interp(wanted, way, curve[:, 0]), np.interp(wanted, way, curve[:, 1])
    return np.stack([x, y, np.ones(len(wanted))], axis=1)
