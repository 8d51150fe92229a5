"""Earlier runs that are laid under the live one: a line of each in a plot, in a colour and dashes of its own. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netbuilder.ui import numbers
from netbuilder.ui.curves.lines import Buckets
from netbuilder.ui.curves.picture import End, Stroke, Under
from netbuilder.ui.curves.points import CurveData
from netbuilder.words import _

MOST_POINTS = 150
"""Of a line: so few that Qt dashes it by itself, and that six of them cost less than the live run does."""

_LONGEST_NAME = 9  # letters that stand beside the plot, with a value behind them


@dataclass(frozen=True, slots=True)
class Earlier:
    """A run that is over: what it is called at the end of its lines, the number of its ink, and its values."""

    name: str
    ink: int
    data: CurveData


@dataclass(frozen=True, slots=True)
class Beside:
    """The values of an earlier run at a place of the epoch axis; empty where it has none."""

    ink: int
    name: str
    loss: str
    metric: str


def line_of(data: CurveData, metric: str) -> str:
    """Which values stand for a run in the plot of "loss" or of a metric: those of validation, if it had any."""
    twin = f"val_{metric}"
    return twin if np.isfinite(data.values(twin)).any() else metric


def lay_under(runs: Sequence[Earlier], metric: str, *, log: bool, weight: float) -> tuple[Under, ...]:
    """The lines of earlier runs in the plot of "loss" or of a metric, as far as they have it.

    Of a run with more epochs than ``MOST_POINTS``, the means of some epochs each are drawn.
    """
    return tuple(under for run in runs if (under := _laid(run, metric, log=log, weight=weight)) is not None)


def beside(runs: Sequence[Earlier], epoch: int, metric: str) -> tuple[Beside, ...]:
    """What earlier runs had reached at the end of an epoch; ``metric`` may be empty."""
    return tuple(
        Beside(run.ink, run.name, _value(run.data, "loss", epoch), _value(run.data, metric, epoch) if metric else "")
        for run in runs
    )


def reached(runs: Sequence[Earlier]) -> float:
    """How far on the epoch axis the longest of them has come; 0 without runs."""
    return max((run.data.reached for run in runs), default=0.0)


def _laid(run: Earlier, metric: str, *, log: bool, weight: float) -> Under | None:
    data, name = run.data, line_of(run.data, metric)
    values = data.values(name)
    if np.isfinite(values).any():
        index, height = Buckets(most=MOST_POINTS).trend(values, weight)
        places = data.epochs[index.astype(np.intp)].astype(np.float64)
    elif metric == "loss" and np.isfinite(data.losses).any():  # it ended within its first epoch
        index, height = Buckets(most=MOST_POINTS).trend(data.losses, weight)
        places = data.places(index)
    else:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.where(height > 0, np.log10(height), np.nan) if log else height
    stroke = Stroke(run.ink, places, drawn, dots=places.size == 1)
    there = np.flatnonzero(np.isfinite(drawn))
    if not there.size:
        return None
    last = int(there[-1])
    exact = values[np.isfinite(values)]
    text = numbers.measure(name, float(exact[-1] if exact.size else height[last]))
    end = End(run.ink, float(places[last]), float(drawn[last]), f"{_short(run.name)} {text}")
    return Under(stroke, end, height)


def _value(data: CurveData, metric: str, epoch: int) -> str:
    row, name = data.row_of(epoch), line_of(data, metric)
    number = math.nan if row is None else float(data.values(name)[row])
    if math.isnan(number):
        return ""
    text = numbers.measure(name, number, 5)
    return text if name == metric else _("{value} val").format(value=text)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
