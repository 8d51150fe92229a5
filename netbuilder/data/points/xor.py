"""XOR: points of two classes in the plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netbuilder.data.examples import Cancelled, Examples, Tell
from netbuilder.data.scatter import (
    noise_field,
    plane,
    plane_facts,
    points_field,
    points_split,
    points_summary,
    seed_field,
    strayed,
)
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split


@source("xor", "XOR", group="Points")
@dataclass(frozen=True, slots=True)
class Xor:
    """Four squares in two colours, like a chessboard's corner: the oldest task that a network without hidden layer cannot solve."""

    count: int = points_field()
    noise: float = noise_field(0.05)
    seed: int = seed_field()

    def facts(self, split: Split) -> DataFacts:
        return plane_facts(split, count=self.count, low=-1.0, high=1.0, noise=self.noise)

    def usual_split(self) -> Split:
        return points_split()

    def summary(self) -> str:
        return points_summary(self.count, self.noise)

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        random = np.random.default_rng(self.seed)
        x, y = random.uniform(-1.0, 1.0, (2, self.count))
        belongs = np.not_equal(x > 0, y > 0).astype(np.int64)
        return plane(strayed(x, y, self.noise, random), belongs)
