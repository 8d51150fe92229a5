"""Curve: numbers along a wave, for a regression that can be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netbuilder.data.examples import Cancelled, Examples, Tell, table
from netbuilder.data.known import known
from netbuilder.data.scatter import noise_field, points_field, points_split, points_summary, seed_field
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.rules import real
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.words import _


@source("curve", "Curve", group="Points")
@dataclass(frozen=True, slots=True)
class Curve:
    """A wave that swells from left to right: which y belongs to an x? The network answers with a number."""

    count: int = points_field(default=300)
    noise: float = noise_field(0.1)
    waves: float = real(
        _("Waves"), default=1.5, at_least=0.25, at_most=10.0, help=_("more waves need more hidden units")
    )
    seed: int = seed_field()

    def facts(self, split: Split) -> DataFacts:
        reach = (-1.0, 1.0)
        return known(split, count=self.count, shape=(1,), value_range=reach, features=("x",), target_range=reach)

    def usual_split(self) -> Split:
        return points_split()

    def summary(self) -> str:
        return points_summary(self.count, self.noise)

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        random = np.random.default_rng(self.seed)
        x = random.uniform(-1.0, 1.0, self.count)
        y = (0.6 + 0.4 * x) * np.sin(np.pi * self.waves * x) + self.noise * random.standard_normal(self.count)
        return table(x.reshape(-1, 1), y, features=("x",))
