"""Flatten: rows of pixels become one row of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from netbuilder.spec.calls import Call, call
from netbuilder.spec.facts import Shape
from netbuilder.spec.layers import layer


@layer("flatten", "Flatten", group="Shape", beside={"data_format": "channels_last"})
@dataclass(frozen=True, slots=True)
class Flatten:
    """Lays the rows of a picture end to end, so that a Dense layer can take them."""

    compiles: ClassVar[bool] = True

    def output_shape(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def parameter_count(self, shape: Shape) -> int:
        return 0

    def keras(self) -> Call:
        return call("layers.Flatten")

    def summary(self) -> str:
        return ""
