"""Activation: bends every number by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from netbuilder.spec import activations
from netbuilder.spec.calls import Call, call
from netbuilder.spec.facts import Shape
from netbuilder.spec.layers import layer
from netbuilder.spec.rules import one_of
from netbuilder.words import _


@layer("activation", "Activation", group="Shape", required=("activation",))
@dataclass(frozen=True, slots=True)
class Activation:
    """Bends its inputs with an activation, for example after a normalization."""

    compiles: ClassVar[bool] = True

    function: str = one_of(_("Function"), activations.activation.titles, default="relu")

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameter_count(self, shape: Shape) -> int:
        return 0

    def keras(self) -> Call:
        return call("layers.Activation", activation=self.function)

    @staticmethod
    def from_keras(given: Mapping[str, Any]) -> dict[str, Any]:
        """The field that Keras names otherwise."""
        return {"function": given.get("activation")}

    def summary(self) -> str:
        return self.function
