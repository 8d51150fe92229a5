"""The end that a run had before it got more epochs: set aside until they add something, and its end again if they don't."""

from __future__ import annotations

import sqlite3
from typing import Any

from netbuilder.runs.plain import NotPlain, parsed, text_of

_COLUMNS = (
    *("epochs", "part_steps", "reason", "message", "test", "epochs_wanted", "steps_per_epoch", "best_epoch"),
    *("restored_best", "seconds", "seconds_before", "seed", "device", "compiled", "data_hash", "parameters"),
    *("train", "validation", "penalty", "versions"),
)
"""What more epochs change of a run before their first one is over. Name, note and place are the person's."""


def set_aside_end(database: sqlite3.Connection, run: int, kept: int, step: int = 0) -> bool:
    """Keeps the end of a run that goes on after the epoch ``kept`` and ``step`` batches of the next, if it had one there.

    Says whether one is aside now.

    Of one that begins anew, none is kept. Raises ``sqlite3.Error``.
    """
    if not kept and not step:
        drop_end(database, run)
        return False
    columns = ", ".join(_COLUMNS)
    row = database.execute(
        f"SELECT {columns} FROM run WHERE id = ? AND reason IS NOT NULL AND epochs = ?",  # noqa: S608
        (run, kept),
    ).fetchone()
    if row is not None:
        database.execute("UPDATE run SET earlier = ? WHERE id = ?", (text_of(list(row)), run))
    return _aside(database, run) is not None


def drop_end(database: sqlite3.Connection, run: int) -> None:
    """From now on, the run has come further than that. Raises ``sqlite3.Error``."""
    database.execute("UPDATE run SET earlier = NULL WHERE id = ?", (run,))


def put_back_end(database: sqlite3.Connection, run: int) -> bool:
    """Ends the run as it had ended before it got more epochs; False where it had not, or they have added something.

    Raises ``sqlite3.Error``.
    """
    values = _aside(database, run)
    if values is None:
        return False
    settings = ", ".join(f"{column} = ?" for column in _COLUMNS)
    database.execute(f"UPDATE run SET {settings}, earlier = NULL WHERE id = ?", (*values, run))  # noqa: S608
    # Learning rates that were set while it was prepared have changed no step.
    epochs, part_steps, *_others = values
    database.execute("DELETE FROM rate WHERE run = ? AND (epoch, step) >= (?, ?)", (run, epochs + 1, part_steps))
    return True


def _aside(database: sqlite3.Connection, run: int) -> list[Any] | None:
    """The values of the columns; None also where they are damaged."""
    (earlier,) = database.execute("SELECT earlier FROM run WHERE id = ?", (run,)).fetchone()
    try:
        values = parsed(earlier) if isinstance(earlier, str) else None
    except NotPlain:
        return None
    if not isinstance(values, list) or len(values) != len(_COLUMNS):
        return None
    return values if all(isinstance(one, int) for one in values[:2]) else None
