"""What a window shows of data: a handful of examples and figures, small however large the data are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.examples import Examples
from netbuilder.data.split import Parts

MOST_PICTURES = 40
MOST_ROWS = 2000
MOST_CELLS = 200_000
MOST_COLUMNS = 1000
MOST_CLASSES = 1000
_MOST_PIXELS = 256 * 256


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """Example pictures or rows, and counts; texts, numbers, tuples and arrays only, so that it travels as it is.

    ``train``, ``validation``, ``test``: numbers of examples in each part, and ``…_counts`` those of each class (empty
    for a regression). ``pictures`` is (k, height, width) uint8 with ``picture_classes`` (k,) int32, k = 0 for tables.
    ``rows`` is (k, columns) float32 with ``row_targets`` (k,) float32, class numbers or values, and ``row_parts`` (k,)
    uint8: 0 training, 1 validation, 2 test; k = 0 for pictures. ``lowest``, ``highest`` and ``mean`` are by column,
    of the training rows. ``target_range`` is the lowest and highest value of a regression, else empty.
    """

    classes: tuple[str, ...]
    features: tuple[str, ...]
    train: int
    validation: int
    test: int
    train_counts: tuple[int, ...]
    validation_counts: tuple[int, ...]
    test_counts: tuple[int, ...]
    pictures: NDArray[np.uint8]
    picture_classes: NDArray[np.int32]
    rows: NDArray[np.float32]
    row_targets: NDArray[np.float32]
    row_parts: NDArray[np.uint8]
    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    mean: tuple[float, ...]
    target_range: tuple[float, ...]


def preview(examples: Examples, parts: Parts) -> Preview:
    """The preview of the examples in these parts; the same data give the same preview."""
    shown = _spread(examples, parts) if examples.inputs.dtype == np.uint8 else np.empty(0, np.intp)
    rows, belongs = _drawn(examples, parts)
    lowest, highest, mean = _columns(examples, parts)
    return Preview(
        classes=examples.classes[:MOST_CLASSES],
        features=examples.features[:MOST_COLUMNS],
        train=len(parts.train),
        validation=len(parts.validation),
        test=len(parts.test),
        train_counts=_counts(examples, parts.train),
        validation_counts=_counts(examples, parts.validation),
        test_counts=_counts(examples, parts.test),
        pictures=_pictures(examples, shown),
        picture_classes=_answers(examples, shown).astype(np.int32),
        rows=_rows(examples, rows),
        row_targets=_answers(examples, rows).astype(np.float32),
        row_parts=belongs,
        lowest=lowest,
        highest=highest,
        mean=mean,
        target_range=_target_range(examples),
    )


def _counts(examples: Examples, rows: NDArray[np.intp]) -> tuple[int, ...]:
    if not examples.classes:
        return ()
    counts = np.bincount(examples.targets.ravel()[rows].astype(np.intp), minlength=len(examples.classes))
    return tuple(int(count) for count in counts[:MOST_CLASSES])


def _spread(examples: Examples, parts: Parts) -> NDArray[np.intp]:
    """Rows of the training pictures, class after class, so many of each that all fit; without training rows, of all."""
    rows = parts.train if len(parts.train) else np.arange(len(examples), dtype=np.intp)
    if not examples.classes:
        return rows[:MOST_PICTURES]
    targets = examples.targets.ravel()[rows]
    of_class = [rows[targets == number] for number in range(min(len(examples.classes), MOST_PICTURES))]
    each = max(1, MOST_PICTURES // max(1, len(of_class)))
    return np.concatenate([found[:each] for found in of_class])


def _pictures(examples: Examples, rows: NDArray[np.intp]) -> NDArray[np.uint8]:
    if examples.inputs.dtype != np.uint8:
        return np.empty((0, 0, 0), np.uint8)
    chosen = examples.inputs[rows]
    step = 1
    while chosen[0:1, ::step, ::step].size > _MOST_PIXELS:
        step += 1
    return np.ascontiguousarray(chosen[:, ::step, ::step], np.uint8)


def _drawn(examples: Examples, parts: Parts) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Rows of a table, from all parts in their shares, and the part of each."""
    rows = np.concatenate([parts.train, parts.validation, parts.test])
    belongs = np.repeat(np.arange(3, dtype=np.uint8), [len(parts.train), len(parts.validation), len(parts.test)])
    if examples.inputs.dtype == np.uint8:
        return rows[:0], belongs[:0]
    most = min(MOST_ROWS, MOST_CELLS // max(1, min(MOST_COLUMNS, examples.inputs.shape[1])))
    if len(rows) > most:
        # At random, not every nth row: made-up points and sorted tables repeat with a period.
        chosen = np.sort(np.random.default_rng(0).permutation(len(rows))[:most])
        rows, belongs = rows[chosen], belongs[chosen]
    return rows, belongs


def _rows(examples: Examples, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    if examples.inputs.dtype == np.uint8:
        return np.empty((0, 0), np.float32)
    return np.ascontiguousarray(examples.inputs[rows, :MOST_COLUMNS], np.float32)


def _answers(examples: Examples, rows: NDArray[np.intp]) -> NDArray[Any]:
    answers: NDArray[Any] = examples.targets.reshape(len(examples), -1)[rows, 0]
    return answers


def _columns(examples: Examples, parts: Parts) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    rows = parts.train if len(parts.train) else np.arange(len(examples), dtype=np.intp)
    if examples.inputs.dtype == np.uint8 or not len(rows):
        return (), (), ()
    columns = examples.inputs[rows, :MOST_COLUMNS]
    figures = (columns.min(axis=0), columns.max(axis=0), columns.mean(axis=0, dtype=np.float64))
    lowest, highest, mean = (tuple(float(value) for value in figure) for figure in figures)
    return lowest, highest, mean


def _target_range(examples: Examples) -> tuple[float, ...]:
    if examples.classes or not len(examples):
        return ()
    return float(examples.targets.min()), float(examples.targets.max())
