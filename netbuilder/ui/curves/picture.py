"""Which lines one plot shows, ready to be drawn: reduced, smoothed, in places of both axes. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netbuilder.ui import numbers
from netbuilder.ui.curves import scale
from netbuilder.ui.curves.lines import Line
from netbuilder.ui.curves.points import CurveData
from netbuilder.ui.curves.scale import Scale
from netbuilder.words import _

Places = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Own = Literal["steps", "train", "validation", "penalty"]
Role = Own | int
"""Whose line it is; a number is the ink of an earlier run that is laid under this one."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line: whose it is, and whether it stands faintly behind its smoothed self."""

    role: Role
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    faint: bool = False
    dots: bool = False

    def same_as(self, other: Stroke) -> bool:
        """Whether the other looks the same."""
        if (self.role, self.faint, self.dots) != (other.role, other.faint, other.dots):
            return False
        return np.array_equal(self.y, other.y, equal_nan=True) and np.array_equal(self.x, other.x)


@dataclass(frozen=True, slots=True)
class End:
    """What is written at the end of a line."""

    role: Role
    place: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Under:
    """The line of an earlier run, what is written at its end, and its values, which the axis has to show."""

    stroke: Stroke
    end: End
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything one plot shows of a run but its marks."""

    strokes: tuple[Stroke, ...]
    ends: tuple[End, ...]
    scale: Scale


# With more epochs their points would run into one another.
MOST_DOTS = 100


def picture(
    data: CurveData,
    metric: str,
    *,
    log: bool,
    weight: float,
    before: Scale | None,
    may_shrink: bool,
    under: Sequence[Under] = (),
) -> Picture:
    """The plot of "loss" or of a metric. ``weight`` (0…0.99) smooths; ``before`` is the scale that is shown now."""
    inner, inner_places = data.within(metric), _places(data, metric)
    epoch_places = _between(data.epochs)
    exact = {"train": data.row(metric), "validation": data.row(f"val_{metric}")}
    penalty = data.row("penalty") if metric == "loss" and data.penalized else None
    lines: list[Stroke] = []

    def add(role: Role, line: Line, places: Places, *, faint: bool = False) -> None:
        x, y = places(line[0]), line[1]
        if np.isfinite(y).any():
            dots = (data.by_batch or role in {"train", "validation"}) and not faint and x.size <= MOST_DOTS
            lines.append(Stroke(role, x, _logged(y) if log else y, faint, dots))

    thin = inner.thin()
    noise = thin[1]
    if metric != "loss" and data.epochs.size:
        # A metric within an epoch is a running mean and calm, but that of the first says how chance did.
        noise = noise[inner_places(thin[0]) > data.epochs[0]]
    add("steps", thin, inner_places, faint=bool(data.epochs.size))  # until an epoch has ended it is all there is
    if weight and metric == "loss":
        add("steps", inner.trend(weight, data.steps), inner_places)
    roles: tuple[Own, Own] = ("train", "validation")
    measured = [earlier.values for earlier in under]
    for role in roles:
        thin = exact[role].thin()
        measured.append(thin[1])
        add(role, thin, epoch_places, faint=weight > 0)
        if weight:
            add(role, exact[role].trend(weight), epoch_places)
    if penalty is not None:
        thin = penalty.thin()
        measured.append(thin[1])
        add("penalty", thin, epoch_places)
    shown = scale.steadied(before, _scale(metric, measured, noise, log=log), may_shrink=may_shrink)
    strokes, ends = (*(one.stroke for one in under), *lines), (*(one.end for one in under), *_ends(data, metric, lines))
    return Picture(strokes, ends, shown)


def _places(data: CurveData, metric: str) -> Places:
    """Where the values within epochs stand."""
    return data.places if metric == "loss" else _between(data.within_places)


def _between(places: NDArray[np.number[Any]]) -> Places:
    """The places of points by their index, which may lie between two of them."""

    def at(index: NDArray[np.float64]) -> NDArray[np.float64]:
        low = index.astype(np.intp)
        start = places[low].astype(np.float64)
        return start + (index - low) * (places[np.minimum(low + 1, places.size - 1)] - start)

    return at


def _scale(metric: str, exact: list[NDArray[np.float64]], noise: NDArray[np.float64], *, log: bool) -> Scale:
    if log:
        exact = [values[values > 0] for values in exact]
        noise = noise[noise > 0]
    found = scale.extent(exact, noise)
    share = numbers.is_share(metric)
    if found is None:
        return scale.linear(0.0, 1.0, share=True) if share else scale.NOTHING
    return scale.logarithmic(*found) if log else scale.linear(*found, share=share)


def _logged(values: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


def _ends(data: CurveData, metric: str, lines: list[Stroke]) -> tuple[End, ...]:
    """The last exact value of each line; of batches, as long as they are looked at one by one."""
    named: dict[Role, tuple[str, str]] = {
        "train": (metric, _("train {value}")),
        "validation": (f"val_{metric}", _("validation {value}")),
        "penalty": ("penalty", _("penalty {value}")),
    }
    ends: list[End] = []

    def add(line: Stroke, name: str, number: float, words: str) -> None:
        if math.isfinite(number) and math.isfinite(line.y[-1]):
            text = words.format(value=numbers.measure(name, number))
            ends.append(End(line.role, data.reached, float(line.y[-1]), text))

    if lines and data.by_batch:
        words = _("batch {value}") if metric == "loss" else _("so far {value}")
        add(lines[0], metric, float(data.within(metric).values[-1]), words)
    for line in lines:
        if not line.faint and line.role in named:
            name, words = named[line.role]
            add(line, name, float(data.values(name)[-1]), words)
    return tuple(ends)
