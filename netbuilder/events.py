"""What a training run tells the world: a closed union of frozen values, named in the past tense.

Metrics map Keras's names ("loss", "accuracy", "val_loss", …) to numbers. Epochs count from 1. Seconds are wall time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Reason = Literal["all_epochs", "stopped_early", "goal_reached", "time_over", "stopped", "not_finite"]


@dataclass(frozen=True, slots=True)
class RunPrepared:
    """Data are read and the model is built; the first step comes next (it may be compiled first)."""

    device: str  # such as "CPU · 2 cores"
    compiled: bool  # whether steps run as an XLA program: part of what makes a run the same run
    epochs: int  # the last epoch's number
    steps_per_epoch: int
    train: int
    validation: int
    parameters: int
    penalty: bool  # whether the loss includes an L1/L2 penalty, so that "data_loss" and "penalty" are told apart
    first_epoch: int = 1
    first_step: int = 0  # steps of that epoch that were made before
    learning_rate: float | None = field(default=None, compare=False)  # of the optimizer as it is; a history has it not

    @property
    def goes_on(self) -> bool:
        """Whether a run goes on that had ended, rather than begins."""
        return self.first_epoch > 1 or self.first_step > 0


@dataclass(frozen=True, slots=True)
class BatchesTrained:
    """Some steps were made, at most some seven times a second: all their values, in order."""

    epoch: int
    first_step: int  # counts from 0 within the epoch
    losses: NDArray[np.float32]  # (steps,): the loss of each batch, penalty included
    metrics: Mapping[str, float]  # the epoch's running values so far
    samples_per_second: float
    seconds_left: float  # of the whole run, an estimate
    seconds: float = 0.0  # of the run so far, without its pauses


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
class RunPaused:
    """The run rests until it is told to go on; its network answers as it is."""

    epoch: int
    step: int  # steps made in that epoch


@dataclass(frozen=True, slots=True)
class RunResumed:
    """The run goes on."""


@dataclass(frozen=True, slots=True)
class LearningRateSet:
    """A person changed the step size while the run went on."""

    epoch: int
    step: int  # steps made in that epoch: the new value holds from the next one on
    learning_rate: float
    replaces_schedule: bool  # there was a schedule by the clock, which no longer holds


@dataclass(frozen=True, slots=True)
class CompilingBegan:
    """The next steps wait until they are compiled, as for a learning rate in place of a schedule; orders are heard."""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run is over and its network can be used."""

    reason: Reason
    epochs: int  # whole epochs trained
    best_epoch: int | None
    restored_best: bool  # whether the network has the weights of the best epoch rather than the last
    seconds: float  # without pauses
    test: Mapping[str, float]  # loss and metrics on the test part; empty where there is none
    message: str = ""  # a sentence where the reason alone does not say what to do
    part_steps: int = 0  # steps of an epoch that was begun and not ended; its values are in no EpochEnded


@dataclass(frozen=True, slots=True)
class RunContinued:
    """A run that was interrupted goes on from there: what was told of later batches happened to no network.

    It follows a ``RunPrepared`` that is that of the whole run.
    """

    epoch: int  # whole ones that were trained
    step: int = 0  # steps of the next one that were made before


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """The run goes on, but from here on the history can't keep it; the sentence says why and what to do."""

    sentence: str


@dataclass(frozen=True, slots=True)
class RunFailed:
    """The run could not go on; what it had learned is lost unless an earlier event said otherwise."""

    sentence: str
    details: str  # for copying into a report


Event = (
    RunPrepared
    | BatchesTrained
    | EpochEnded
    | RunPaused
    | RunResumed
    | LearningRateSet
    | CompilingBegan
    | RunEnded
    | RunContinued
    | NotRecorded
    | RunFailed
)
