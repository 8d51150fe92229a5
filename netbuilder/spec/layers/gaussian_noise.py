"""Gaussian noise: random disturbance against overfitting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from netbuilder.spec.calls import Call, call
from netbuilder.spec.facts import Shape
from netbuilder.spec.layers import layer
from netbuilder.spec.rules import real
from netbuilder.words import _


@layer("gaussian_noise", "Gaussian noise", group="Against overfitting", required=("stddev",))
@dataclass(frozen=True, slots=True)
class GaussianNoise:
    """Adds random numbers to its inputs while training, so that the network learns to bear small changes."""

    compiles: ClassVar[bool] = False  # XLA draws random numbers three times slower than TensorFlow without it

    # Keras refuses more than 1, which would drown inputs of deviation 1 anyway.
    stddev: float = real(
        _("Strength"), default=0.1, at_most=1.0, help=_("standard deviation of what is added to each input")
    )

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameter_count(self, shape: Shape) -> int:
        return 0

    def keras(self) -> Call:
        return call("layers.GaussianNoise", stddev=self.stddev)

    def summary(self) -> str:
        return f"σ {self.stddev:g}"
