"""Blobs: points of several classes in the plane."""

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
from netbuilder.spec.rules import whole
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.words import _

_LETTERS = "ABCDEFGHIJ"


@source("blobs", "Blobs", group="Points")
@dataclass(frozen=True, slots=True)
class Blobs:
    """Round clouds, one a class: the easiest task, which straight lines solve while the noise is small."""

    count: int = points_field()
    groups: int = whole(_("Clouds"), default=3, at_least=2, at_most=len(_LETTERS), help=_("each is a class"))
    noise: float = noise_field(0.2)
    seed: int = seed_field()

    def facts(self, split: Split) -> DataFacts:
        classes = tuple(_LETTERS[: self.groups])
        return plane_facts(split, count=self.count, low=-1.0, high=1.0, noise=self.noise, classes=classes)

    def usual_split(self) -> Split:
        return points_split()

    def summary(self) -> str:
        return points_summary(self.count, self.noise)

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        random = np.random.default_rng(self.seed)
        belongs = np.arange(self.count) % self.groups
        # Centres on a circle, turned by the seed, never lie upon each other as random ones may.
        angle = 2 * np.pi * (belongs / self.groups + random.random())
        return plane(
            strayed(np.cos(angle), np.sin(angle), self.noise, random), belongs, classes=tuple(_LETTERS[: self.groups])
        )
