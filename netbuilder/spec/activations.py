"""The activations: every function that bends a layer's sum."""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol

from netbuilder.spec.catalogs import Catalog

Range = Literal["any", "positive", "probability", "distribution", "log-probability", "bounded"]


class ActivationKind(Protocol):
    """What every activation declares: the range of its values, and whether it bends at all.

    ``gives``: "distribution" sums to 1 over the units (softmax), "probability" is 0…1 each (sigmoid), "positive" has no
    negative values (relu), "bounded" has bounds on both sides (tanh).
    """

    gives: ClassVar[Range]
    linear: ClassVar[bool]


activation: Catalog[ActivationKind] = Catalog("activation")


@activation("relu", "relu")
class Relu:
    """max(0, x): passes what is positive. The usual choice between layers."""

    gives: ClassVar[Range] = "positive"
    linear: ClassVar[bool] = False


@activation("linear", "linear")
class Linear:
    """x: does not bend. For the output of a regression."""

    gives: ClassVar[Range] = "any"
    linear: ClassVar[bool] = True


@activation("sigmoid", "sigmoid")
class Sigmoid:
    """1 / (1 + e⁻ˣ): one probability. For the single output unit of a yes/no question."""

    gives: ClassVar[Range] = "probability"
    linear: ClassVar[bool] = False


@activation("softmax", "softmax")
class Softmax:
    """eˣ / Σeˣ over the units: probabilities that sum to 1. For the output of a classification."""

    gives: ClassVar[Range] = "distribution"
    linear: ClassVar[bool] = False


@activation("tanh", "tanh")
class Tanh:
    """The hyperbolic tangent: −1 … 1."""

    gives: ClassVar[Range] = "bounded"
    linear: ClassVar[bool] = False
