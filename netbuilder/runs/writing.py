"""One run on its way into the database: an epoch is a row and a transaction."""

from __future__ import annotations

import math
import sqlite3
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet, RunEnded, RunFailed, RunPrepared
from netbuilder.runs.database import transaction
from netbuilder.runs.ends import drop_end, put_back_end, set_aside_end
from netbuilder.runs.plain import NotPlain, numbers_text, text_of
from netbuilder.runs.records import Origin
from netbuilder.runs.rewinding import ROW, forget_after, losses_before
from netbuilder.runs.rows import names_from
from netbuilder.runs.states import TooLarge, delete_state, write_state
from netbuilder.runs.summaries import summary
from netbuilder.spec.plain import to_plain
from netbuilder.spec.project import ProjectSpec

_NUMBERS, _LOSSES = 4, 11  # places in the row of an epoch


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a run before it begins."""

    uid: str
    project: ProjectSpec
    origin: Origin
    versions: Mapping[str, str]
    data_hash: str
    file: str | None = None  # of the project; None where it is not known, as of a run that goes on


class RunWriter:
    """Writes a run's rows. Raises ``sqlite3.Error``."""

    def __init__(self, connection: sqlite3.Connection, description: Description) -> None:
        self._database, self._of = connection, description
        # Merging the log into the file waits for the disk, which another thread does beside the training.
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        self._run = 0
        self._names: list[list[str]] = []
        self._known = 0  # of those lists, how many the database has
        self._rows: list[tuple[Any, ...]] = []
        self._newest: tuple[int, int | None, float] = (0, None, 0.0)
        self._before = 0.0  # seconds until the run got more epochs
        self._kept = self._step = 0  # epochs, and steps of the next one, that it had before this life of it
        self._is_new = self._had_ended = False  # had: it has got more epochs, of which none is over
        self._losses: list[NDArray[np.float32]] = []  # of the epoch so far, from the batch ``_from`` on
        self._from = 0
        self._last: BatchesTrained | None = None

    @property
    def begun(self) -> bool:
        """Whether the database has the run."""
        return bool(self._run)

    def prepare(self, event: RunPrepared, resumed: tuple[int, int] | None) -> None:
        """Begins the run, or goes on with it where it was ``resumed``, or else where the event says.

        That is after so many epochs, and so many steps of the next one.
        """
        begun = (event.first_epoch - 1, event.first_step) if resumed is None else resumed
        self._kept, self._step = kept, step = begun
        with transaction(self._database):
            found = self._database.execute(
                "SELECT id, names, reason, seconds, seconds_before FROM run WHERE uid = ?", (self._of.uid,)
            ).fetchone()
            if found is None:
                self._run, self._is_new = self._begin(), True
            else:
                self._run, names, reason, seconds, before = found
                self._names = names_from(names)
                self._known = len(self._names)
                # A run that had ended goes on with a clock of its own; one that was interrupted, with that it had.
                self._before = (before if reason is None else seconds) if kept or step else 0.0
                self._had_ended = set_aside_end(self._database, self._run, kept, step)
                self._go_back(kept, step)
            self._describe(event)

    def gather(self, event: BatchesTrained) -> None:
        """Holds batches until their epoch ends."""
        if not event.first_step:
            self._losses.clear()
        if not self._losses:
            self._from = event.first_step
        self._losses.append(event.losses)
        self._last = event

    def close_epoch(self, event: EpochEnded) -> None:
        """Holds an epoch with all its batches until ``flush``: a transaction for each would cost some 50 µs."""
        self._rows.append(self._row(event, event.metrics))
        self._newest = (event.epoch, event.best_epoch, self._so_far(event.seconds))

    def flush(self) -> None:
        """Writes the epochs that are held."""
        if self._rows:
            with transaction(self._database):
                self._drop_end()
                size = self._write_rows()
                self._database.execute(
                    "UPDATE run SET epochs = ?, best_epoch = ?, seconds = ?, bytes = bytes + ? WHERE id = ?",
                    (*self._newest, size, self._run),
                )

    def set_rate(self, event: LearningRateSet) -> None:
        """Writes that a person changed the learning rate."""
        self._database.execute(
            "INSERT OR REPLACE INTO rate (run, epoch, step, value, replaces_schedule) VALUES (?, ?, ?, ?, ?)",
            (self._run, event.epoch, event.step, event.learning_rate, event.replaces_schedule),
        )

    def forget_after(self, epoch: int, step: int = 0) -> None:
        """Removes what was told of later batches: they were lost, and will be trained again."""
        self._rows.clear()
        with transaction(self._database):
            self._go_back(epoch, step)

    def end(self, event: RunEnded | RunFailed, checkpoint: Checkpoint | None) -> None:
        """Closes the run together with its last state, if there is one: whatever kills it, both are there or neither is.

        A new run that learned nothing is removed, and one that had ended before ends as it did then. Raises ``TooLarge``
        and ``NotPlain`` once all but the state is written.
        """
        refused: TooLarge | NotPlain | None = None
        with transaction(self._database):
            if self._has_learned_nothing(event):
                if self._is_new or not (self._kept or self._step):
                    self._database.execute("DELETE FROM run WHERE id = ?", (self._run,))
                    return
                if put_back_end(self._database, self._run):
                    return
            self._drop_end()
            match event:
                case RunFailed():
                    close_run(self._database, self._run, "failed", event.sentence)
                case RunEnded():
                    self._write_end(event)
            if checkpoint is not None:
                try:
                    write_state(self._database, self._run, checkpoint)
                except (TooLarge, NotPlain) as problem:
                    delete_state(self._database, self._run)  # what it had come to before is not what it came to
                    refused = problem
        if refused is not None:
            raise refused

    def settle(self) -> None:
        """Makes all of it survive a power failure."""
        self._database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Ends the connection."""
        self._database.close()

    def _begin(self) -> int:
        of = self._of
        cursor = self._database.execute(
            "INSERT INTO run (uid, title, summary, origin, began, project) VALUES (?, ?, ?, ?, ?, ?)",
            (of.uid, of.project.title, summary(of.project), of.origin, time.time(), text_of(to_plain(of.project))),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _describe(self, event: RunPrepared) -> None:
        self._database.execute(
            "UPDATE run SET reason = NULL, message = '', test = '{}', deleted = NULL, part_steps = 0, "
            "file = coalesce(?, file), epochs_wanted = ?, steps_per_epoch = ?, device = ?, compiled = ?, parameters = ?, train = ?, validation = ?, penalty = ?, "
            "seed = ?, data_hash = ?, versions = ?, seconds_before = ? WHERE id = ?",
            (
                self._of.file,
                event.epochs,
                event.steps_per_epoch,
                event.device,
                event.compiled,
                event.parameters,
                event.train,
                event.validation,
                event.penalty,
                self._of.project.training.seed,
                self._of.data_hash,
                text_of(dict(self._of.versions)),
                self._before,
                self._run,
            ),
        )

    def _row(self, event: EpochEnded | None, metrics: Mapping[str, float]) -> tuple[Any, ...]:
        """The gathered batches; without an event, those of an epoch that was begun and not ended."""
        last = self._last
        epoch = event.epoch if event is not None else last.epoch if last is not None else 0
        fits = last is not None and last.epoch == epoch
        losses = np.concatenate(self._losses).astype("<f4", copy=False).tobytes() if fits and self._losses else b""
        self._losses.clear()
        return (
            self._run,
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

    def _write_rows(self) -> int:
        """Writes what is held, within a transaction, and returns its bytes."""
        if len(self._names) > self._known:
            self._database.execute("UPDATE run SET names = ? WHERE id = ?", (text_of(self._names), self._run))
        self._database.executemany(
            "INSERT OR REPLACE INTO epoch (run, epoch, whole, names, metrics, seconds, rate, best_epoch, waited, speed, "
            "so_far, losses, first_step) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._rows,
        )
        size = sum(ROW + len(row[_NUMBERS]) + len(row[_LOSSES]) for row in self._rows)
        self._known = len(self._names)
        self._rows.clear()
        return size

    def _has_learned_nothing(self, event: RunEnded | RunFailed) -> bool:
        """Whether it was stopped before its first step; or failed before that, where something was there before."""
        match event:
            case RunEnded():
                came_to = event.epochs, event.part_steps
                return event.reason == "stopped" and came_to == (self._kept, self._step)
            case RunFailed():
                return self._had_ended and self._last is None

    def _drop_end(self) -> None:
        """Forgets the end that the run had before, and the epoch that it had not finished then."""
        if self._had_ended:
            self._had_ended = False
            drop_end(self._database, self._run)
            forget_after(self._database, self._run, self._kept, self._step)

    def _go_back(self, epoch: int, step: int) -> None:
        """Takes the run to where it had come before, with the batches of the epoch that was not finished then."""
        self._losses, self._from = losses_before(self._database, self._run, epoch, step), 0
        forget_after(self._database, self._run, epoch, step)

    def _write_end(self, event: RunEnded) -> None:
        if self._losses and self._last is not None and self._last.epoch > event.epochs:
            self._rows.append(self._row(None, self._last.metrics))
        size = self._write_rows()
        self._database.execute(
            "UPDATE run SET epochs = ?, best_epoch = ?, restored_best = ?, seconds = ?, test = ?, part_steps = ?, "
            "bytes = bytes + ? WHERE id = ?",
            (
                event.epochs,
                event.best_epoch,
                event.restored_best,
                self._before + event.seconds,
                numbers_text(event.test),
                event.part_steps,
                size,
                self._run,
            ),
        )
        close_run(self._database, self._run, event.reason, event.message)

    def _names_of(self, metrics: Mapping[str, float]) -> int:
        """The place of the metrics' names in the run's list of such lists: they are the same in every epoch."""
        names = list(metrics)
        if names not in self._names:
            self._names.append(names)
        return self._names.index(names)

    def _so_far(self, seconds: float) -> float:
        """Of the run, as its last batches told it; ``seconds`` where they told nothing."""
        return self._before + (seconds if self._last is None else self._last.seconds)


def close_run(database: sqlite3.Connection, run: int, reason: str, message: str) -> None:
    """Notes why the run ended."""
    database.execute("UPDATE run SET reason = ?, message = ? WHERE id = ?", (reason, message, run))


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
