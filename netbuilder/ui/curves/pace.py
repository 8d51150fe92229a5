"""When the next plot is drawn: while a network is trained, drawing shares the cores with it. No Qt."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from time import perf_counter

SHORTEST = 20
"""Milliseconds from the drawing of one plot to that of the next at least: 50 times a second both together."""

LONGEST = 250
"""… and at most: however slowly a screen is painted, a person sees that the run goes on."""

_SHARE = 0.01  # of each core's time: a training's threads wait for the one that drawing holds up (measured: 2 %)
_PAINTED = 2.0  # putting a plot together takes about half of the time, painting it the other


@dataclass
class Pace:
    """Gives drawing its share of the time that the cores have."""

    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    _pause: float = 0.0
    _drawn_at: float = -math.inf

    def drawn(self, seconds: float) -> None:
        """A plot was put together in so many seconds."""
        self._pause = 1000 * _PAINTED * seconds / (_SHARE * self.cores)
        self._drawn_at = perf_counter()

    def wait(self, *, training: bool) -> int:
        """Milliseconds until the next plot may be drawn; 0 if it may be now."""
        pause = min(max(self._pause, SHORTEST), LONGEST) if training else SHORTEST
        return math.ceil(max(0.0, pause - 1000 * (perf_counter() - self._drawn_at)))
