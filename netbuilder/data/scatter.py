"""What all made-up points share: their fields' ranges, their noise and their facts."""

from __future__ import annotations

from typing import Any

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


def plane_facts(
    split: Split, *, count: int, low: float, high: float, noise: float, classes: tuple[str, ...] = CLASSES
) -> DataFacts:
    """Facts of points that lie between ``low`` and ``high`` on both axes before they stray."""
    reach = (low - 3 * noise, high + 3 * noise)
    return known(split, count=count, shape=(2,), value_range=reach, classes=classes, features=PLANE)


def points_summary(count: int, noise: float) -> str:
    """Such as "400 points · noise 0.1"."""
    return " · ".join((plural("{count} point", "{count} points", count), _("noise {noise:g}").format(noise=noise)))


def points_split() -> Split:
    """Points are cheap: a fifth to validate with, a fifth to test."""
    return Split(validation=0.2, test=0.2)
