"""A table of made-up numbers as a data source, for sizes that no data set at hand has, and netbuilder knowing it.

``python -m benchmarks.made_up_table train PROJECT …`` is netbuilder's command line with this source declared.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from netbuilder.data.examples import Cancelled, Examples, Tell, table
from netbuilder.data.known import known
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.rules import whole
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split


@source("made_up_table", "Made-up table", group="Tables")
@dataclass(frozen=True, slots=True)
class MadeUpTable:
    """Rows of normally distributed numbers, and a target that follows from them by a curve and some noise."""

    count: int = whole("Rows", default=1_000_000, at_least=20, at_most=100_000_000, logarithmic=True)
    columns: int = whole("Columns", default=20, at_least=1, at_most=1000)
    seed: int = whole("Seed", default=1, at_most=2**32 - 1)

    def facts(self, split: Split) -> DataFacts:
        names = self._names()
        reach = (-5.0, 5.0)
        return known(
            split, count=self.count, shape=(self.columns,), value_range=reach, features=names, target_range=reach
        )

    def usual_split(self) -> Split:
        return Split(validation=0.1, test=0.1)

    def summary(self) -> str:
        return f"{self.count:,} × {self.columns}"

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        random = np.random.default_rng(self.seed)
        inputs = random.standard_normal((self.count, self.columns), np.float32)
        weights = random.standard_normal(self.columns, np.float32) / np.float32(np.sqrt(self.columns))
        noise = random.standard_normal(self.count, np.float32)
        return table(inputs, np.tanh(inputs @ weights) + np.float32(0.1) * noise, features=self._names())

    def _names(self) -> tuple[str, ...]:
        return tuple(f"x{number + 1}" for number in range(self.columns))


if __name__ == "__main__":
    from netbuilder.__main__ import main

    sys.exit(main())
