"""Two moons: points of two classes in the plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from netbuilder.data.examples import Cancelled, Examples, Tell
from netbuilder.data.scatter import InPlane, noise_field, plane, points_field, seed_field, strayed
from netbuilder.spec.sources import source


@source("moons", "Two moons", group="Points")
@dataclass(frozen=True, slots=True)
class Moons(InPlane):
    """Two half moons that reach into each other: no straight line parts them."""

    high: ClassVar[float] = 2.0

    count: int = points_field()
    noise: float = noise_field(0.1)
    seed: int = seed_field()

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        random = np.random.default_rng(self.seed)
        belongs = np.arange(self.count) % 2
        angle = np.pi * random.random(self.count)
        x = np.where(belongs == 0, np.cos(angle), 1 - np.cos(angle))
        y = np.where(belongs == 0, np.sin(angle), 0.5 - np.sin(angle))
        return plane(strayed(x, y, self.noise, random), belongs)
