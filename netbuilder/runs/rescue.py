"""Takes over from a damaged history what can still be read of it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

_LEVELS = (("epoch", "rate", "state", "array"), ("epoch", "rate"), ())
"""What is taken over with a run: all of it, else its values without its weights, else nothing but that it was."""


def rescued(new: sqlite3.Connection, aside: Path) -> int:
    """How many runs could be taken over into a new history from the damaged one, which may be of an older version.

    That is since every version until now has only added columns that may be empty.
    """
    with contextlib.suppress(sqlite3.Error):  # it is no database at all
        new.execute("ATTACH ? AS aside", (str(aside),))
        try:
            return sum(_took_over(new, run) for run in _runs(new))
        finally:
            new.execute("DETACH aside")
    return 0


def _runs(new: sqlite3.Connection) -> list[int]:
    """The numbers of the runs, as the table or its index tells them: one of both may be damaged."""
    (theirs, version), (ours, newest) = (
        [new.execute(f"PRAGMA {which}.{name}").fetchone()[0] for name in ("application_id", "user_version")]
        for which in ("aside", "main")
    )
    if theirs != ours or not 1 <= version <= newest:
        return []
    found: dict[int, None] = {}
    for order in ("id", "uid"):
        with contextlib.suppress(sqlite3.Error):
            # Row by row: what was read before the damage counts.
            for (run,) in new.execute(f"SELECT id FROM aside.run ORDER BY {order}"):  # noqa: S608
                found[run] = None
    return list(found)


def _took_over(new: sqlite3.Connection, run: int) -> bool:
    for tables in _LEVELS:
        try:
            new.execute("BEGIN IMMEDIATE")
            _copy(new, run, tables)
            new.execute("COMMIT")
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):  # it may be rolled back already
                new.execute("ROLLBACK")
        else:
            return True
    return False


def _copy(new: sqlite3.Connection, run: int, tables: tuple[str, ...]) -> None:
    columns = _columns(new, "run")
    cursor = new.execute(f"INSERT INTO run ({columns}) SELECT {columns} FROM aside.run WHERE id = ?", (run,))  # noqa: S608
    for table in tables:
        columns = _columns(new, table)
        new.execute(
            f"INSERT INTO {table} (run, {columns}) SELECT ?, {columns} FROM aside.{table} WHERE run = ?",  # noqa: S608
            (cursor.lastrowid, run),
        )


def _columns(new: sqlite3.Connection, table: str) -> str:
    """All that the damaged one has but the run's number, which is another in the new history."""
    names = [row[1] for row in new.execute(f"PRAGMA aside.table_info({table})")]
    return ", ".join(name for name in names if name not in ("id", "run"))
