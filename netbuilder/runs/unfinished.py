"""A run that was interrupted: what is needed to go on with it, and the right to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import EpochEnded, LearningRateSet
from netbuilder.runs.checkpoint_file import newest_checkpoint
from netbuilder.runs.claims import Claim, checkpoint_path
from netbuilder.runs.database import PATIENCE, connected, history_path, told, transaction
from netbuilder.runs.ends import drop_end, put_back_end
from netbuilder.runs.history import History
from netbuilder.runs.records import RunRecord
from netbuilder.runs.rewinding import forget_after
from netbuilder.runs.rows import run_id
from netbuilder.runs.states import write_state
from netbuilder.runs.writing import close_run
from netbuilder.words import _


class IsOver(Exception):
    """The run has ended; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run to go on with. ``checkpoint``: None where it had none yet, so that it begins again at its first epoch.

    ``epochs`` are those up to it, ``rates`` the learning rates that a person set after it.
    Give ``claim`` to the ``Recorder``, or release it.
    """

    record: RunRecord
    checkpoint: Checkpoint | None
    epochs: tuple[EpochEnded, ...]
    rates: tuple[LearningRateSet, ...]
    claim: Claim


def unfinished(
    uid: str, path: Path | None = None, *, for_window: bool = False, patience: float = PATIENCE
) -> Unfinished:
    """What is needed to go on with an interrupted run, of the history at ``path`` or the usual one.

    ``for_window``: on behalf of the window that has a ``Hold`` on it; ``patience``: as a ``History`` has it.
    Raises ``InOtherHands`` where another program is training it, ``IsOver``, ``KeyError`` for an unknown uid,
    ``CannotUseHistory`` and ``CannotWrite``.
    """
    place = history_path() if path is None else path
    with closing(History(place, patience=patience)) as history:
        history.run(uid)  # before a lock file is made for what is no run
        claim = Claim(place, uid, for_window=for_window)
        try:
            record = _still_open(history.run(uid))
            checkpoint = newest_checkpoint(checkpoint_path(place, uid), record.epochs) or _earlier(history, record)
            start, step = (0, 0) if checkpoint is None else (checkpoint.epoch, checkpoint.part_steps)
            events = history.events(uid)
            epochs = tuple(one for one in events if isinstance(one, EpochEnded) and one.epoch <= start)
            rates = tuple(one for one in events if isinstance(one, LearningRateSet))
            rates = tuple(one for one in rates if (one.epoch, one.step) >= (start + 1, step))
            return Unfinished(record, checkpoint, epochs, rates, claim)
        except BaseException:
            claim.release()
            raise


def end_here(uid: str, path: Path | None = None, *, for_window: bool = False, patience: float = PATIENCE) -> None:
    """Ends an interrupted run: what it had come to becomes its last state.

    One that had ended before, and of whose further epochs none is over, ends as it did then.
    Raises what ``unfinished`` raises, and ``TooLarge``.
    """
    found = unfinished(uid, path, for_window=for_window, patience=patience)
    place = history_path() if path is None else path
    try:
        with told(place), closing(connected(place, patience)) as database:
            run = run_id(database, uid)
            with transaction(database):
                if not put_back_end(database, run):
                    _close(database, run, found.checkpoint)
            checkpoint_path(place, uid).unlink(missing_ok=True)
    finally:
        found.claim.release()


def _close(database: sqlite3.Connection, run: int, checkpoint: Checkpoint | None) -> None:
    drop_end(database, run)
    if checkpoint is not None:
        write_state(database, run, checkpoint)
    kept = (0, 0) if checkpoint is None else (checkpoint.epoch, checkpoint.part_steps)
    forget_after(database, run, *kept)
    # A checkpoint may have come further than the rows, which could not be written then.
    database.execute("UPDATE run SET epochs = ? WHERE id = ?", (kept[0], run))
    close_run(database, run, "stopped", "")


def _still_open(record: RunRecord) -> RunRecord:
    if record.state == "ended":
        raise IsOver(_("That run is over: train it for more epochs, or begin a new one."))
    return record


def _earlier(history: History, record: RunRecord) -> Checkpoint | None:
    """What it had come to before it got more epochs."""
    found = history.checkpoint(record.uid)
    if found is None or found.epoch >= record.epochs_wanted:
        return None
    # With a clock, callbacks and goals that begin anew, as those of the ten more epochs did.
    return replace(
        found,
        first=found.epoch + 1,
        last=record.epochs_wanted,
        seconds=0.0,
        active=0.0,
        metrics={},
        stopped=False,
        callbacks=(),
    )
