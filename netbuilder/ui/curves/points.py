"""What the curves are drawn from: every value of a run, appended in O(new). No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netbuilder.events import (
    BatchesTrained,
    CompilingBegan,
    EpochEnded,
    Event,
    LearningRateSet,
    NotRecorded,
    RunContinued,
    RunEnded,
    RunFailed,
    RunPaused,
    RunPrepared,
    RunResumed,
)
from netbuilder.ui.curves.growing import Growing

_FEW_EPOCHS = 50
_FEW_BATCHES, _MANY_BATCHES = 40, 160  # on an axis of their own at first, and on the run's from here on
_MOST_MISSING = 1 << 20  # batches that nothing is known of; beyond more of them, the line begins anew
_PARTS_OF_LOSS = ("loss", "penalty", "data_loss")


class CurveData:
    """One run in numbers.

    The epoch axis counts trained epochs: the first epoch reaches from 0 to 1, its train and validation values stand
    at 1. A value that a run did not report is NaN. What a resumed run reports again replaces what was there.
    """

    def __init__(self) -> None:
        self.version = 0
        self.clear()

    def clear(self) -> None:
        """Forgets the run."""
        self.version += 1
        self.planned = 0
        self.steps = 1
        self.penalized = False
        self.running = self._rested = False
        self.best_epoch: int | None = None
        self.waited = 0
        self.broken_at: float | None = None
        self._first = 0
        self._losses: Growing[np.float32] = Growing(np.float32)
        self._epochs: Growing[np.int64] = Growing(np.int64)
        self._rates: Growing[np.float64] = Growing(np.float64)
        self._rows: dict[str, Growing[np.float64]] = {}
        self._running_at: Growing[np.float64] = Growing(np.float64)
        self._running: dict[str, Growing[np.float64]] = {}

    def take(self, event: Event) -> None:
        """Adds what an event tells; ``RunPrepared`` starts a fresh run."""
        match event:
            case RunPrepared():
                if not event.goes_on:  # or else its curves go on, too
                    self.clear()
                self.planned = event.epochs
                self.steps = max(event.steps_per_epoch, 1)
                self.penalized = event.penalty
                self.running, self._rested = True, False
            case BatchesTrained():
                self._take_batches(event)
            case EpochEnded():
                self._take_epoch(event)
            case RunEnded():
                self.running = False
                self.best_epoch = event.best_epoch
            case RunFailed():
                self.running = False
            case RunContinued():
                self._go_back_to(event.epoch, event.step)
            case RunPaused():
                self._rested = True
            case RunResumed() | LearningRateSet() | CompilingBegan() | NotRecorded():
                return  # they have no point of their own
            case _:
                assert_never(event)
        self.version += 1

    @property
    def empty(self) -> bool:
        return not len(self._losses) and not len(self._epochs)

    @property
    def losses(self) -> NDArray[np.float32]:
        """The loss of every batch, in order."""
        return self._losses.values

    @property
    def epochs(self) -> NDArray[np.int64]:
        """The numbers of the epochs that ended."""
        return self._epochs.values

    @property
    def learning_rates(self) -> NDArray[np.float64]:
        """The learning rate of each epoch that ended."""
        return self._rates.values

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything that epochs reported, by Keras's names."""
        return tuple(self._rows)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics beside the loss, without their "val_" twins."""
        names = dict.fromkeys([*self._rows, *self._running])
        return tuple(name for name in names if not name.startswith("val_") and name not in _PARTS_OF_LOSS)

    @property
    def reached(self) -> float:
        """How far on the epoch axis the run has come."""
        by_batches = float(self.places(len(self._losses) - 1)) if len(self._losses) else 0.0
        return max(by_batches, float(self.epochs[-1]) if len(self._epochs) else 0.0)

    @property
    def is_close(self) -> bool:
        """Whether somebody looks at the first batches closely: the run rested among them, and few were made since."""
        return self.running and self._rested and 0 < len(self._losses) <= _MANY_BATCHES

    @property
    def by_batch(self) -> bool:
        """Whether each batch stands for itself: somebody looks closely, and no epoch has a value yet."""
        return self.is_close and not len(self._epochs)

    @property
    def end(self) -> float:
        """Where the epoch axis ends: at the planned epochs while training, then at the trained ones.

        For a close look at the first batches it is as short as they need.
        Of many epochs, the axis shows a half, a quarter … until they are needed: thousands are often planned where
        time or early stopping will end the run.
        """
        if self.is_close:
            end = _FEW_BATCHES / self.steps
            while end < 1.25 * self.reached:
                end *= 2
            return min(end, max(float(self.planned), self.reached))
        if self.running or self.empty:
            end = max(float(self.planned), self.reached, 1.0)
            while end / 2 >= max(_FEW_EPOCHS, 1.25 * self.reached):
                end /= 2
            return end
        return max(self.reached, 1 / self.steps)

    def values(self, name: str) -> NDArray[np.float64]:
        """(epochs,): a metric of each epoch that ended; NaN where it was not reported."""
        row = self._rows.get(name)
        return row.values if row is not None else np.full(len(self._epochs), np.nan)

    def row(self, name: str) -> Growing[np.float64]:
        """A metric of each epoch that ended, growing with the run; empty where no epoch reported it."""
        row = self._rows.get(name)
        return row if row is not None else Growing(np.float64)

    def within(self, name: str) -> Growing[np.float32] | Growing[np.float64]:
        """The values within epochs: each batch's own "loss", or a metric over the epoch so far."""
        return self._losses if name == "loss" else self._running.get(name, Growing(np.float64))

    @property
    def within_places(self) -> NDArray[np.float64]:
        """Where on the epoch axis the values of metrics within epochs stand."""
        return self._running_at.values

    def places(self, index: ArrayLike) -> NDArray[np.float64]:
        """Where on the epoch axis batches stand, by their index in ``losses``."""
        return (np.asarray(index, np.float64) + (self._first + 1)) / self.steps

    def batch_near(self, place: float) -> int | None:
        """The index in ``losses`` of the batch nearest to a place on the epoch axis."""
        if not len(self._losses):
            return None
        return int(np.clip(round(place * self.steps) - 1 - self._first, 0, len(self._losses) - 1))

    def step_of(self, index: int) -> tuple[int, int]:
        """Epoch and step within it, both from 1, of a batch by its index in ``losses``."""
        epoch, step = divmod(self._first + index, self.steps)
        return epoch + 1, step + 1

    def row_of(self, epoch: int) -> int | None:
        """The index of an epoch in ``values``, if it ended."""
        row = int(np.searchsorted(self.epochs, epoch))
        return row if row < len(self._epochs) and self.epochs[row] == epoch else None

    def _go_back_to(self, epoch: int, step: int) -> None:
        """Forgets all that came after the end of an epoch and some steps of the next."""
        self.running = True
        self._cut_epochs(epoch + 1)
        self._losses.cut(max(0, min(len(self._losses), epoch * self.steps + step - self._first)))
        place = (epoch * self.steps + step) / self.steps
        self._running_at.cut(int(np.searchsorted(self._running_at.values, place, side="right")))
        for row in self._running.values():
            row.cut(min(len(row), len(self._running_at)))
        self._forget_break_from(place)

    def _take_batches(self, event: BatchesTrained) -> None:
        if not event.losses.size:
            return
        self._cut_epochs(event.epoch)
        place = (event.epoch - 1) * self.steps + event.first_step
        missing = place - self._first - len(self._losses)
        if not len(self._losses) or place < self._first or missing > _MOST_MISSING:
            self._losses.cut(0)
            self._running_at.cut(0)
            self._first, missing = place, 0
        if missing < 0:
            self._losses.cut(place - self._first)
        elif missing:
            self._losses.extend(np.full(missing, np.nan, np.float32))
        start = len(self._losses)
        self._forget_break_from(float(self.places(start)))
        self._losses.extend(event.losses)
        wrong = np.flatnonzero(~np.isfinite(event.losses))
        if wrong.size and self.broken_at is None:
            self.broken_at = float(self.places(start + wrong[0]))
        if self.broken_at is None:
            self._take_running(event.metrics, float(self.places(len(self._losses) - 1)))

    def _take_running(self, metrics: Mapping[str, float], place: float) -> None:
        kept = int(np.searchsorted(self._running_at.values, place))
        self._running_at.cut(kept)
        _append_row(self._running, metrics, kept)
        self._running_at.append(place)

    def _take_epoch(self, event: EpochEnded) -> None:
        self._cut_epochs(event.epoch)
        self._forget_break_from(float(event.epoch))
        _append_row(self._rows, event.metrics, len(self._epochs))
        self._epochs.append(event.epoch)
        self._rates.append(event.learning_rate)
        self.best_epoch = event.best_epoch
        self.waited = event.waited
        if self.broken_at is None and not np.isfinite(event.metrics.get("loss", 0.0)):
            self.broken_at = float(event.epoch)

    def _cut_epochs(self, epoch: int) -> None:
        if not len(self._epochs) or epoch > self.epochs[-1]:
            return
        kept = int(np.searchsorted(self.epochs, epoch))
        self._epochs.cut(kept)
        self._rates.cut(kept)
        for row in self._rows.values():
            row.cut(kept)

    def _forget_break_from(self, place: float) -> None:
        if self.broken_at is not None and self.broken_at >= place:
            self.broken_at = None


def _append_row(rows: dict[str, Growing[np.float64]], metrics: Mapping[str, float], count: int) -> None:
    for name in metrics:
        if name not in rows:
            rows[name] = Growing(np.float64)
    for name, row in rows.items():
        row.cut(count)
        if len(row) < count:
            row.extend(np.full(count - len(row), np.nan))
        row.append(metrics.get(name, np.nan))
