"""The pace of a run: how many steps make a block, how often the world is told, and how long it will take."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

BLOCK_SECONDS = 0.06
"""A block takes about this long: the step of Pause, Stop and progress. Launching one costs 0.4 ms."""

TELL_SECONDS = 0.15
"""Batches are told at most once in this time."""

EPOCHS_TO_TELL = 4
"""Of fewer, no epoch's seconds are believed: in the first one, blocks begin small, and all is called for the first time."""

_FIRST_STEPS = 8


@dataclass
class Pace:
    """Measures blocks and epochs, and decides the next block's length."""

    epochs: int
    steps_per_epoch: int
    batch_size: int
    steps: int = _FIRST_STEPS
    _per_step: float = 0.0
    _made: int = 0  # steps after those of the first block, and their seconds
    _seconds: float = 0.0
    _at_first: float = 0.0  # what a step of the first block took: everything is slower when it is called first
    _per_epoch: float = 0.0  # what an epoch takes beside its steps: validation, mostly
    _told_at: float = 0.0
    _measured_epochs: int = 0
    _waiting: list[NDArray[np.float32]] = field(default_factory=list)
    _first: int = 0

    @property
    def samples_per_second(self) -> float:
        """Examples a second, of training steps alone; 0 before two blocks were measured."""
        return self.batch_size / self._per_step if self._per_step else 0.0

    @property
    def step_seconds(self) -> float:
        """What a step takes, of the first block alone if there is no other yet; 0 before anything was measured."""
        return self._per_step or self._at_first

    @property
    def mean_step_seconds(self) -> float:
        """What a step took in all blocks but the first, however fast the latest of them were."""
        return self._seconds / self._made if self._made else self.step_seconds

    @property
    def epoch_seconds(self) -> float:
        """What a whole epoch takes, as far as it is known."""
        return self.steps_per_epoch * self.step_seconds + self._per_epoch

    def price(self, earlier: float) -> float:
        """Seconds of an epoch for whoever asks what the next run will take; ``earlier``: what was measured before, or 0.

        A run that ended after a few blocks knows less of that than a measurement which was made for it.
        """
        enough = 1 if not earlier else EPOCHS_TO_TELL
        return self.epoch_seconds if self._measured_epochs >= enough else earlier

    def measured(self, steps: int, batch: int, seconds: float) -> None:
        """Takes note of a block of compiled steps."""
        if self.steps_per_epoch == 1:
            self.batch_size = batch  # of all examples, which may be fewer than were asked for
        if batch != self.batch_size and self.step_seconds:
            return
        now = seconds / steps
        if not self._at_first:
            self._at_first = now
        else:
            self._made, self._seconds = self._made + steps, self._seconds + seconds
            self._per_step = now if not self._per_step else 0.7 * self._per_step + 0.3 * now
        self.steps = max(1, min(4 * self.steps, round(BLOCK_SECONDS / self.step_seconds)))

    def epoch_measured(self, seconds: float) -> None:
        """Takes note of a whole epoch; the first of them calls for the first time what each of them calls."""
        self._measured_epochs += 1
        beside = max(0.0, seconds - self.steps_per_epoch * self.step_seconds)
        self._per_epoch = beside if self._measured_epochs <= 2 else 0.7 * self._per_epoch + 0.3 * beside

    def gather(self, first: int, losses: NDArray[np.float32]) -> tuple[int, NDArray[np.float32]] | None:
        """Keeps the losses back until it is time to tell; then gives all that were kept, and their first step."""
        if not self._waiting:
            self._first = first
        self._waiting.append(losses)
        return self.rest() if perf_counter() - self._told_at >= TELL_SECONDS else None

    def rest(self) -> tuple[int, NDArray[np.float32]] | None:
        """What was kept back, if anything."""
        if not self._waiting:
            return None
        told = self._first, np.concatenate(self._waiting)
        self._waiting.clear()
        self._told_at = perf_counter()
        return told

    def seconds_left(self, epoch: int, steps_done: int) -> float:
        """An estimate for all epochs that were asked for, in seconds; 0 before two blocks were measured."""
        epochs_left = self.epochs - epoch
        steps_left = epochs_left * self.steps_per_epoch + self.steps_per_epoch - steps_done
        return steps_left * self._per_step + (epochs_left + 1) * self._per_epoch
