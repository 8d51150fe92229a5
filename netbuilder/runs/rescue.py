"""Takes over from a damaged history what can still be read of it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from netbuilder.runs.layout import LONGEST_OF_LAYOUT, has_plain_tables, short_texts_only

Row = tuple[Any, ...]

_MOST_SETTINGS = 100


class _Unreadable(Exception):
    """The rest of that is damaged."""


def rescued(new: sqlite3.Connection, aside: Path) -> int:
    """How many runs could be taken over into a new history from the damaged one, which may be of an older version.

    That is since every version until now has only added columns that may be empty. What a person has set goes with them.
    Raises ``sqlite3.Error`` where the new one can't be written: then it lacks runs that could be read.
    """
    # By a connection of its own: SQLite commits nothing to the one where it has found a damage in the other.
    with contextlib.closing(sqlite3.connect(aside, isolation_level=None)) as old:
        try:
            with short_texts_only(old, LONGEST_OF_LAYOUT):
                old.executescript("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
                old.text_factory = lambda stored: stored.decode("utf-8", "replace")
                if not _is_known(old, new):
                    return 0
        except _Unreadable:  # it is no database at all
            return 0
        with short_texts_only(old):
            for setting in _readable(old, f"SELECT name, value FROM setting LIMIT {_MOST_SETTINGS}"):  # noqa: S608
                new.execute("INSERT OR IGNORE INTO setting (name, value) VALUES (?, ?)", setting)
        return sum(_took_over(old, new, run) for run in _runs(old))


def _read(old: sqlite3.Connection, statement: str, *values: object) -> Iterator[Row]:
    """The rows; raises ``_Unreadable`` at the first that is damaged."""
    try:
        for row in old.execute(statement, values):  # noqa: UP028 - to leave off closes no cursor
            yield row
    except sqlite3.Error as problem:
        raise _Unreadable from problem


def _readable(old: sqlite3.Connection, statement: str, *values: object) -> Iterator[Row]:
    """The rows up to the first that is damaged."""
    with contextlib.suppress(_Unreadable):
        yield from _read(old, statement, *values)


def _is_known(old: sqlite3.Connection, new: sqlite3.Connection) -> bool:
    """Whether it is a history, of plain tables, and none of a newer netbuilder."""
    ((theirs,), (version,)) = (next(_read(old, f"PRAGMA {name}")) for name in ("application_id", "user_version"))
    ((ours,), (newest,)) = (new.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version"))
    if not (theirs == ours and 1 <= version <= newest):
        return False
    try:
        return has_plain_tables(old)
    except sqlite3.Error as problem:
        raise _Unreadable from problem


def _runs(old: sqlite3.Connection) -> list[int]:
    """The numbers of the runs, as the table or its index tells them: one of both may be damaged."""
    both = (_readable(old, f"SELECT id FROM run ORDER BY {order}") for order in ("id", "uid"))  # noqa: S608
    return list(dict.fromkeys(run for numbers in both for (run,) in numbers))


def _took_over(old: sqlite3.Connection, new: sqlite3.Connection, run: int) -> bool:
    new.execute("BEGIN IMMEDIATE")
    try:
        into = _begun(old, new, run)
        if into is not None:
            for table in ("epoch", "rate"):  # of which those before the damage are worth something
                with contextlib.suppress(_Unreadable):
                    _copy(old, new, table, run, into)
            _take_state(old, new, run, into)
        new.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # a full disk may have rolled it back already
            new.execute("ROLLBACK")
        raise
    return into is not None


def _begun(old: sqlite3.Connection, new: sqlite3.Connection, run: int) -> int | None:
    """The number of the run in the new history; None where it can't be read, or is there already."""
    with contextlib.suppress(_Unreadable, sqlite3.IntegrityError), short_texts_only(old):
        columns = _columns(old, "run")
        for row in _read(old, f"SELECT {', '.join(columns)} FROM run WHERE id = ?", run):  # noqa: S608
            places = ", ".join("?" * len(columns))
            return new.execute(f"INSERT INTO run ({', '.join(columns)}) VALUES ({places})", row).lastrowid  # noqa: S608
    return None


def _take_state(old: sqlite3.Connection, new: sqlite3.Connection, run: int, into: int) -> None:
    """Takes over all weights or none."""
    try:
        for table in ("state", "array"):
            _copy(old, new, table, run, into)
    except _Unreadable:
        for table in ("array", "state"):
            new.execute(f"DELETE FROM {table} WHERE run = ?", (into,))  # noqa: S608


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str, run: int, into: int) -> None:
    columns = _columns(old, table)
    found = _read(old, f"SELECT {', '.join(columns)} FROM {table} WHERE run = ?", run)  # noqa: S608
    places = ", ".join("?" * (len(columns) + 1))
    statement = f"INSERT INTO {table} (run, {', '.join(columns)}) VALUES ({places})"  # noqa: S608
    for row in found:
        with contextlib.suppress(sqlite3.IntegrityError):  # a row of nonsense
            new.execute(statement, (into, *row))


def _columns(old: sqlite3.Connection, table: str) -> list[str]:
    """All that the damaged one has but the run's number, which is another in the new history."""
    names = [row[1] for row in _read(old, f"PRAGMA table_info({table})")]
    return [name for name in names if name not in ("id", "run")]
