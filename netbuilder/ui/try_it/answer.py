"""What a network's output means in words. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netbuilder.spec.facts import DataFacts
from netbuilder.ui import numbers
from netbuilder.words import _

# Rounding of float32 sums lies below this.
_SLACK = 1e-3


@dataclass(frozen=True, slots=True)
class Choice:
    """A class or a target, its value as text, and how long its bar is (0…1)."""

    name: str
    text: str
    share: float | None  # None where a bar says nothing


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said large and small, and a line for each class or target; ``best`` is the line that is meant."""

    headline: str
    detail: str
    choices: tuple[Choice, ...]
    best: int | None

    @property
    def sentence(self) -> str:
        """The answer in one line, for those who listen."""
        return f"{self.headline}, {self.detail}" if self.detail else self.headline


def answer(outputs: NDArray[np.float32], facts: DataFacts, targets: Sequence[str] = ()) -> Answer:
    """Reads the output for one example, shape (k,): a probability for each class, one for two classes, or numbers.

    ``targets`` are the names of the predicted numbers, where they are known. What is no probability, such as the output of a network that ends without softmax, is shown as plain numbers.
    """
    values = np.asarray(outputs, np.float64).ravel()
    if not values.size or not np.isfinite(values).all():
        return Answer("–", _("The answer is not a number."), (), None)
    if facts.task == "numbers":
        return _of_numbers(values, targets)
    names = facts.classes
    if values.size == 1 and len(names) == 2:
        values = np.array([1 - values[0], values[0]])
    if values.size != len(names):
        names = tuple(numbers.count(place) for place in range(values.size))
    best = int(values.argmax())
    if values.min() < -_SLACK or values.max() > 1 + _SLACK:
        span = float(values.max() - values.min()) or 1.0
        shares = (values - values.min()) / span
        texts = [numbers.value(value) for value in values.tolist()]
    else:
        shares = values.clip(0, 1)
        texts = [numbers.percent(share) for share in shares.tolist()]
    lines = zip(names, texts, shares.tolist(), strict=True)
    return Answer(names[best], texts[best], tuple(Choice(*line) for line in lines), best)


def unasked(facts: DataFacts, targets: Sequence[str] = ()) -> tuple[Choice, ...]:
    """The lines before there is an answer."""
    if facts.task == "numbers" and facts.targets > 1:
        return tuple(Choice(name, "", None) for name in _target_names(facts.targets, targets))
    return tuple(Choice(name, "", 0.0) for name in facts.classes)


def _of_numbers(values: NDArray[np.float64], targets: Sequence[str]) -> Answer:
    texts = [numbers.value(value, 4) for value in values.tolist()]
    if values.size == 1:
        return Answer(texts[0], targets[0] if targets else _("predicted value"), (), None)
    names = _target_names(values.size, targets)
    lines = tuple(Choice(name, text, None) for name, text in zip(names, texts, strict=True))
    return Answer("", _("predicted values"), lines, None)


def _target_names(count: int, known: Sequence[str]) -> Sequence[str]:
    if len(known) == count:
        return known
    return [_("target {number}").format(number=place + 1) for place in range(count)]
