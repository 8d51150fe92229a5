"""Numbers that come one after the other, and their line with few points. No Qt."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from netbuilder.ui.curves.lines import TREND_POINTS_AN_EPOCH, Buckets, Line

Number = TypeVar("Number", bound=np.number[Any])


class Growing(Generic[Number]):
    """Numbers in one array that doubles when it is full."""

    def __init__(self, dtype: DTypeLike) -> None:
        self._room: NDArray[Any] = np.empty(256, dtype)
        self._count = 0
        self._buckets: dict[int, Buckets] = {}

    def __len__(self) -> int:
        return self._count

    def extend(self, numbers: ArrayLike) -> None:
        new = np.asarray(numbers, self._room.dtype)
        needed = self._count + new.size
        if needed > self._room.size:
            room = np.empty(max(needed, 2 * self._room.size), self._room.dtype)
            room[: self._count] = self.values
            self._room = room
        self._room[self._count : needed] = new
        self._count = needed

    def append(self, number: float) -> None:
        if self._count == self._room.size:
            self.extend((number,))
        else:
            self._room[self._count] = number
            self._count += 1

    def cut(self, count: int) -> None:
        """Forgets everything from the given place on."""
        if count < self._count:
            self._count = count
            for buckets in self._buckets.values():
                buckets.cut(count)

    @property
    def values(self) -> NDArray[Number]:
        """The numbers so far; a view, good until the next ``extend``."""
        return self._room[: self._count]

    def thin(self) -> Line:
        """Few points that look like all: lowest and highest value of each stretch."""
        return self._of(1).extremes(self.values)

    def trend(self, weight: float, an_epoch: int = 1) -> Line:
        """The smoothed line; ``weight`` (0…0.99) means the same for any number of values ``an_epoch``."""
        return self._of(-(-an_epoch // TREND_POINTS_AN_EPOCH)).trend(self.values, weight)

    def _of(self, base: int) -> Buckets:
        return self._buckets.setdefault(base, Buckets(base))
