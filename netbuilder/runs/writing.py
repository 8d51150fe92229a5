"""One run on its way into the database: an epoch is a row and a transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet, RunEnded, RunFailed, RunPrepared
from netbuilder.runs.database import transaction
from netbuilder.runs.ends import drop_end, put_back_end, set_aside_end
from netbuilder.runs.held import Held
from netbuilder.runs.plain import NotPlain, numbers_text, text_of
from netbuilder.runs.records import Origin
from netbuilder.runs.rewinding import forget_after, losses_before
from netbuilder.runs.rows import names_from
from netbuilder.runs.states import TooLarge, delete_state, write_state
from netbuilder.runs.summaries import summary
from netbuilder.spec.plain import to_plain
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _


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
        _set_up(connection)
        self._run = 0
        self._held = Held()
        self._known = 0  # of its lists of names, how many the database has
        self._kept = self._step = 0  # epochs, and steps of the next one, that it had before this life of it
        self._is_new = self._had_ended = False  # had: it has got more epochs, of which none is over

    @property
    def begun(self) -> bool:
        """Whether the database has the run."""
        return bool(self._run)

    @property
    def waiting(self) -> int:
        """How many epochs are held."""
        return len(self._held.rows)

    def move_to(self, connection: sqlite3.Connection) -> bool:
        """Goes on in another database that has the run; says whether it has, else nothing is changed."""
        found = connection.execute("SELECT id FROM run WHERE uid = ? AND reason IS NULL", (self._of.uid,)).fetchone()
        if found is None:
            return False
        _set_up(connection)
        self._database.close()
        self._database, (self._run,), self._known = connection, found, 0
        return True

    def wait_at_most(self, seconds: float) -> None:
        """How long whatever is written waits for other programs."""
        self._database.execute(f"PRAGMA busy_timeout = {round(1000 * seconds)}")

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
                self._held.names = names_from(names)
                self._known = len(self._held.names)
                # A run that had ended goes on with a clock of its own; one that was interrupted, with that it had.
                self._held.before = (before if reason is None else seconds) if kept or step else 0.0
                self._had_ended = set_aside_end(self._database, self._run, kept, step)
                self._go_back(kept, step)
            self._describe(event)

    def gather(self, event: BatchesTrained) -> None:
        """Holds batches until their epoch ends."""
        self._held.gather(event)

    def close_epoch(self, event: EpochEnded) -> None:
        """Holds an epoch with all its batches until ``flush``: a transaction for each would cost some 50 µs."""
        self._held.close_epoch(event)

    def set_rate(self, event: LearningRateSet) -> None:
        """Holds that a person changed the learning rate."""
        self._held.set_rate(event)

    def flush(self) -> None:
        """Writes what is held; where that fails, all of it is held still."""
        held = self._held
        if held.newest is None and not held.rates:
            return
        with transaction(self._database):
            if held.newest is not None:
                self._drop_end()
            self._write_held()
            if held.newest is not None:
                self._database.execute(
                    "UPDATE run SET epochs = ?, best_epoch = ?, seconds = ?, bytes = bytes + ? WHERE id = ?",
                    (*held.newest, held.size, self._run),
                )
        self._had_ended = self._had_ended and held.newest is None
        self._let_go()

    def forget_after(self, epoch: int, step: int = 0) -> None:
        """Removes what was told of later batches: they were lost, and will be trained again."""
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
                    sentence = self._with_what_is_missing(event.sentence)
                    close_run(self._database, self._run, "failed", sentence)
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
                self._held.before,
                self._run,
            ),
        )

    def _write_held(self) -> None:
        """Writes what is held, within a transaction."""
        held, run = self._held, self._run
        if len(held.names) > self._known:
            self._database.execute("UPDATE run SET names = ? WHERE id = ?", (text_of(held.names), run))
        self._database.executemany(
            "INSERT OR REPLACE INTO rate (run, epoch, step, value, replaces_schedule) VALUES (?, ?, ?, ?, ?)",
            [(run, *rate) for rate in held.rates],
        )
        self._database.executemany(
            "INSERT OR REPLACE INTO epoch (run, epoch, whole, names, metrics, seconds, rate, best_epoch, waited, speed, "
            "so_far, losses, first_step) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(run, *row) for row in held.rows],
        )

    def _let_go(self) -> None:
        """What was held is written."""
        self._known = len(self._held.names)
        self._held.let_go()

    def _has_learned_nothing(self, event: RunEnded | RunFailed) -> bool:
        """Whether it was stopped before its first step; or failed before that, where something was there before."""
        match event:
            case RunEnded():
                came_to = event.epochs, event.part_steps
                return event.reason == "stopped" and came_to == (self._kept, self._step)
            case RunFailed():
                return self._had_ended and self._held.last is None

    def _drop_end(self) -> None:
        """Forgets the end that the run had before, and the epoch that it had not finished then."""
        if self._had_ended:
            drop_end(self._database, self._run)
            forget_after(self._database, self._run, self._kept, self._step)

    def _go_back(self, epoch: int, step: int) -> None:
        """Takes the run to where it had come before, with the batches of the epoch that was not finished then."""
        self._held.go_back(losses_before(self._database, self._run, epoch, step))
        forget_after(self._database, self._run, epoch, step)

    def _write_end(self, event: RunEnded) -> None:
        self._held.close_part(event.epochs)
        self._write_held()
        self._database.execute(
            "UPDATE run SET epochs = ?, best_epoch = ?, restored_best = ?, seconds = ?, test = ?, part_steps = ?, "
            "bytes = bytes + ? WHERE id = ?",
            (
                event.epochs,
                event.best_epoch,
                event.restored_best,
                self._held.before + event.seconds,
                numbers_text(event.test),
                event.part_steps,
                self._held.size,
                self._run,
            ),
        )
        close_run(self._database, self._run, event.reason, self._with_what_is_missing(event.message))

    def _with_what_is_missing(self, message: str) -> str:
        if not self._held.is_incomplete:
            return message
        missing = _("Some of its epochs are missing here: the history could not be written while they were trained.")
        return f"{message} {missing}".lstrip()


def _set_up(connection: sqlite3.Connection) -> None:
    # Merging the log into the file waits for the disk, which another thread does beside the training.
    connection.execute("PRAGMA wal_autocheckpoint = 0")


def close_run(database: sqlite3.Connection, run: int, reason: str, message: str) -> None:
    """Notes why the run ended."""
    database.execute("UPDATE run SET reason = ?, message = ? WHERE id = ?", (reason, message, run))
