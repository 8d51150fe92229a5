"""What Try it knows of an input column, and how far its slider reaches."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """An input of a table: its name, the lowest, highest and mean value among the examples, in the data's own units."""

    name: str
    low: float
    high: float
    mean: float

    @property
    def reach(self) -> tuple[float, float]:
        """What can be tried: the range of the examples and a tenth of it on both sides."""
        margin = 0.1 * (self.high - self.low) or max(abs(self.low), 1.0)
        return self.low - margin, self.high + margin

    @property
    def decimals(self) -> int:
        """Decimal places that tell a thousandth of the range apart, from 0 to 6."""
        low, high = self.reach
        return min(max(2 - math.floor(math.log10(high - low)), 0), 6)
