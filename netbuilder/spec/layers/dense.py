"""Dense: every unit sees every input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from netbuilder.spec.activations import activation
from netbuilder.spec.calls import Call, call
from netbuilder.spec.facts import Shape
from netbuilder.spec.initializers import initializer
from netbuilder.spec.layers import DoesNotFit, Weight, layer
from netbuilder.spec.rules import Real, flag, maybe, one_of, real, whole
from netbuilder.words import _


@layer(
    "dense",
    "Dense",
    group="Weights",
    beside={"bias_initializer": "zeros"},
    required=("units",),
    unsaid={"activation": "linear"},  # what a Dense without activation is
)
@dataclass(frozen=True, slots=True)
class Dense:
    """Units that each weigh all inputs, add them up and bend the sum with an activation."""

    compiles: ClassVar[bool] = True

    units: int = whole(_("Units"), default=64, at_least=1, at_most=1_000_000, logarithmic=True)
    activation: str = one_of(_("Activation"), activation.titles, default="relu")
    use_bias: bool = flag(_("Bias"), default=True, help=_("a number of its own that each unit adds"))
    kernel_initializer: str = one_of(
        _("Initializer"), initializer.titles, default="glorot_uniform", help=_("how the weights are drawn at the start")
    )
    l1: float = real(
        _("L1"), default=0.0, at_most=10.0, logarithmic=True, help=_("adds L1 × Σ|w| to the loss: pulls weights to 0")
    )
    l2: float = real(
        _("L2"), default=0.0, at_most=10.0, logarithmic=True, help=_("adds L2 × Σw² to the loss: keeps weights small")
    )
    bias_l2: float = real(
        _("Bias L2"), default=0.0, at_most=10.0, logarithmic=True, needs="use_bias", help=_("the same for the biases")
    )
    max_norm: float | None = maybe(
        _("Max-norm"),
        Real(0.0, 1000.0, above=True),
        start=3.0,
        help=_("the longest that the weights of one unit may become"),
    )

    def output_shape(self, shape: Shape) -> Shape:
        if not shape:
            raise DoesNotFit(_("Dense needs at least one axis of inputs."))
        return (*shape[:-1], self.units)

    def parameter_count(self, shape: Shape) -> int:
        return self.units * (shape[-1] + (1 if self.use_bias else 0))

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        return (Weight((shape[-1], self.units)), *(Weight((self.units,)),) * self.use_bias)

    def keras(self) -> Call:
        return call(
            "layers.Dense",
            units=self.units,
            activation=self.activation,
            use_bias=self.use_bias,
            kernel_initializer=self.kernel_initializer,
            kernel_regularizer=_penalty(self.l1, self.l2),
            bias_regularizer=_penalty(0.0, self.bias_l2) if self.use_bias else None,
            kernel_constraint=None
            if self.max_norm is None
            else call("constraints.MaxNorm", max_value=self.max_norm, axis=0),
        )

    @staticmethod
    def from_keras(given: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that ``keras`` lays out otherwise, behind Keras's arguments in their long form."""
        kernel, bias, longest = (given.get(name) for name in _LAID_OUT)
        return {
            "l1": kernel.arguments.get("l1", 0.0) if isinstance(kernel, Call) else 0.0,
            "l2": kernel.arguments.get("l2", 0.0) if isinstance(kernel, Call) else 0.0,
            "bias_l2": bias.arguments.get("l2", 0.0) if isinstance(bias, Call) else 0.0,
            "max_norm": longest.arguments.get("max_value") if isinstance(longest, Call) else None,
        }

    def summary(self) -> str:
        parts = [f"{self.units:,}", self.activation]
        parts += [f"{label} {value:g}" for label, value in (("L1", self.l1), ("L2", self.l2)) if value]
        return " · ".join(parts)


_LAID_OUT = ("kernel_regularizer", "bias_regularizer", "kernel_constraint")


def _penalty(l1: float, l2: float) -> Call | None:
    return call("regularizers.L1L2", l1=l1, l2=l2) if l1 or l2 else None
