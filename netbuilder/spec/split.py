"""How examples are divided into training, validation and test."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.spec.rules import flag, real, whole
from netbuilder.words import _


@dataclass(frozen=True, slots=True)
class Split:
    """How examples are divided; the parts never overlap, and the same seed gives the same parts.

    A size below 1 is a share of the examples, from 1 on a number of examples. Both are taken from the examples that
    remain once the test part, the data's own or this one, is set aside.
    """

    validation: float = real(
        _("Validation"), default=0.1, at_most=1e8, help=_("below 1 a share of the examples, from 1 on their number")
    )
    test: float = real(
        _("Test"),
        default=0.1,
        at_most=1e8,
        help=_("kept apart until the end; data with a test part of their own use that"),
    )
    stratified: bool = flag(_("Stratified"), default=True, help=_("every part holds the classes in equal shares"))
    seed: int = whole(_("Split seed"), default=42, at_most=2**32 - 1)


def part_sizes(examples: int, own_test: int, split: Split) -> tuple[int, int, int]:
    """The numbers of examples to train, validate and test with; they sum to ``examples``.

    ``own_test`` of the examples are the data's own test part (0: it has none, and ``split.test`` is taken). Sizes that
    ask for more than there is are cut; then nothing remains to train with, which a check says.
    """
    test = own_test or _size(split.test, examples, examples)
    validation = _size(split.validation, examples - test, examples - test)
    return examples - test - validation, validation, test


def _size(asked: float, of: int, at_most: int) -> int:
    return min(at_most, round(asked * of) if asked < 1 else round(asked))
