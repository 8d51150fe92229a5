"""Optimizers that find a step size of its own for each weight, from averages of the gradient and of its square."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from netbuilder.spec.facts import Shape
from netbuilder.spec.optimizers import Kept, KerasOptimizer, Rates, epsilon, optimizer, rate, share
from netbuilder.spec.rules import flag, real
from netbuilder.words import _


def _beta_1(default: float = 0.9) -> Any:
    return share(_("Beta 1"), default, _("how much of the averaged gradient is kept at each step"))


def _beta_2(default: float = 0.999) -> Any:
    return share(_("Beta 2"), default, _("how much of the averaged squared gradient is kept at each step"))


def _amsgrad() -> Any:
    return flag(_("AMSGrad"), default=False, help=_("step sizes never grow again (Reddi et al. 2018)"))


@optimizer("adam", "Adam")
@dataclass(frozen=True, slots=True)
class Adam(KerasOptimizer):
    """Follows the averaged gradient with a step size of its own for each weight (Kingma and Ba 2014). The usual choice."""

    more_slots: ClassVar[tuple[str, ...]] = ("amsgrad",)

    learning_rate: float = rate()
    beta_1: float = _beta_1()
    beta_2: float = _beta_2()
    epsilon: float = epsilon()
    amsgrad: bool = _amsgrad()


@optimizer("adamw", "AdamW")
@dataclass(frozen=True, slots=True)
class AdamW(KerasOptimizer):
    """Adam with weight decay beside the gradient (Loshchilov and Hutter 2019): keeps weights small."""

    more_slots: ClassVar[tuple[str, ...]] = ("amsgrad",)

    learning_rate: float = rate()
    weight_decay: float = real(
        _("Weight decay"),
        default=4e-3,
        at_most=10.0,
        logarithmic=True,
        help=_("makes every weight shrink by this share of the learning rate at each step"),
    )
    beta_1: float = _beta_1()
    beta_2: float = _beta_2()
    epsilon: float = epsilon()
    amsgrad: bool = _amsgrad()


@optimizer("nadam", "Nadam")
@dataclass(frozen=True, slots=True)
class Nadam(KerasOptimizer):
    """Adam that looks one step ahead, as Nesterov's momentum does (Dozat 2016)."""

    learning_rate: float = rate()
    beta_1: float = _beta_1()
    beta_2: float = _beta_2()
    epsilon: float = epsilon()

    def own(self, weights: Sequence[Shape], *, older: bool) -> tuple[Kept, ...]:
        product, slots = Kept("product", ()), KerasOptimizer.own(self, weights, older=older)
        return (product, *slots) if older else (*slots, product)


@optimizer("adamax", "Adamax")
@dataclass(frozen=True, slots=True)
class Adamax(KerasOptimizer):
    """Adam that measures gradients by their largest value (Kingma and Ba 2014): calm where gradients are rare."""

    learning_rate: float = rate()
    beta_1: float = _beta_1()
    beta_2: float = _beta_2()
    epsilon: float = epsilon()


@optimizer("rmsprop", "RMSprop")
@dataclass(frozen=True, slots=True)
class RMSprop(KerasOptimizer):
    """Divides the gradient by an average of its recent size (Hinton 2012)."""

    slots: ClassVar[int] = 1
    more_slots: ClassVar[tuple[str, ...]] = ("momentum", "centered")

    learning_rate: float = rate()
    rho: float = share(_("Rho"), 0.9, _("how much of the averaged squared gradient is kept at each step"))
    momentum: float = share(_("Momentum"), 0.0, _("how much of the last step is made again"))
    epsilon: float = epsilon()
    centered: bool = flag(_("Centered"), default=False, help=_("also takes the mean gradient off: steadier, slower"))


@optimizer("adagrad", "Adagrad")
@dataclass(frozen=True, slots=True)
class Adagrad(KerasOptimizer):
    """The more a weight was moved, the smaller its steps become (Duchi et al. 2011). Needs a larger learning rate."""

    rates: ClassVar[Rates] = Rates(1e-3, 1e-2, 1.0)
    slots: ClassVar[int] = 1

    learning_rate: float = rate()
    initial_accumulator_value: float = real(
        _("First sum"),
        default=0.1,
        at_most=1e6,
        help=_("of squared gradients: the larger, the smaller the first steps"),
    )
    epsilon: float = epsilon()


@optimizer("adadelta", "Adadelta")
@dataclass(frozen=True, slots=True)
class Adadelta(KerasOptimizer):
    """Finds its step sizes from its own past steps (Zeiler 2012). The paper's learning rate is 1, far above Keras's."""

    rates: ClassVar[Rates] = Rates(0.05, 1.0, 10.0)

    learning_rate: float = rate()
    rho: float = share(_("Rho"), 0.95, _("how much of the averages is kept at each step"))
    epsilon: float = epsilon()


@optimizer("adafactor", "Adafactor", unsaid={"epsilon_1": 1e-30})
@dataclass(frozen=True, slots=True)
class Adafactor(KerasOptimizer):
    """Like Adam with less memory: keeps averages of rows and columns only (Shazeer and Stern 2018)."""

    slots: ClassVar[int] = 1
    own_defaults: ClassVar[tuple[str, ...]] = ("epsilon_1",)

    learning_rate: float = rate()
    beta_2_decay: float = real(
        _("Beta 2 decay"), default=-0.8, at_least=-10.0, at_most=0.0, help=_("how fast the averages settle down")
    )
    # Not Keras's 1e-30: where the gradient of a row and of a column is 0 (a pixel that is always black, a unit that is
    # silent), its square underflows in float32, and 0 / 0 makes all weights NaN at the second step (Keras 3.15.1).
    epsilon_1: float = epsilon(1e-16)
    epsilon_2: float = real(
        _("Epsilon 2"),
        default=1e-3,
        at_most=1.0,
        above=True,
        logarithmic=True,
        help=_("least step, of a weight's size"),
    )
    clip_threshold: float = real(
        _("Clip threshold"), default=1.0, at_most=1e6, above=True, help=_("largest step, root mean square")
    )
    relative_step: bool = flag(
        _("Falling steps"), default=True, help=_("the learning rate is at most 1 / √(number of steps so far)")
    )

    def own(self, weights: Sequence[Shape], *, older: bool) -> tuple[Kept, ...]:
        found: list[Kept] = []
        for place, shape in enumerate(weights):
            split = len(shape) >= 2  # else rows and columns are numbers that nobody reads
            for what, part in (("row", shape[:-1]), ("column", (*shape[:-2], *shape[-1:]))):
                found.append(Kept(f"{what} of {place}", part if split else (), "float32" if split else "int32"))
            found.append(Kept(f"square of {place}", shape))
        return tuple(found)
