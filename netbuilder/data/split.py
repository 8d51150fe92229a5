"""Divides examples into training, validation and test: which example goes where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.examples import Examples
from netbuilder.spec.split import Split, part_sizes

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The rows of each part, in rising order; together they are all rows, each once."""

    train: Rows
    validation: Rows
    test: Rows


def divide(examples: Examples, split: Split) -> Parts:
    """The parts, of exactly the sizes that ``part_sizes`` says; the same split of the same data gives the same rows.

    Stratified (for classes only): each part holds every class in its share of the whole, by the largest remainder, so
    that a class is at most one example off. Of a class with one example that example stays in training, unless the
    sizes leave no other choice.
    """
    count = len(examples)
    _train, validation, test = part_sizes(count, examples.own_test, split)
    random = np.random.default_rng(split.seed)
    rows = np.arange(count, dtype=np.intp)
    classes = examples.targets.ravel() if split.stratified and examples.classes else np.zeros(count, np.int32)
    if examples.own_test:
        rest, tested = rows[: count - test], rows[count - test :]
    else:
        rest, tested = _draw(rows, classes, test, random)
    trained, validated = _draw(rest, classes, validation, random)
    return Parts(trained, validated, tested)


def _draw(rows: Rows, classes: NDArray[np.generic], size: int, random: np.random.Generator) -> tuple[Rows, Rows]:
    """The rows that stay and the ``size`` rows that are drawn, in the shares of the classes among ``rows``."""
    _names, belongs, counts = np.unique(classes[rows], return_inverse=True, return_counts=True)
    shares = _shares(counts, size)
    shuffled = random.permutation(len(rows))
    drawn = np.zeros(len(rows), np.bool_)
    by_class = shuffled[np.argsort(belongs[shuffled], kind="stable")]  # class after class, each in random order
    starts = np.cumsum(counts) - counts
    for start, share in zip(starts, shares, strict=True):
        drawn[by_class[start : start + share]] = True
    return rows[~drawn], rows[drawn]


def _shares(counts: NDArray[np.intp], size: int) -> NDArray[np.int64]:
    """How many of each class, ``size`` in all: whole shares first, the rest to the largest remainders.

    Whole numbers throughout, so that no rounding can lose or double an example. Between equal remainders the larger
    class gives.
    """
    total = max(1, int(counts.sum()))
    wanted = counts.astype(np.int64) * size
    shares, remainders = wanted // total, wanted % total
    missing = size - int(shares.sum())
    givers = np.lexsort((-counts, -remainders))[:missing]
    shares[givers] += 1
    return shares
