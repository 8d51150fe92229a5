"""Circles: points of two classes in the plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netbuilder.data.examples import Cancelled, Examples, Tell
from netbuilder.data.scatter import InPlane, noise_field, plane, points_field, seed_field, strayed
from netbuilder.spec.rules import real
from netbuilder.spec.sources import source
from netbuilder.words import _


@source("circles", "Circles", group="Points")
@dataclass(frozen=True, slots=True)
class Circles(InPlane):
    """A circle inside another: the network has to learn a closed border."""

    count: int = points_field()
    noise: float = noise_field(0.08)
    inner: float = real(
        _("Inner radius"), default=0.5, at_least=0.05, at_most=0.95, help=_("the outer circle's radius is 1")
    )
    seed: int = seed_field()

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        random = np.random.default_rng(self.seed)
        belongs = np.arange(self.count) % 2
        angle = 2 * np.pi * random.random(self.count)
        radius = np.where(belongs == 0, self.inner, 1.0)
        return plane(strayed(radius * np.cos(angle), radius * np.sin(angle), self.noise, random), belongs)
