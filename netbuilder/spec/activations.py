"""The activations: every function that bends a layer's sum. The usual ones first, then by kinship.

Left out are ``glu``, which halves the units, and ``threshold``, which needs values of its own.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol

from netbuilder.spec.catalogs import Catalog

Range = Literal["any", "positive", "probability", "distribution", "log-probability", "bounded"]


class ActivationKind(Protocol):
    """What every activation declares: the range of its values, and whether it bends at all.

    ``gives``: "distribution" sums to 1 over the units (softmax), "probability" is 0…1 each (sigmoid), "positive" has no
    negative values (relu), "bounded" has bounds on both sides (tanh), "log-probability" is never above 0.
    """

    gives: ClassVar[Range]
    linear: ClassVar[bool]


class _Bends:
    """What nearly all have in common."""

    __slots__ = ()

    gives: ClassVar[Range] = "any"
    linear: ClassVar[bool] = False


activation: Catalog[ActivationKind] = Catalog("activation")


@activation("relu", "relu")
class Relu(_Bends):
    """max(0, x): passes what is positive. The usual choice between layers."""

    gives: ClassVar[Range] = "positive"


@activation("linear", "linear")
class Linear(_Bends):
    """x: does not bend. For the output of a regression."""

    linear: ClassVar[bool] = True


@activation("sigmoid", "sigmoid")
class Sigmoid(_Bends):
    """1 / (1 + e⁻ˣ): one probability. For the single output unit of a yes/no question."""

    gives: ClassVar[Range] = "probability"


@activation("softmax", "softmax")
class Softmax(_Bends):
    """eˣ / Σeˣ over the units: probabilities that sum to 1. For the output of a classification."""

    gives: ClassVar[Range] = "distribution"


@activation("tanh", "tanh")
class Tanh(_Bends):
    """The hyperbolic tangent: −1 … 1, steepest at 0."""

    gives: ClassVar[Range] = "bounded"


@activation("leaky_relu", "leaky relu")
class LeakyRelu(_Bends):
    """x, or 0.2 x where x is negative: like relu, but never quite silent (Maas et al. 2013)."""


@activation("elu", "elu")
class Elu(_Bends):
    """x, or eˣ − 1 where x is negative: falls smoothly to −1 (Clevert et al. 2016)."""


@activation("selu", "selu")
class Selu(_Bends):
    """1.05 x, or 1.76 (eˣ − 1) where x is negative: keeps mean 0 and deviation 1, with lecun normal weights (Klambauer et al. 2017)."""


@activation("gelu", "gelu")
class Gelu(_Bends):
    """x · Φ(x), Φ being the normal distribution: a smooth relu, usual in transformers (Hendrycks and Gimpel 2016)."""


@activation("silu", "silu")
class Silu(_Bends):
    """x · sigmoid(x), also named swish: a smooth relu with a small dip below 0 (Ramachandran et al. 2017)."""


@activation("mish", "mish")
class Mish(_Bends):
    """x · tanh(softplus(x)): a smooth relu with a small dip below 0 (Misra 2019)."""


@activation("softplus", "softplus")
class Softplus(_Bends):
    """log(1 + eˣ): a smooth relu that is never 0. For outputs that must be positive."""

    gives: ClassVar[Range] = "positive"


@activation("exponential", "exponential")
class Exponential(_Bends):
    """eˣ: always positive, grows very fast. For outputs such as rates."""

    gives: ClassVar[Range] = "positive"


@activation("relu6", "relu6")
class Relu6(_Bends):
    """min(max(0, x), 6): relu with a ceiling."""

    gives: ClassVar[Range] = "positive"


@activation("celu", "celu", since="3.7")
class Celu(_Bends):
    """x, or eˣ − 1 where x is negative: a smooth elu (Barron 2017)."""


@activation("squareplus", "squareplus", since="3.7")
class Squareplus(_Bends):
    """(x + √(x² + 4)) / 2: a smooth relu without exponentials (Barron 2021)."""

    gives: ClassVar[Range] = "positive"


@activation("sparse_plus", "sparse plus", since="3.8")
class SparsePlus(_Bends):
    """0 up to −1, x from 1 on, and (x + 1)² / 4 between: a smooth relu that can be exactly 0."""

    gives: ClassVar[Range] = "positive"


@activation("softsign", "softsign")
class Softsign(_Bends):
    """x / (1 + |x|): like tanh, but comes to its bounds slowly."""

    gives: ClassVar[Range] = "bounded"


@activation("hard_tanh", "hard tanh", since="3.7")
class HardTanh(_Bends):
    """x, cut at −1 and 1: tanh made of straight lines."""

    gives: ClassVar[Range] = "bounded"


@activation("hard_sigmoid", "hard sigmoid")
class HardSigmoid(_Bends):
    """x / 6 + 0.5, cut at 0 and 1: sigmoid made of straight lines."""

    gives: ClassVar[Range] = "probability"


@activation("sparse_sigmoid", "sparse sigmoid", since="3.10")
class SparseSigmoid(_Bends):
    """(x + 1) / 2, cut at 0 and 1: a steeper hard sigmoid (Blondel et al. 2019)."""

    gives: ClassVar[Range] = "probability"


@activation("hard_silu", "hard silu")
class HardSilu(_Bends):
    """x · hard_sigmoid(x), also named hard swish: silu made of simple pieces (Howard et al. 2019)."""


@activation("sparsemax", "sparsemax", since="3.8")
class Sparsemax(_Bends):
    """Meant as probabilities that may be exactly 0 (Martins and Astudillo 2016). Keras 3.15 computes it wrongly."""

    # Not "distribution": up to Keras 3.15.1 the threshold is wrong, and rows sum to anything (keras issue 23425).
    gives: ClassVar[Range] = "positive"


@activation("log_softmax", "log softmax")
class LogSoftmax(_Bends):
    """The logarithm of softmax."""

    gives: ClassVar[Range] = "log-probability"


@activation("log_sigmoid", "log sigmoid", since="3.7")
class LogSigmoid(_Bends):
    """The logarithm of sigmoid."""

    gives: ClassVar[Range] = "log-probability"


@activation("hard_shrink", "hard shrink", since="3.7")
class HardShrink(_Bends):
    """x, or 0 where |x| is at most 0.5: drops what is small."""


@activation("soft_shrink", "soft shrink", since="3.7")
class SoftShrink(_Bends):
    """x drawn 0.5 towards 0: drops what is small."""


@activation("tanh_shrink", "tanh shrink", since="3.7")
class TanhShrink(_Bends):
    """x − tanh(x): makes what is small smaller still."""
