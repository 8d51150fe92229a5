"""What a run told and the database does not have yet: whole epochs, the batches of the one that goes on, learning rates."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet
from netbuilder.runs.rewinding import ROW

_MOST = 64 << 20  # bytes that wait for a history that can't be written: of tiny epochs, those of an hour

_NUMBERS, _LOSSES = 3, 10  # places in the row of an epoch

Row = tuple[Any, ...]


class Held:
    """Rows as the tables have them, without the run's number. ``names``: the lists of metrics' names that they point to."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.rates: list[Row] = []
        self.names: list[list[str]] = []
        self.newest: tuple[int, int | None, float] | None = None  # epoch, best epoch, seconds; None: nothing new
        self.last: BatchesTrained | None = None
        self.before = 0.0  # seconds until the run got more epochs
        self.is_incomplete = False  # whether epochs were let go, since there were too many of them
        self._size = 0  # bytes of the rows
        self._losses: list[NDArray[np.float32]] = []  # of the epoch so far, from the batch ``_from`` on
        self._from = 0

    @property
    def size(self) -> int:
        """Bytes that the epochs will take in the database."""
        return self._size

    def gather(self, event: BatchesTrained) -> None:
        """Holds batches until their epoch ends."""
        if not event.first_step:
            self._losses.clear()
        if not self._losses:
            self._from = event.first_step
        self._losses.append(event.losses)
        self.last = event

    def close_epoch(self, event: EpochEnded) -> None:
        """Holds an epoch with all its batches; where too much waits, only that it was."""
        row = self._row(event, event.metrics)
        if self._size < _MOST:
            self._add(row)
        else:
            self.is_incomplete = True
        self.newest = (event.epoch, event.best_epoch, self._so_far(event.seconds))

    def close_part(self, epochs: int) -> None:
        """Holds what was trained of an epoch after so many whole ones, if any of it was."""
        if self._losses and self.last is not None and self.last.epoch > epochs:
            self._add(self._row(None, self.last.metrics))

    def set_rate(self, event: LearningRateSet) -> None:
        """Holds that a person changed the learning rate."""
        self.rates.append((event.epoch, event.step, event.learning_rate, event.replaces_schedule))

    def let_go(self) -> None:
        """The database has all of that."""
        self.rows.clear()
        self.rates.clear()
        self.newest, self._size = None, 0

    def go_back(self, losses: list[NDArray[np.float32]]) -> None:
        """The run goes on after such batches of an epoch; what was told of later ones never was."""
        self.let_go()
        self._losses, self._from = losses, 0

    def _add(self, row: Row) -> None:
        self.rows.append(row)
        self._size += ROW + len(row[_NUMBERS]) + len(row[_LOSSES])

    def _row(self, event: EpochEnded | None, metrics: Mapping[str, float]) -> Row:
        """The gathered batches; without an event, those of an epoch that was begun and not ended."""
        last = self.last
        epoch = event.epoch if event is not None else last.epoch if last is not None else 0
        fits = last is not None and last.epoch == epoch
        losses = b"".join(one.astype("<f4", copy=False).tobytes() for one in self._losses) if fits else b""
        self._losses.clear()
        return (
            epoch,
            event is not None,
            self._names_of(metrics),
            struct.pack(f"<{len(metrics)}d", *metrics.values()),
            0.0 if event is None else event.seconds,
            0.0 if event is None else event.learning_rate,
            None if event is None else event.best_epoch,
            0 if event is None else event.waited,
            _finite(last.samples_per_second) if last is not None and fits else 0.0,
            self._so_far(0.0),
            losses,
            self._from if losses else 0,
        )

    def _names_of(self, metrics: Mapping[str, float]) -> int:
        """The place of the metrics' names in the run's list of such lists: they are the same in every epoch."""
        names = list(metrics)
        if names not in self.names:
            self.names.append(names)
        return self.names.index(names)

    def _so_far(self, seconds: float) -> float:
        """Of the run, as its last batches told it; ``seconds`` where they told nothing."""
        return self.before + (seconds if self.last is None else self.last.seconds)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
