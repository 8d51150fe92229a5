"""Fewer points for the same picture, and smoother ones on request, without looking twice at what is known. No Qt."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Line = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Places as indices into the given values, and the values there."""

MOST = 2000
"""Points of a drawn line: about two a pixel on a wide window."""

TREND_POINTS_AN_EPOCH = 50

_LOW, _HIGH, _SUM, _COUNT = range(4)


class Buckets:
    """Lowest, highest, sum and number of the finite values in equal buckets of a line that grows at its end.

    A bucket holds ``base`` · 2ⁿ values counted from the first one, so that a growing line does not shimmer. When there
    are more than ``most`` buckets, each two of them become one: what a call costs grows with the new values only.
    """

    def __init__(self, base: int = 1, most: int = MOST // 2) -> None:
        self._base, self._most = base, most
        self._size = base  # values in a bucket
        self._whole = 0  # full buckets that are known
        self._known = np.empty((4, most))

    def cut(self, count: int) -> None:
        """The values from the given place on have changed or gone."""
        self._whole = min(self._whole, count // self._size)
        if 2 * self._whole < self._most:  # too coarse for what is left: it is looked at anew
            self._whole, self._size = 0, self._base

    def extremes(self, values: NDArray[np.number[Any]]) -> Line:
        """At most 2 · ``most`` + 2 points that keep every bucket's lowest and highest value; a hole is NaN."""
        count = values.size
        if count <= 2 * self._most:
            return np.arange(count, dtype=np.float64), _finite(values)
        found = self._follow(values)
        starts = np.arange(found.shape[1]) * self._size
        places = np.stack([starts + 0.25 * self._size, starts + 0.75 * self._size], axis=1).ravel()
        both = np.stack([found[_LOW], found[_HIGH]], axis=1).ravel()
        return np.minimum(places, count - 1), _finite(both)

    def trend(self, values: NDArray[np.number[Any]], weight: float) -> Line:
        """An exponential moving average that starts at the first value, not at 0: a point for each bucket.

        ``weight`` (0…0.99) is kept from one run of ``base`` values to the next.
        """
        found = self._follow(values)
        kept = weight ** (self._size // self._base)
        smooth = np.full(found.shape[1], np.nan)
        average = seen = 0.0
        for place in np.flatnonzero(found[_COUNT]).tolist():
            average = kept * average + (1 - kept) * float(found[_SUM, place] / found[_COUNT, place])
            seen = kept * seen + (1 - kept)
            smooth[place] = average / seen
        ends = np.arange(1, smooth.size + 1) * self._size - 1
        return np.minimum(ends, values.size - 1).astype(np.float64), smooth

    def _follow(self, values: NDArray[np.number[Any]]) -> NDArray[np.float64]:
        """(4, buckets): what is known of each bucket, the last of which may not be full."""
        while values.size // self._size > self._most:
            self._join()
        whole = values.size // self._size
        if whole > self._whole:
            new = values[self._whole * self._size : whole * self._size]
            self._known[:, self._whole : whole] = _told(new.reshape(-1, self._size))
            self._whole = whole
        rest = values[whole * self._size :]
        known = self._known[:, :whole]
        return np.concatenate([known, _told(rest[None])], axis=1) if rest.size else known

    def _join(self) -> None:
        pairs = self._whole // 2
        left, right = self._known[:, 0 : 2 * pairs : 2], self._known[:, 1 : 2 * pairs : 2]
        joined = left + right
        joined[_LOW], joined[_HIGH] = np.fmin(left[_LOW], right[_LOW]), np.fmax(left[_HIGH], right[_HIGH])
        self._known[:, :pairs] = joined
        self._whole, self._size = pairs, 2 * self._size


def _told(cells: NDArray[np.number[Any]]) -> NDArray[np.float64]:
    """(4, n): lowest, highest, sum and number of each row of (n, values)."""
    finite = np.isfinite(cells)
    told = np.empty((4, len(cells)))
    told[_LOW], told[_HIGH] = np.fmin.reduce(cells, axis=1), np.fmax.reduce(cells, axis=1)
    told[_SUM] = np.where(finite, cells, 0.0).sum(axis=1, dtype=np.float64)
    told[_COUNT] = finite.sum(axis=1)
    return told


def _finite(values: NDArray[np.number[Any]]) -> NDArray[np.float64]:
    return np.where(np.isfinite(values), values, np.nan).astype(np.float64)
