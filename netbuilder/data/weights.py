"""Weights that balance classes: rare ones weigh more, so that each class weighs as much as any other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def class_weights(targets: NDArray[np.int32], classes: int) -> NDArray[np.float32]:
    """The weight of each class, (classes,) float32, from the training targets, (n,) class numbers from 0.

    n / (number of classes that occur × examples of the class), as scikit-learn's ``class_weight="balanced"`` (after
    King and Zeng 2001, "Logistic Regression in Rare Events Data"): over all examples the mean is 1. Computed in float64.
    A class that does not occur has weight 0; without targets all have.
    """
    counts = np.bincount(targets, minlength=classes)
    occurs = counts > 0
    weights = np.zeros(classes, np.float32)
    weights[occurs] = len(targets) / (np.count_nonzero(occurs) * counts[occurs])
    return weights


def sample_weights(targets: NDArray[np.int32], classes: int) -> NDArray[np.float32]:
    """The weight of each training example, (n,) float32: that of its class; ``targets`` are (n,) class numbers from 0."""
    return class_weights(targets, classes)[targets]
