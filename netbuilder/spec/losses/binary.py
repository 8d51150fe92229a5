"""Losses for yes/no questions: one output unit, labels 0 or 1 (or one question a class, with one-hot labels)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from netbuilder.spec.losses import KerasLoss, Outputs, Takes, loss
from netbuilder.spec.rules import flag, real
from netbuilder.words import _


def from_logits() -> bool:
    """The field of losses that can read raw scores."""
    return flag(  # type: ignore[no-any-return]
        _("Reads raw scores"), default=False, help=_("from logits: the output then has no sigmoid or softmax")
    )


def label_smoothing() -> float:
    """The field of losses that can soften labels."""
    return real(  # type: ignore[no-any-return]
        _("Label smoothing"), default=0.0, at_most=0.9, help=_("asks for a little less than full certainty")
    )


def gamma() -> float:
    """The focal losses' field."""
    return real(  # type: ignore[no-any-return]
        _("Gamma"), default=2.0, at_most=20.0, help=_("the greater, the less easy examples count; 0 turns it off")
    )


class _OfYesNo(KerasLoss):
    """What the losses of this family have in common."""

    __slots__ = ()

    takes: ClassVar[tuple[Takes, ...]] = ("binary", "one-hot")


@loss("binary_crossentropy", "Binary cross-entropy", group="Yes or no", also=("bce", "BCE"))
@dataclass(frozen=True, slots=True)
class BinaryCrossentropy(_OfYesNo):
    """−log of the probability given to the right answer. The usual choice for yes/no questions."""

    from_logits: bool = from_logits()
    label_smoothing: float = label_smoothing()


@loss("binary_focal_crossentropy", "Binary focal cross-entropy", group="Yes or no")
@dataclass(frozen=True, slots=True)
class BinaryFocalCrossentropy(_OfYesNo):
    """Binary cross-entropy in which easy examples count less (Lin et al. 2017): when one answer is rare."""

    card: ClassVar[str] = "γ {0.gamma:g}"

    gamma: float = gamma()
    apply_class_balancing: bool = flag(_("Weighs the answers"), default=False, help=_("by alpha"))
    alpha: float = real(
        _("Alpha"),
        default=0.25,
        at_most=1.0,
        needs="apply_class_balancing",
        help=_("weight of answer 1; answer 0 has the rest"),
    )
    from_logits: bool = from_logits()
    label_smoothing: float = label_smoothing()


@loss("hinge", "Hinge", group="Yes or no")
@dataclass(frozen=True, slots=True)
class Hinge(_OfYesNo):
    """max(0, 1 − answer · output), the answer being −1 or 1: asks for a margin, not a probability."""

    reads: ClassVar[Outputs] = "margins"


@loss("squared_hinge", "Squared hinge", group="Yes or no")
@dataclass(frozen=True, slots=True)
class SquaredHinge(_OfYesNo):
    """The square of hinge: large violations count more."""

    reads: ClassVar[Outputs] = "margins"
