"""Two moons: points of two classes in the plane."""

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


@source("moons", "Two moons", group="Points")
@dataclass(frozen=True, slots=True)
class Moons:
    """Two half moons that reach into each other: no straight line parts them."""

    count: int = points_field()
    noise: float = noise_field(0.1)
    seed: int = seed_field()

    def facts(self, split: Split) -> DataFacts:
        return plane_facts(split, count=self.count, low=-1.0, high=2.0, noise=self.noise)

    def usual_split(self) -> Split:
        return points_split()

    def summary(self) -> str:
        return points_summary(self.count, self.noise)

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        random = np.random.default_rng(self.seed)
        belongs = np.arange(self.count) % 2
        angle = np.pi * random.random(self.count)
        x = np.where(belongs == 0, np.cos(angle), 1 - np.cos(angle))
        y = np.where(belongs == 0, np.sin(angle), 0.5 - np.sin(angle))
        return plane(strayed(x, y, self.noise, random), belongs)
