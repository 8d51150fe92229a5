"""Fewer points for the same picture, and smoother ones on request. Pure functions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Line = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Places as indices into the given values, and the values there."""

MOST = 2000
"""Points of a drawn line: about two a pixel on a wide window."""

TREND_POINTS_AN_EPOCH = 50


def reduced(values: NDArray[np.floating[Any]], most: int = MOST) -> Line:
    """At most ``most`` points that keep every bucket's lowest and highest value; what is not finite becomes NaN.

    Buckets are powers of two counted from the first value, so that a growing line does not shimmer.
    """
    count = values.size
    if count <= most:
        return np.arange(count, dtype=np.float64), _finite(values)
    bucket = 1 << int(np.ceil(np.log2(2 * count / most)))
    whole = count // bucket
    cells = values[: whole * bucket].reshape(whole, bucket)
    low, high = np.fmin.reduce(cells, axis=1), np.fmax.reduce(cells, axis=1)
    rest = values[whole * bucket :]
    if rest.size:
        low, high = np.append(low, np.fmin.reduce(rest)), np.append(high, np.fmax.reduce(rest))
    places = np.empty(2 * low.size)
    places[0::2] = np.arange(low.size) * bucket + 0.25 * bucket
    places[1::2] = np.arange(low.size) * bucket + 0.75 * bucket
    both = np.empty(2 * low.size)
    both[0::2], both[1::2] = low, high
    return np.minimum(places, count - 1), _finite(both)


def trend(values: NDArray[np.floating[Any]], weight: float, an_epoch: int = 1) -> Line:
    """An exponential moving average that starts at the first value, not at 0.

    ``weight`` (0…0.99) is kept from one point to the next; ``an_epoch`` is the number of values in an epoch, of which
    at most 50 points are made, so that the same weight means the same for any batch size.
    """
    if not values.size:
        return np.empty(0), np.empty(0)
    bucket = -(-an_epoch // TREND_POINTS_AN_EPOCH)
    merged = -(-values.size // (bucket * MOST // 2))
    bucket *= merged
    kept = weight**merged
    starts = np.arange(0, values.size, bucket)
    finite = np.isfinite(values)
    counts = np.add.reduceat(finite, starts, dtype=np.int64)
    sums = np.add.reduceat(np.where(finite, values, 0.0), starts)
    smooth = np.full(starts.size, np.nan)
    average = seen = 0.0
    for place in np.flatnonzero(counts).tolist():
        average = kept * average + (1 - kept) * float(sums[place] / counts[place])
        seen = kept * seen + (1 - kept)
        smooth[place] = average / seen
    return np.minimum(starts + bucket - 1, values.size - 1).astype(np.float64), smooth


def _finite(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    return np.where(np.isfinite(values), values, np.nan).astype(np.float64)
