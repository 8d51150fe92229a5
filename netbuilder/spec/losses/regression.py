"""Losses for numbers: how far an answer lies from its target."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import ClassVar

from netbuilder.spec.losses import KerasLoss, Outputs, Takes, Targets, loss
from netbuilder.spec.rules import real
from netbuilder.words import _


class _OfNumbers(KerasLoss):
    """What the losses of this family have in common."""

    __slots__ = ()

    takes: ClassVar[tuple[Takes, ...]] = ("numbers",)
    reads: ClassVar[Outputs] = "numbers"


@loss("mean_squared_error", "Mean squared error", group="Numbers", also=("mse", "MSE"))
@dataclass(frozen=True, slots=True)
class MeanSquaredError(_OfNumbers):
    """Mean of (target − output)²: large errors count much more than small ones. The usual choice for numbers."""


@loss("mean_absolute_error", "Mean absolute error", group="Numbers", also=("mae", "MAE"))
@dataclass(frozen=True, slots=True)
class MeanAbsoluteError(_OfNumbers):
    """Mean of |target − output|: a few wild targets do little harm. Learns the median."""


@loss("huber", "Huber", group="Numbers")
@dataclass(frozen=True, slots=True)
class Huber(_OfNumbers):
    """Squares small errors and takes large ones as they are: between mean squared and mean absolute error."""

    card: ClassVar[str] = "δ {0.delta:g}"
    never_said: ClassVar[tuple[str, ...]] = ("delta",)  # up to Keras 3.15.1

    delta: float = real(
        _("Delta"),
        default=1.0,
        at_most=1e6,
        above=True,
        logarithmic=True,
        help=_("from this error on it counts as it is"),
    )


@loss("log_cosh", "Log-cosh", group="Numbers")
@dataclass(frozen=True, slots=True)
class LogCosh(_OfNumbers):
    """log(cosh(output − target)): like the squared error near 0 and the absolute error far away, without a kink."""


@loss("mean_absolute_percentage_error", "Mean absolute percentage error", group="Numbers", also=("mape", "MAPE"))
@dataclass(frozen=True, slots=True)
class MeanAbsolutePercentageError(_OfNumbers):
    """Mean of 100 · |target − output| / |target|: errors in percent. Targets near 0 make it huge."""


@loss("mean_squared_logarithmic_error", "Mean squared logarithmic error", group="Numbers", also=("msle", "MSLE"))
@dataclass(frozen=True, slots=True)
class MeanSquaredLogarithmicError(_OfNumbers):
    """Mean of (log(1 + target) − log(1 + output))²: compares sizes by their ratio. Nothing may be negative."""

    targets: ClassVar[Targets] = "not negative"
    reads: ClassVar[Outputs] = "not negative"  # negative outputs are cut to 0, where the gradient ends


@loss("poisson", "Poisson", group="Numbers")
@dataclass(frozen=True, slots=True)
class Poisson(_OfNumbers):
    """Mean of output − target · log(output): for counts, such as visitors an hour. Nothing may be negative."""

    targets: ClassVar[Targets] = "not negative"
    least: ClassVar[float] = -inf  # log(output) of large counts
    reads: ClassVar[Outputs] = "positive"  # the logarithm of a negative output is not a number


@loss("cosine_similarity", "Cosine similarity", group="Numbers")
@dataclass(frozen=True, slots=True)
class CosineSimilarity(_OfNumbers):
    """−cosine of the angle between targets and outputs: only their direction counts, not their length. Best is −1."""

    least_units: ClassVar[int] = 2  # of a single number only the sign counts
    least: ClassVar[float] = -1.0


@loss("kl_divergence", "Kullback–Leibler divergence", group="Numbers", also=("kld", "KLD"))
@dataclass(frozen=True, slots=True)
class KLDivergence(_OfNumbers):
    """Σ target · log(target / output): compares two distributions. Targets are shares that sum to 1."""

    takes: ClassVar[tuple[Takes, ...]] = ("one-hot", "numbers")
    targets: ClassVar[Targets] = "shares"
    least_units: ClassVar[int] = 2  # a single share is always 1
    least: ClassVar[float] = -inf  # where outputs sum to more than the targets do
    reads: ClassVar[Outputs] = "probabilities"
