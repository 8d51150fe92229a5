"""The learning-rate schedules: how the step size changes while training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from netbuilder.spec.calls import Call
from netbuilder.spec.catalogs import Catalog


class Schedule(Protocol):
    """What every schedule declares."""

    def keras(self, learning_rate: float, steps_per_epoch: int, epochs: int) -> float | Call:
        """What the optimizer gets as its learning rate."""

    def summary(self) -> str: ...


schedule: Catalog[Schedule] = Catalog("schedule")


@schedule("constant", "Constant")
@dataclass(frozen=True, slots=True)
class Constant:
    """The same step size all along."""

    def keras(self, learning_rate: float, steps_per_epoch: int, epochs: int) -> float | Call:
        return learning_rate

    def summary(self) -> str:
        return ""
