"""Which part of the value axis is shown, and its ticks: calm, round and without jumps. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.ui import numbers

Tick = tuple[float, str]

# A scale is tightened only when the values fill less than this share of it.
ROOMY = 0.45

_WIDE = 1e5  # from here on, numbers with all their digits are wider than the axis has room for


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of the value axis; on a logarithmic one bounds and tick places are exponents of 10."""

    low: float
    high: float
    ticks: tuple[Tick, ...]
    log: bool = False


NOTHING = Scale(0.0, 1.0, tuple((number / 5, "") for number in range(6)))
"""The scale of no values: nothing can be read from it."""


def extent(exact: Iterable[NDArray[np.floating[Any]]], noisy: NDArray[np.floating[Any]]) -> tuple[float, float] | None:
    """Lowest and highest of the exact values and of all but the wildest of the noisy ones; None without values."""
    kept = [values[np.isfinite(values)] for values in exact]
    calm = noisy[np.isfinite(noisy)]
    if calm.size:
        # The first batches of a run may be a hundred times worse than all others.
        # Not np.percentile, which imports all of numpy.ma at its first call.
        kept.append(np.interp((0.01, 0.98), np.linspace(0, 1, calm.size), np.sort(calm)))
    joined = np.concatenate(kept) if kept else np.empty(0)
    return (_drawable(joined.min()), _drawable(joined.max())) if joined.size else None


def _drawable(value: np.floating[Any]) -> float:
    """Within what differences and next decades are numbers of: files may hold the largest there are."""
    return min(max(float(value), -1e300), 1e300)


def linear(low: float, high: float, *, share: bool = False, most: int = 5) -> Scale:
    """Round bounds around the values; from 0 where that costs little room, up to 100 % for a share."""
    if share:
        low, high = max(min(low, 1.0), 0.0), max(high, 1.0)
    if low >= 0 and low < 0.4 * high and not share:
        low = 0.0
    if high - low <= max(1e-9 * max(abs(high), abs(low)), 1e-30):
        margin = 0.1 * abs(high) if abs(high) > 1e-30 else 1.0
        low, high = low - margin, (high if share else high + margin)
    step = _round_step((high - low) / most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    places = [float(f"{number * step:.12g}") for number in range(first, last + 1)]
    short = max(-places[0], places[-1]) >= _WIDE
    words = [_by_powers(place, step) if short else _text(place, step, share=share) for place in places]
    return Scale(places[0], places[-1], tuple(zip(places, words, strict=True)))


def logarithmic(low: float, high: float) -> Scale:
    """Bounds and ticks of 1, 2 and 5, or of whole decades where there are many; in exponents of 10."""
    low, high = max(low, 1e-30), max(high, 1e-30)
    decades = range(math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9) + 1)
    many = math.log10(high / low) > 3
    every = max(1, len(decades) // 6)
    chosen = [10.0**n for n in decades if n % every == 0] if many else [m * 10.0**n for n in decades for m in (1, 2, 5)]
    below = max((tick for tick in chosen if tick <= low * 1.0001), default=10.0 ** decades[0])
    above = min((tick for tick in chosen if tick >= high * 0.9999), default=10.0 ** decades[-1])
    if below == above:
        above = below * 10
    shown = [tick for tick in chosen if below <= tick <= above]
    ticks = tuple((math.log10(t), _by_powers(t, t) if t >= _WIDE else numbers.value(t, 1)) for t in shown)
    return Scale(math.log10(below), math.log10(above), ticks, log=True)


def steadied(before: Scale | None, after: Scale, *, may_shrink: bool) -> Scale:
    """The scale to show next: the one before as long as it holds the values and is not far too wide."""
    if before is None or before == NOTHING or before.log != after.log:
        return after
    holds = before.low <= after.low and after.high <= before.high
    if holds and (not may_shrink or after.high - after.low > ROOMY * (before.high - before.low)):
        return before
    return after


def epoch_ticks(end: float, most: int = 8) -> tuple[Tick, ...]:
    """Whole epochs, as many as there is room for; within the first one, parts of it."""
    if end < 1:
        part = _round_step(end / min(most, 5))
        return tuple((number * part, f"{number * part:.6g}") for number in range(math.floor(end / part + 1e-9) + 1))
    step = max(1, math.ceil(_round_step(end / most)))
    return tuple((float(place), numbers.count(place)) for place in range(0, math.floor(end + 1e-9) + 1, step))


def _round_step(least: float) -> float:
    size = 10.0 ** math.floor(math.log10(least))
    return next(factor * size for factor in (1, 2, 5, 10) if factor * size >= least * (1 - 1e-9))


def _by_powers(place: float, step: float) -> str:
    """Such as 2e30: as exact as the step to the next tick."""
    if not place:
        return "0"
    digits = math.floor(math.log10(abs(place)) + 1e-9) - math.floor(math.log10(step) + 1e-9)
    mantissa, exponent = f"{place:.{max(digits, 0)}e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", numbers.MINUS, 1)


def _text(place: float, step: float, *, share: bool) -> str:
    if share:
        return numbers.percent(place, max(0, -math.floor(math.log10(100 * step) + 1e-9)))
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{place:,.{places}f}".replace("-", numbers.MINUS) if places <= 6 else numbers.value(place, 2)
