"""When the plots are drawn again: while a network is trained, drawing shares the cores with it. No Qt."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from time import perf_counter

SHORTEST = 40
"""Milliseconds from one drawing of both plots to the next at least: 25 times a second."""

LONGEST = 150
"""… and at most: however slowly a screen is painted, curves that are drawn more seldom seem to stand still."""

_SHARE = 0.01  # of each core's time: a training's threads wait for the one that drawing holds up (measured: 2 %)
_PAINTED = 2.5  # putting the plots together takes 40 % of the time, painting them the rest


@dataclass
class Pace:
    """Gives drawing its share of the time that the cores have."""

    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    _pause: float = 0.0
    _drawn_at: float = -math.inf

    def drawn(self, seconds: float) -> None:
        """The plots were put together in so many seconds."""
        self._pause = 1000 * _PAINTED * seconds / (_SHARE * self.cores)
        self._drawn_at = perf_counter()

    def wait(self, *, training: bool) -> int:
        """Milliseconds until they may be drawn again; 0 if they may be now."""
        pause = min(max(self._pause, SHORTEST), LONGEST) if training else SHORTEST
        return math.ceil(max(0.0, pause - 1000 * (perf_counter() - self._drawn_at)))
