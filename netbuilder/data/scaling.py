"""The numbers of a standardization that stands inside the model: each column to mean 0 and deviation 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.examples import refuse_gaps

_EPSILON = float(np.finfo(np.float32).eps)
_LEAST_DEVIATION = 1e-30  # its reciprocal is still a float32


def standardization(inputs: NDArray[np.uint8] | NDArray[np.float32]) -> tuple[list[float], list[float]]:
    """Scale and offset for ``Rescaling`` (x · scale + offset), from the training rows alone.

    One value a column for a table (n, columns); one for all pixels of pictures (n, height, width), as a list of one.
    A constant column gets scale 1 and offset −mean, so that it is 0 in training and differences seen later still show.
    Computed in float64. Raises ``CannotRead`` for values that are no finite numbers, ``ValueError`` without rows.
    """
    if not len(inputs):
        raise ValueError("expected at least one training row, received none")
    means, deviations, largest = _of_pixels(inputs) if inputs.dtype == np.uint8 else _of_columns(inputs)
    # Below float32's own resolution a deviation is rounding noise, and 1 / deviation would blow it up.
    constant = (deviations <= _EPSILON * largest) | (deviations < _LEAST_DEVIATION)
    scale = 1.0 / np.where(constant, 1.0, deviations)
    return scale.tolist(), (-means * scale).tolist()


_Columns = NDArray[np.float64]


def _of_columns(inputs: NDArray[np.float32] | NDArray[np.uint8]) -> tuple[_Columns, _Columns, _Columns]:
    rows = inputs if inputs.ndim == 2 else inputs.reshape(-1, 1)
    refuse_gaps(rows, ())
    return rows.mean(axis=0, dtype=np.float64), rows.std(axis=0, dtype=np.float64), np.abs(rows).max(axis=0)


def _of_pixels(pictures: NDArray[np.uint8] | NDArray[np.float32]) -> tuple[_Columns, _Columns, _Columns]:
    """From the count of each grey level, piece by piece: MNIST as float64 would be 376 MB."""
    counts = np.zeros(256, np.int64)
    for start in range(0, len(pictures), 1000):
        piece = pictures[start : start + 1000].astype(np.uint8, copy=False)
        counts += np.bincount(piece.ravel(), minlength=256)
    levels, total = np.arange(256.0), counts.sum()
    mean = (levels * counts).sum() / total
    deviation = np.sqrt((np.square(levels - mean) * counts).sum() / total)
    return np.array([mean]), np.array([deviation]), np.array([255.0])
