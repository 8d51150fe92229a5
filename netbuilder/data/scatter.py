"""What all made-up points share: their fields' ranges, their noise and their facts."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.examples import Examples, table
from netbuilder.data.known import known
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.rules import real, whole
from netbuilder.spec.split import Split
from netbuilder.words import _, plural

CLASSES = ("A", "B")
PLANE = ("x", "y")


def points_field(default: int = 500) -> Any:
    """How many points."""
    return whole(_("Points"), default=default, at_least=20, at_most=100_000, logarithmic=True)


def noise_field(default: float, at_most: float = 1.0) -> Any:
    """How far points stray."""
    return real(
        _("Noise"), default=default, at_most=at_most, help=_("the standard deviation of how far each point strays")
    )


def seed_field() -> Any:
    """The seed of the points."""
    return whole(_("Seed"), default=1, at_most=2**32 - 1, help=_("another seed, other points of the same kind"))


def strayed(
    x: NDArray[np.float64], y: NDArray[np.float64], noise: float, random: np.random.Generator
) -> NDArray[np.float64]:
    """The points (n, 2), each moved at random by ``noise`` (standard deviation, along each axis)."""
    exact = np.stack([x, y], axis=1)
    return exact + noise * random.standard_normal(exact.shape)


def plane(inputs: NDArray[np.float64], targets: NDArray[np.int64], classes: tuple[str, ...] = CLASSES) -> Examples:
    """Points of the plane and their classes."""
    return table(inputs, targets, classes=classes, features=PLANE)


def points_summary(count: int, noise: float) -> str:
    """Such as "400 points · noise 0.1"."""
    return " · ".join((plural("{count} point", "{count} points", count), _("noise {noise:g}").format(noise=noise)))


def points_split() -> Split:
    """Points are cheap: a fifth to validate with, a fifth to test."""
    return Split(validation=0.2, test=0.2)


class InPlane:
    """What points of the plane have in common: their facts, their split, and the words on their card."""

    __slots__ = ()

    low: ClassVar[float] = -1.0
    high: ClassVar[float] = 1.0
    count: int
    noise: float

    def classes(self) -> tuple[str, ...]:
        return CLASSES

    def facts(self, split: Split) -> DataFacts:
        """Points lie between ``low`` and ``high`` on both axes before they stray."""
        reach = (self.low - 3 * self.noise, self.high + 3 * self.noise)
        return known(split, count=self.count, shape=(2,), value_range=reach, classes=self.classes(), features=PLANE)

    def usual_split(self) -> Split:
        return points_split()

    def summary(self) -> str:
        return points_summary(self.count, self.noise)
