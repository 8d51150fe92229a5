"""What a benchmark tells: figures with words, units and bars, and the few statistics that they are made of."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from itertools import combinations
from typing import NotRequired, TypedDict


class Figure(TypedDict):
    """One measured number. ``bar``, where there is one, is the most that the number may be."""

    what: str
    figure: float
    unit: str
    bar: NotRequired[float]


def figure(what: str, number: float, unit: str, bar: float | None = None) -> Figure:
    """A figure, kept to four digits: more would only be noise."""
    found = Figure(what=what, figure=rounded(number), unit=unit)
    if bar is not None:
        found["bar"] = bar
    return found


def ratio(what: str, ours: float, theirs: float, bar: float | None = None) -> Figure:
    """How many times theirs is ours; both in the same unit, measured in the same run."""
    return figure(what, ours / theirs, "×", bar)


def rounded(number: float) -> float:
    """The number with four digits that count."""
    return float(f"{number:.4g}")


def slope(values: Sequence[float]) -> float:
    """By how much the values rise from one to the next: the median of the slopes between all pairs (Theil and Sen).

    One value that sticks out, such as a collection of garbage, does not move it.
    """
    places = combinations(range(len(values)), 2)
    return statistics.median((values[last] - values[first]) / (last - first) for first, last in places)


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The ``e`` of ``values ≈ c · sizes ** e``, by least squares on the logarithms: 1 is linear, 2 quadratic."""
    found = statistics.linear_regression([math.log(one) for one in sizes], [math.log(one) for one in values])
    return found.slope


def after_first(seconds: Sequence[float]) -> float:
    """The median without the first, which pays for compilation; of one alone, that one."""
    return statistics.median(seconds[1:] or seconds)
