"""What a training run tells the world: a closed union of frozen values, named in the past tense.

Metrics map Keras's names ("loss", "accuracy", "val_loss", …) to numbers. Epochs count from 1. Seconds are wall time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Reason = Literal["all_epochs", "stopped_early", "stopped", "not_finite"]


@dataclass(frozen=True, slots=True)
class RunPrepared:
    """Data are read and the model is built; the first step comes next (it may be compiled first)."""

    device: str  # such as "CPU · 2 cores"
    compiled: bool  # whether steps run as an XLA program: part of what makes a run the same run
    epochs: int
    steps_per_epoch: int
    train: int
    validation: int
    parameters: int
    penalty: bool  # whether the loss includes an L1/L2 penalty, so that "data_loss" and "penalty" are told apart


@dataclass(frozen=True, slots=True)
class BatchesTrained:
    """Some steps were made, at most some ten times a second: all their values, in order."""

    epoch: int
    first_step: int  # counts from 0 within the epoch
    losses: NDArray[np.float32]  # (steps,): the loss of each batch, penalty included
    metrics: Mapping[str, float]  # the epoch's running values so far
    samples_per_second: float
    seconds_left: float  # of the whole run, an estimate


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """A whole epoch was trained and validated.

    ``metrics`` has "loss", each metric, their "val_" twins when there are validation data, and, with L1/L2, "penalty"
    and "data_loss" (= loss − penalty at the end of the epoch).
    """

    epoch: int
    seconds: float
    metrics: Mapping[str, float]
    learning_rate: float
    best_epoch: int | None  # of what early stopping watches, so far; None where it is off
    waited: int  # epochs since the best one, of the patience


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run is over and its network can be used."""

    reason: Reason
    epochs: int  # whole epochs trained
    best_epoch: int | None
    restored_best: bool
    seconds: float
    test: Mapping[str, float]  # loss and metrics on the test part; empty where there is none
    message: str = ""  # a sentence where the reason alone does not say what to do


@dataclass(frozen=True, slots=True)
class RunFailed:
    """The run could not go on; what it had learned is lost unless an earlier event said otherwise."""

    sentence: str
    details: str  # for copying into a report


Event = RunPrepared | BatchesTrained | EpochEnded | RunEnded | RunFailed
