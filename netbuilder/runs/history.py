"""The history of runs: asked, sorted out and kept within its limit. It is written by ``Recorder``."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from netbuilder.checkpoint import Checkpoint, NotACheckpoint
from netbuilder.events import Event
from netbuilder.runs import rows
from netbuilder.runs.checkpoint_file import newest_checkpoint
from netbuilder.runs.claims import checkpoint_path, is_claimed
from netbuilder.runs.database import PATIENCE, CannotUseHistory, Damaged, connected, history_path, told, transaction
from netbuilder.runs.leftovers import clear_away
from netbuilder.runs.plain import NotPlain
from netbuilder.runs.presence import identity
from netbuilder.runs.records import RunRecord, State
from netbuilder.runs.room import (
    deleted_before,
    interrupted_size,
    limit_of,
    remove,
    set_limit,
    size_of,
    thin_out,
    unfinished_size,
)
from netbuilder.runs.states import read_state
from netbuilder.words import _

__all__ = ["CannotUseHistory", "Damaged", "History"]

LONGEST_REST = 0.1
"""Seconds: whoever waits to write looks at least so often whether it may."""


class History:
    """One connection to the history, for one thread; makes it where there is none.

    Raises ``CannotUseHistory``, here and in every method. Where it was damaged, that is ``Damaged``: it was moved aside
    and the sentence says where it is; whatever is asked next is asked of a new one. So it is where the file was moved,
    removed or replaced meanwhile.
    """

    def __init__(self, path: Path | None = None, *, patience: float = PATIENCE) -> None:
        """``patience``: seconds for which each question waits for another program that is writing."""
        self._path = history_path() if path is None else path
        self._patience = patience
        self._connect()
        self._changes = 0
        self._told: dict[str, RunRecord] = {}  # by uid

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def version(self) -> int:
        """Another number whenever this or another program has changed something, or has begun or ended a run."""
        with self._asked() as database:
            (foreign,) = database.execute("PRAGMA data_version").fetchone()
            open_ones = database.execute("SELECT uid FROM run WHERE reason IS NULL").fetchall()
        running = sum(is_claimed(self._path, uid) for (uid,) in open_ones)
        return (int(foreign) << 40) + (self._changes << 20) + running

    def runs(self) -> list[RunRecord]:
        """All runs that are not deleted, newest first; one that is damaged says so in its title.

        A run that is as it was when it was told last is the very same record: whoever keeps the list needs no more memory.
        """
        with self._asked() as database:
            found = database.execute(f"{rows.RECORD} WHERE run.deleted IS NULL ORDER BY run.began DESC, run.id DESC")
            records = [self._as_told(self._record_or_damaged(row)) for row in found]
        self._told = {one.uid: one for one in records}
        return records

    def run(self, uid: str) -> RunRecord:
        """One of them, also if it is deleted. Raises ``KeyError``."""
        with self._asked() as database:
            row = database.execute(f"{rows.RECORD} WHERE run.uid = ?", (uid,)).fetchone()
            if row is None:
                raise KeyError(uid)
            return self._record(row)

    def events(self, uid: str) -> list[Event]:
        """What the run told, as far as curves need it: an epoch's batches stand together. Raises ``KeyError``."""
        with self._asked() as database:
            run = rows.run_id(database, uid)
            (stored,) = database.execute("SELECT names FROM run WHERE id = ?", (run,)).fetchone()
            names = rows.names_from(stored)
            rates = [rows.rate_from(row) for row in database.execute(rows.RATES, (run,))]
            told_of: list[Event] = [rows.prepared_from(database.execute(rows.PREPARED, (run,)).fetchone())]
            for row in database.execute(rows.EPOCHS, (run,)):
                batches_and_end = rows.epoch_from(row, names)
                while rates and rates[0].epoch <= row[0]:
                    told_of.append(rates.pop(0))
                told_of.extend(batches_and_end)
            ended = rows.ended_from(database.execute(rows.ENDED, (run,)).fetchone())
            return [*told_of, *rates, *([] if ended is None else [ended])]

    def checkpoint(self, uid: str) -> Checkpoint | None:
        """What the run came to: its last state, with the best epoch's weights in it. Raises ``KeyError``.

        None where it came to nothing yet, or its weights were dropped to keep within the limit.
        """
        with self._asked() as database:
            found = read_state(database, rows.run_id(database, uid))
            reason, recorded = database.execute("SELECT reason, epochs FROM run WHERE uid = ?", (uid,)).fetchone()
            if reason is not None:
                return found
            return newest_checkpoint(checkpoint_path(self._path, uid), recorded) or found

    def rename(self, uid: str, name: str) -> None:
        """Gives the run a name; "" takes it away. Raises ``KeyError``."""
        self._set(uid, "name", name)

    def note(self, uid: str, text: str) -> None:
        """Puts a note in the place of the one before. Raises ``KeyError``."""
        self._set(uid, "note", text)

    def delete(self, uids: Iterable[str]) -> None:
        """Marks runs as deleted; ``sweep`` removes them. Those that are not there are no matter."""
        self._mark(uids, time.time())

    def bring_back(self, uids: Iterable[str]) -> int:
        """Takes the mark away. Returns how many of them are there: the others have been removed meanwhile."""
        return self._mark(uids, None)

    def give_up(self, uids: Iterable[str]) -> None:
        """Lets any ``sweep`` remove those of them that are still deleted, as if that had been long ago."""
        with self._changed() as database, transaction(database):
            database.executemany(
                "UPDATE run SET deleted = 0 WHERE uid = ? AND deleted IS NOT NULL", [(uid,) for uid in uids]
            )

    def remove(self, uids: Iterable[str]) -> None:
        """Removes runs at once, without a way back, but for those that go on; gives the space back."""
        with self._changed() as database:
            _do(remove(database, self._path, uids))

    def sweep(self, older_than: float = 0.0, *, but: Collection[str] = (), within: float = math.inf) -> None:
        """Removes what was deleted so many seconds ago, and the oldest weights beyond the limit; gives the space back.

        So goes what killed programs left. Runs of the uids in ``but`` stay, and so do all that are not deleted, with all
        their values; beyond the limit, weights of deleted runs go first, and those of runs with a name or a note last.
        Interrupted runs can always go on. After ``within`` seconds, whoever sweeps next does the rest.
        """
        _do(self.sweeping(older_than, but=but), within)

    def sweeping(self, older_than: float = 0.0, *, but: Collection[str] = ()) -> Iterator[None]:
        """The same in parts of some hundredths of a second, between which anything else can be asked, or it be left.

        Between two of them, rest for as long as the first took, at most ``LONGEST_REST``: others want to write, too.
        """
        with self._asked() as database:
            moment = time.time() - older_than
            gone = [uid for uid in deleted_before(database, moment) if uid not in but]
            path = self._path
            before = last = _mark(database)
            for _part in chain(
                remove(database, path, gone, moment), clear_away(database, path), thin_out(database, path)
            ):
                now = _mark(database)
                self._changes += now != last
                last = now
                yield
                if self._is_lost():  # what is known of that one says nothing about the one that is there now
                    return
            self._changes += last != before  # the last bytes are given back

    @property
    def size(self) -> int:
        """Bytes on the disk, with the checkpoints of runs that have not ended."""
        with self._asked():
            return size_of(self._path) + unfinished_size(self._path)

    @property
    def interrupted_size(self) -> int:
        """Bytes of it that interrupted runs need to go on: no limit drops them, but a person who ends or deletes those."""
        with self._asked() as database:
            return interrupted_size(database, self._path)

    @property
    def limit(self) -> int:
        """Bytes of all that, beyond which ``sweep`` drops weights of runs that have ended."""
        with self._asked() as database:
            return limit_of(database)

    @limit.setter
    def limit(self, size: int) -> None:
        with self._changed() as database:
            set_limit(database, size)

    def _as_told(self, record: RunRecord) -> RunRecord:
        told = self._told.get(record.uid)
        return record if told is None or told != record else told

    def _record_or_damaged(self, row: tuple[object, ...]) -> RunRecord:
        try:
            return self._record(row)
        except NotPlain:  # one of them must not hide all others
            return rows.damaged_record(row)

    def _record(self, row: tuple[object, ...]) -> RunRecord:
        state: State = "ended"
        if row[8] is None:
            state = "running" if is_claimed(self._path, str(row[0])) else "interrupted"
        return rows.record_from(row, state)

    def _set(self, uid: str, column: str, text: str) -> None:
        text = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair, as of a terminal's Latin 1
        with self._changed() as database:
            if not database.execute(f"UPDATE run SET {column} = ? WHERE uid = ?", (text, uid)).rowcount:  # noqa: S608
                raise KeyError(uid)

    def _mark(self, uids: Iterable[str], deleted: float | None) -> int:
        with self._changed() as database, transaction(database):
            marks = [(deleted, uid) for uid in uids]
            return database.executemany("UPDATE run SET deleted = ? WHERE uid = ?", marks).rowcount

    @contextmanager
    def _changed(self) -> Iterator[sqlite3.Connection]:
        with self._asked() as database:
            yield database
        self._changes += 1

    @contextmanager
    def _asked(self) -> Iterator[sqlite3.Connection]:
        if self._is_lost():
            self._connect_again()
        try:
            with told(self._path):
                yield self._connection
        except (NotPlain, NotACheckpoint) as problem:
            message = _("The history of runs, “{path}”, holds a run that is damaged: delete it, or move the file away.")
            raise CannotUseHistory(message.format(path=self._path)) from problem
        except Damaged:
            self._connect_again()
            raise

    def _connect(self) -> None:
        self._connection = connected(self._path, self._patience)
        self._file = identity(self._path)

    def _connect_again(self) -> None:
        self._connection.close()
        self._file = None  # should there be none for now, whoever asks next tries again
        self._connect()
        self._changes += 1

    def _is_lost(self) -> bool:
        """Whether what is open has been moved, removed or replaced: another program, or the person, has done so."""
        return self._file is None or identity(self._path) != self._file


def _mark(database: sqlite3.Connection) -> tuple[int, int]:
    """Another one when something was deleted, written or given back."""
    return database.total_changes, database.execute("PRAGMA page_count").fetchone()[0]


def _do(parts: Iterator[None], within: float = math.inf) -> None:
    end = time.monotonic() + within
    began = time.monotonic()
    for _part in parts:
        rest = min(time.monotonic() - began, LONGEST_REST)
        if time.monotonic() + rest > end:
            break
        time.sleep(rest)
        began = time.monotonic()
