"""Optimizers that follow the gradient itself: with momentum, by its sign, per layer, or as rotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from netbuilder.spec.facts import Shape
from netbuilder.spec.optimizers import Kept, KerasOptimizer, Rates, epsilon, optimizer, rate, share
from netbuilder.spec.rules import Real, flag, maybe, real, whole
from netbuilder.words import _


@optimizer("sgd", "SGD")
@dataclass(frozen=True, slots=True)
class SGD(KerasOptimizer):
    """Stochastic gradient descent: a step down the slope of each batch, with momentum if wanted."""

    rates: ClassVar[Rates] = Rates(1e-5, 1e-2, 1.0)
    slots: ClassVar[int] = 0
    more_slots: ClassVar[tuple[str, ...]] = ("momentum",)

    learning_rate: float = rate(0.01)
    momentum: float = share(_("Momentum"), 0.0, _("how much of the last step is made again; 0.9 is usual"))
    nesterov: bool = flag(_("Nesterov"), default=False, needs="momentum", help=_("momentum that looks one step ahead"))


@optimizer("lion", "Lion")
@dataclass(frozen=True, slots=True)
class Lion(KerasOptimizer):
    """Steps of equal size by the sign of the averaged gradient (Chen et al. 2023). Wants a smaller learning rate."""

    rates: ClassVar[Rates] = Rates(1e-6, 1e-4, 0.01)
    slots: ClassVar[int] = 1

    learning_rate: float = rate()
    # Keras refuses 0, with which only the sign of this step's gradient would count.
    beta_1: float = share(_("Beta 1"), 0.9, _("how much of the averaged gradient decides the step"), above=True)
    beta_2: float = share(_("Beta 2"), 0.99, _("how much of the averaged gradient is kept at each step"))


@optimizer("lamb", "LAMB", since="3.5")
@dataclass(frozen=True, slots=True)
class Lamb(KerasOptimizer):
    """Adam whose steps are scaled by the size of each layer's weights (You et al. 2019): for very large batches."""

    rates: ClassVar[Rates] = Rates(1e-5, 1e-3, 0.5)

    learning_rate: float = rate()
    beta_1: float = share(_("Beta 1"), 0.9, _("how much of the averaged gradient is kept at each step"))
    beta_2: float = share(_("Beta 2"), 0.999, _("how much of the averaged squared gradient is kept at each step"))
    epsilon: float = epsilon()


@optimizer("ftrl", "FTRL")
@dataclass(frozen=True, slots=True)
class Ftrl(KerasOptimizer):
    """Follow the regularized leader (McMahan et al. 2013): with L1 it makes most weights exactly 0."""

    rates: ClassVar[Rates] = Rates(1e-2, 0.1, 2.0)

    learning_rate: float = rate()
    learning_rate_power: float = real(
        _("Power"), default=-0.5, at_least=-10.0, at_most=0.0, help=_("how fast steps become smaller; 0 is not at all")
    )
    initial_accumulator_value: float = real(
        _("First sum"),
        default=0.1,
        at_most=1e6,
        help=_("of squared gradients: the larger, the smaller the first steps"),
    )
    l1_regularization_strength: float = real(_("L1"), default=0.0, at_most=1e3, logarithmic=True)
    l2_regularization_strength: float = real(_("L2"), default=0.0, at_most=1e3, logarithmic=True)
    l2_shrinkage_regularization_strength: float = real(
        _("L2 shrinkage"), default=0.0, at_most=1e3, logarithmic=True, help=_("L2 on the loss rather than on the steps")
    )
    beta: float = real(_("Beta"), default=0.0, at_most=1e3, help=_("the larger, the smaller the first steps"))


_MUON = {"exclude_layers": [], "exclude_embeddings": True, "muon_a": 3.4445, "muon_b": -4.775, "muon_c": 2.0315}


@optimizer("muon", "Muon", since="3.13", beside=_MUON)  # in 3.10, but with other steps before it knew rms_rate
@dataclass(frozen=True, slots=True)
class Muon(KerasOptimizer):
    """Turns each layer's averaged step so that no direction dominates (Jordan 2024). Biases take AdamW's steps."""

    slots: ClassVar[int] = 1  # and a second one for biases only

    learning_rate: float = rate()
    weight_decay: float | None = maybe(
        _("Weight decay"),
        Real(0.0, 10.0, above=True, logarithmic=True),
        start=4e-3,
        default=4e-3,
        help=_("makes every weight shrink by this share of the learning rate at each step"),
    )
    momentum: float = share(_("Momentum"), 0.95, _("how much of the averaged gradient is kept at each step"))
    nesterov: bool = flag(_("Nesterov"), default=True, needs="momentum", help=_("momentum that looks one step ahead"))
    ns_steps: int = whole(_("Turning steps"), default=5, at_least=1, at_most=100, help=_("Newton–Schulz iterations"))
    rms_rate: float | None = maybe(
        _("Step size"),
        Real(0.0, 10.0, above=True),
        start=0.2,
        default=0.2,
        help=_("makes Adam's learning rates fit (Liu et al. 2025)"),
    )
    adam_lr_ratio: float = real(
        _("AdamW ratio"), default=1.0, at_most=100.0, above=True, help=_("AdamW's learning rate, of this one")
    )
    adam_beta_1: float = share(_("AdamW beta 1"), 0.9, _("how much of the averaged gradient is kept at each step"))
    adam_beta_2: float = share(
        _("AdamW beta 2"), 0.999, _("how much of the averaged squared gradient is kept at each step")
    )
    adam_weight_decay: float | None = maybe(
        _("AdamW weight decay"), Real(0.0, 10.0, above=True, logarithmic=True), start=4e-3, default=4e-3
    )
    epsilon: float = epsilon()

    def own(self, weights: Sequence[Shape], *, older: bool) -> tuple[Kept, ...]:
        return tuple(
            Kept(f"{what} of {place}", shape)
            for place, shape in enumerate(weights)
            for what in (("momentum",) if len(shape) == 2 else ("momentum", "velocity"))
        )
