"""Dropout: random silence against overfitting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from netbuilder.spec.calls import Call, call
from netbuilder.spec.facts import Shape
from netbuilder.spec.layers import layer
from netbuilder.spec.rules import real
from netbuilder.words import _


@layer("dropout", "Dropout", group="Against overfitting", required=("rate",))
@dataclass(frozen=True, slots=True)
class Dropout:
    """Silences random inputs while training, so that the network can't rely on any single one."""

    compiles: ClassVar[bool] = False  # XLA draws random numbers three times slower than TensorFlow without it

    rate: float = real(_("Dropped share"), default=0.2, at_most=0.95, help=_("0.2 silences one input in five"))

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameter_count(self, shape: Shape) -> int:
        return 0

    def keras(self) -> Call:
        return call("layers.Dropout", rate=self.rate)

    def summary(self) -> str:
        return f"{self.rate:.0%}" if round(self.rate * 100) == self.rate * 100 else f"{self.rate:.1%}"
