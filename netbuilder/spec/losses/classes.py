"""Losses for several classes: one output unit a class.

Circle is left out: it compares embeddings of pairs of examples, and its outputs are no classes. CTC needs sequences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from netbuilder.spec.losses import KerasLoss, Outputs, Takes, loss
from netbuilder.spec.losses.binary import from_logits, gamma, label_smoothing
from netbuilder.spec.rules import real
from netbuilder.words import _


class _OfClasses(KerasLoss):
    """What the losses of this family have in common."""

    __slots__ = ()

    takes: ClassVar[tuple[Takes, ...]] = ("one-hot",)


@loss("sparse_categorical_crossentropy", "Sparse categorical cross-entropy", group="Classes")
@dataclass(frozen=True, slots=True)
class SparseCategoricalCrossentropy(_OfClasses):
    """−log of the probability given to the right class; labels are class numbers. The usual choice."""

    takes: ClassVar[tuple[Takes, ...]] = ("integers",)

    from_logits: bool = from_logits()


@loss("categorical_crossentropy", "Categorical cross-entropy", group="Classes")
@dataclass(frozen=True, slots=True)
class CategoricalCrossentropy(_OfClasses):
    """−log of the probability given to the right class; labels are one-hot."""

    from_logits: bool = from_logits()
    label_smoothing: float = label_smoothing()


@loss("categorical_focal_crossentropy", "Categorical focal cross-entropy", group="Classes")
@dataclass(frozen=True, slots=True)
class CategoricalFocalCrossentropy(_OfClasses):
    """Cross-entropy in which easy examples count less (Lin et al. 2017): when some classes are rare."""

    card: ClassVar[str] = "γ {0.gamma:g}"

    gamma: float = gamma()
    alpha: float = real(_("Alpha"), default=0.25, at_most=1.0, above=True, help=_("a factor of the whole loss"))
    from_logits: bool = from_logits()
    label_smoothing: float = label_smoothing()


@loss("categorical_generalized_cross_entropy", "Generalized categorical cross-entropy", since="3.10", group="Classes")
@dataclass(frozen=True, slots=True)
class CategoricalGeneralizedCrossEntropy(_OfClasses):
    """(1 − pᵠ) / q of the right class's probability p (Zhang and Sabuncu 2018): bears wrong labels. Takes class numbers."""

    takes: ClassVar[tuple[Takes, ...]] = ("integers",)
    card: ClassVar[str] = "q {0.q:g}"

    q: float = real(
        _("q"),
        default=0.5,
        at_least=0.0,
        at_most=0.999,
        above=True,
        help=_("near 0 like cross-entropy, near 1 bears more wrong labels"),
    )


@loss("categorical_hinge", "Categorical hinge", group="Classes")
@dataclass(frozen=True, slots=True)
class CategoricalHinge(_OfClasses):
    """Asks that the right class's score is 1 above the best wrong one's; labels are one-hot."""

    reads: ClassVar[Outputs] = "margins"


@loss("dice", "Dice", since="3.2", group="Classes")
@dataclass(frozen=True, slots=True)
class Dice(_OfClasses):
    """1 − 2 · overlap / sum of answers and outputs, over the whole batch: rare classes weigh as much as common ones."""

    takes: ClassVar[tuple[Takes, ...]] = ("one-hot", "binary")
    over_batch: ClassVar[bool] = True


@loss("tversky", "Tversky", since="3.3", group="Classes")
@dataclass(frozen=True, slots=True)
class Tversky(_OfClasses):
    """Dice with separate weights for what is missed and for false alarms (Salehi et al. 2017), over the whole batch."""

    takes: ClassVar[tuple[Takes, ...]] = ("one-hot", "binary")
    over_batch: ClassVar[bool] = True
    card: ClassVar[str] = "{0.alpha:g} / {0.beta:g}"

    # Keras 3.15.1 documents them the other way round, but computes alpha · Σ target · (1 − output).
    alpha: float = real(_("Weight of what is missed"), default=0.5, at_most=1.0)
    beta: float = real(_("Weight of false alarms"), default=0.5, at_most=1.0)
