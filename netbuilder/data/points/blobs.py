"""Blobs: points of several classes in the plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from netbuilder.data.examples import Cancelled, Examples, Tell
from netbuilder.data.scatter import InPlane, noise_field, plane, points_field, seed_field, strayed
from netbuilder.spec.rules import whole
from netbuilder.spec.sources import source
from netbuilder.words import _

_LETTERS = "ABCDEFGHIJ"


@source("blobs", "Blobs", group="Points")
@dataclass(frozen=True, slots=True)
class Blobs(InPlane):
    """Round clouds, one a class: the easiest task, which straight lines solve while the noise is small."""

    count: int = points_field()
    groups: int = whole(_("Clouds"), default=3, at_least=2, at_most=len(_LETTERS), help=_("each is a class"))
    noise: float = noise_field(0.2)
    seed: int = seed_field()

    @override
    def classes(self) -> tuple[str, ...]:
        return tuple(_LETTERS[: self.groups])

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        random = np.random.default_rng(self.seed)
        belongs = np.arange(self.count) % self.groups
        # Centres on a circle, turned by the seed, never lie upon each other as random ones may.
        angle = 2 * np.pi * (belongs / self.groups + random.random())
        return plane(strayed(np.cos(angle), np.sin(angle), self.noise, random), belongs, classes=self.classes())
