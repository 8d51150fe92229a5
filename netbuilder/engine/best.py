"""The best epoch of a run and its weights, for whoever stops and wants to keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf

from netbuilder.checkpoint import Arrays, BestEpoch
from netbuilder.spec.monitors import direction, measured
from netbuilder.spec.project import ProjectSpec


class Best:
    """Keeps the weights of the epoch in which the watched value was best.

    That is what early stopping watches, where it is on and the run measures that, or else the loss, on validation data if
    there are any.
    """

    def __init__(self, project: ProjectSpec, *, validation: bool, kept: BestEpoch | None = None) -> None:
        """``kept``: the best one of those that were trained before."""
        training = project.training
        stopping, known = training.early_stopping, measured(training.metrics, validation=validation)
        watched = stopping.on and stopping.monitor in known
        self._monitor = stopping.monitor if watched else "val_loss" if validation else "loss"
        self._sign = -1.0 if direction(self._monitor) == "max" else 1.0
        self.kept = kept

    def take(self, epoch: int, metrics: Mapping[str, float], weights: Arrays) -> None:
        """Takes note of an epoch that has ended; the first of equal ones stays. NaN is never the best."""
        value = self._sign * metrics.get(self._monitor, inf)
        if value < (inf if self.kept is None else self.kept.value):
            self.kept = BestEpoch(epoch, value, weights)

    def judged(self, restored: BestEpoch | None) -> BestEpoch | None:
        """What early stopping took for the best, its value as this one counts: lower is better."""
        return None if restored is None else replace(restored, value=self._sign * restored.value)
