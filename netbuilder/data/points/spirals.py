"""Two spirals: points of two classes in the plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netbuilder.data.examples import Cancelled, Examples, Tell
from netbuilder.data.scatter import InPlane, noise_field, plane, points_field, seed_field, strayed
from netbuilder.spec.rules import real
from netbuilder.spec.sources import source
from netbuilder.words import _


@source("spirals", "Two spirals", group="Points")
@dataclass(frozen=True, slots=True)
class Spirals(InPlane):
    """Two arms wound around each other: hard for small networks, and a joy to watch."""

    count: int = points_field()
    noise: float = noise_field(0.02)
    turns: float = real(_("Turns"), default=1.5, at_least=0.25, at_most=5.0, help=_("more turns are harder to part"))
    seed: int = seed_field()

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        random = np.random.default_rng(self.seed)
        belongs = np.arange(self.count) % 2
        along = np.sqrt(random.random(self.count))  # the root spreads the points evenly along the arm
        angle = 2 * np.pi * self.turns * along + np.pi * belongs
        return plane(strayed(along * np.cos(angle), along * np.sin(angle), self.noise, random), belongs)
