"""The order in which a run sees its examples: a function of (seed, epoch) alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def order(examples: int, seed: int, epoch: int) -> NDArray[np.int32]:
    """The row numbers of the training part, each once, shuffled for that epoch (counted from 1)."""
    return np.random.default_rng([seed, epoch]).permutation(examples).astype(np.int32)
