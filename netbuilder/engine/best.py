"""The best epoch of a run and its weights, for whoever stops and wants to keep them."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from numpy.typing import NDArray

from netbuilder.spec.monitors import direction
from netbuilder.spec.project import ProjectSpec

Weights = list[NDArray[Any]]


class Best:
    """Keeps the weights of the epoch in which the watched value was best.

    That is what early stopping watches, where it is on, or else the loss, on validation data if there are any.
    """

    def __init__(self, project: ProjectSpec, *, validation: bool) -> None:
        stopping = project.training.early_stopping
        self._monitor = stopping.monitor if stopping.on else "val_loss" if validation else "loss"
        self._sign = -1.0 if direction(self._monitor) == "max" else 1.0
        self._value = inf
        self.epoch: int | None = None
        self.weights: Weights | None = None

    def take(self, epoch: int, metrics: Mapping[str, float], weights: Weights) -> None:
        """Takes note of an epoch that has ended; the first of equal ones stays. NaN is never the best."""
        value = self._sign * metrics.get(self._monitor, inf)
        if value < self._value:
            self._value, self.epoch, self.weights = value, epoch, weights
