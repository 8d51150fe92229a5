"""Which lines one plot shows, ready to be drawn: reduced, smoothed, in places of both axes. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netbuilder.ui import numbers
from netbuilder.ui.curves import scale
from netbuilder.ui.curves.lines import reduced, trend
from netbuilder.ui.curves.points import CurveData
from netbuilder.ui.curves.scale import Scale
from netbuilder.words import _

Places = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Role = Literal["steps", "train", "validation", "penalty"]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line: whose it is, and whether it stands faintly behind its smoothed self."""

    role: Role
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    faint: bool = False
    dots: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """What is written at the end of a line."""

    role: Role
    place: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything one plot shows of a run but its marks."""

    strokes: tuple[Stroke, ...]
    ends: tuple[End, ...]
    scale: Scale


# With more epochs their points would run into one another.
MOST_DOTS = 100


def picture(
    data: CurveData, metric: str, *, log: bool, weight: float, before: Scale | None, may_shrink: bool
) -> Picture:
    """The plot of "loss" or of a metric. ``weight`` (0…0.99) smooths; ``before`` is the scale that is shown now."""
    steps, step_places = _steps(data, metric)
    epoch_places = _between(data.epochs.astype(np.float64))
    exact = {"train": data.values(metric), "validation": data.values(f"val_{metric}")}
    penalty = data.values("penalty") if metric == "loss" and data.penalized else np.empty(0)
    noise = steps
    if metric != "loss" and data.epochs.size:
        # A metric within an epoch is a running mean and calm, but that of the first says how chance did.
        noise = steps[step_places(np.arange(steps.size, dtype=np.float64)) > data.epochs[0]]
    shown = _scale(metric, [*exact.values(), penalty], noise, log=log)
    shown = scale.steadied(before, shown, may_shrink=may_shrink)

    lines: list[Stroke] = []

    def add(role: Role, x: NDArray[np.float64], y: NDArray[np.float64], *, faint: bool = False) -> None:
        if np.isfinite(y).any():
            dots = role in {"train", "validation"} and not faint and x.size <= MOST_DOTS
            lines.append(Stroke(role, x, _logged(y) if log else y, faint, dots))

    add("steps", step_places((thin := reduced(steps))[0]), thin[1], faint=True)
    if weight and metric == "loss":
        smooth = trend(steps, weight, data.steps)
        add("steps", step_places(smooth[0]), smooth[1])
    roles: tuple[Role, Role] = ("train", "validation")
    for role in roles:
        thin = reduced(exact[role])
        add(role, epoch_places(thin[0]), thin[1], faint=weight > 0)
        if weight:
            smooth = trend(exact[role], weight)
            add(role, epoch_places(smooth[0]), smooth[1])
    thin = reduced(penalty)
    add("penalty", epoch_places(thin[0]), thin[1])
    return Picture(tuple(lines), _ends(data, metric, lines), shown)


def _steps(data: CurveData, metric: str) -> tuple[NDArray[np.floating[Any]], Places]:
    """The values within epochs, and where they stand: each batch's own loss, or a metric over the epoch so far."""
    if metric == "loss":
        return data.losses, data.places
    places, values = data.running_values(metric)
    return values, _between(places)


def _between(places: NDArray[np.float64]) -> Places:
    """The places of points by their index, which may lie between two of them."""
    return lambda index: np.interp(index, np.arange(places.size), places) if places.size else np.empty(0)


def _scale(metric: str, exact: list[NDArray[np.float64]], steps: NDArray[np.floating[Any]], *, log: bool) -> Scale:
    steps = reduced(steps)[1]
    if log:
        exact = [values[values > 0] for values in exact]
        steps = steps[steps > 0]
    found = scale.extent(exact, steps)
    if log:
        return scale.logarithmic(*(found or (0.1, 1.0)))
    return scale.linear(*(found or (0.0, 1.0)), share=numbers.is_share(metric))


def _logged(values: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


def _ends(data: CurveData, metric: str, lines: list[Stroke]) -> tuple[End, ...]:
    """The last exact value of each line; before the first epoch has ended, the running one of the train line."""
    named: dict[Role, tuple[str, str]] = {
        "train": (metric, _("train {value}")),
        "validation": (f"val_{metric}", _("validation {value}")),
        "penalty": ("penalty", _("penalty {value}")),
    }
    ends: list[End] = []
    for line in lines:
        if line.faint or line.role not in named:
            continue
        name, words = named[line.role]
        number = float(data.values(name)[-1])
        if math.isfinite(number) and math.isfinite(line.y[-1]):
            text = words.format(value=numbers.measure(name, number))
            ends.append(End(line.role, data.reached, float(line.y[-1]), text))
    return tuple(ends)
