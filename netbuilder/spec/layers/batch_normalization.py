"""Batch normalization: each feature is brought to mean 0 and deviation 1 over the batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from netbuilder.spec.calls import Call, call
from netbuilder.spec.facts import Shape
from netbuilder.spec.layers import DoesNotFit, Weight, layer
from netbuilder.spec.rules import flag, real
from netbuilder.words import _

_BESIDE = {
    "beta_initializer": "zeros",
    "gamma_initializer": "ones",
    "moving_mean_initializer": "zeros",
    "moving_variance_initializer": "ones",
    "synchronized": False,
    "renorm": False,
    "renorm_momentum": 0.99,
}


@layer("batch_normalization", "Batch normalization", group="Normalization", beside=_BESIDE)
@dataclass(frozen=True, slots=True)
class BatchNormalization:
    """Brings each feature to mean 0 and deviation 1 over the batch; afterwards uses averages kept while training."""

    compiles: ClassVar[bool] = True

    momentum: float = real(
        _("Momentum"), default=0.99, at_most=0.9999, help=_("how slowly the kept averages follow the batches")
    )
    epsilon: float = real(
        _("Epsilon"), default=1e-3, at_most=1.0, above=True, logarithmic=True, help=_("avoids dividing by zero")
    )
    center: bool = flag(_("Learns a shift"), default=True)
    scale: bool = flag(_("Learns a factor"), default=True)

    def output_shape(self, shape: Shape) -> Shape:
        if not shape:
            raise DoesNotFit(_("Batch normalization needs at least one axis of inputs."))
        return shape

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * (2 + self.center + self.scale)

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        kept = Weight((shape[-1],), trained=False)  # mean and variance of the batches so far
        return (*(Weight((shape[-1],)),) * (self.center + self.scale), kept, kept)

    def keras(self) -> Call:
        return call(
            "layers.BatchNormalization",
            momentum=self.momentum,
            epsilon=self.epsilon,
            center=self.center,
            scale=self.scale,
        )

    def summary(self) -> str:
        return "" if self.momentum == 0.99 else f"momentum {self.momentum:g}"
