"""XOR: points of two classes in the plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netbuilder.data.examples import Cancelled, Examples, Tell
from netbuilder.data.scatter import InPlane, noise_field, plane, points_field, seed_field, strayed
from netbuilder.spec.sources import source


@source("xor", "XOR", group="Points")
@dataclass(frozen=True, slots=True)
class Xor(InPlane):
    """Four squares in two colours, like a chessboard's corner: the oldest task that a network without hidden layer cannot solve."""

    count: int = points_field()
    noise: float = noise_field(0.05)
    seed: int = seed_field()

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        random = np.random.default_rng(self.seed)
        x, y = random.uniform(-1.0, 1.0, (2, self.count))
        belongs = np.not_equal(x > 0, y > 0).astype(np.int64)
        return plane(strayed(x, y, self.noise, random), belongs)
