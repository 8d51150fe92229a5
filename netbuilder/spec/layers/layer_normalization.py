"""Layer normalization: each example is brought to mean 0 and deviation 1 by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from netbuilder.spec.calls import Call, call
from netbuilder.spec.facts import Shape
from netbuilder.spec.layers import DoesNotFit, Weight, layer
from netbuilder.spec.rules import flag, real
from netbuilder.words import _

_BESIDE = {"beta_initializer": "zeros", "gamma_initializer": "ones", "rms_scaling": False}


@layer("layer_normalization", "Layer normalization", group="Normalization", beside=_BESIDE)
@dataclass(frozen=True, slots=True)
class LayerNormalization:
    """Brings the features of each example to mean 0 and deviation 1, whatever the rest of the batch is."""

    compiles: ClassVar[bool] = True

    epsilon: float = real(
        _("Epsilon"), default=1e-3, at_most=1.0, above=True, logarithmic=True, help=_("avoids dividing by zero")
    )
    center: bool = flag(_("Learns a shift"), default=True)
    scale: bool = flag(_("Learns a factor"), default=True)

    def output_shape(self, shape: Shape) -> Shape:
        if not shape:
            raise DoesNotFit(_("Layer normalization needs at least one axis of inputs."))
        return shape

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * (self.center + self.scale)

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        return (Weight((shape[-1],)),) * (self.center + self.scale)

    def keras(self) -> Call:
        return call("layers.LayerNormalization", epsilon=self.epsilon, center=self.center, scale=self.scale)

    def summary(self) -> str:
        return ""
