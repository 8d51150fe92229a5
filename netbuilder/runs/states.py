"""What a run came to, within the history: a checkpoint as a description and one blob an array."""

from __future__ import annotations

import sqlite3

import numpy as np

from netbuilder.checkpoint import Checkpoint, NotACheckpoint, put_together, taken_apart
from netbuilder.runs.plain import array_from, kind_and_shape, parsed, text_of
from netbuilder.words import _

LARGEST = 1_000_000_000
"""Bytes of an array: SQLite's bound for one value."""


class TooLarge(Exception):
    """A layer has more weights than the history can hold; the message says so."""


def write_state(connection: sqlite3.Connection, run: int, checkpoint: Checkpoint) -> None:
    """Puts it in the place of the one that the run had. Raises ``TooLarge``, ``NotPlain`` and ``sqlite3.Error``."""
    plain, arrays = taken_apart(checkpoint)
    if any(one.nbytes > LARGEST for one in arrays):
        message = _(
            "The history keeps layers of up to {most:,} bytes: this run's weights are not kept. Save the project."
        )
        raise TooLarge(message.format(most=LARGEST))
    kinds = kind_and_shape(arrays)
    size = sum(one.nbytes for one in arrays)
    delete_state(connection, run)
    connection.execute(
        "INSERT INTO state (run, best, bytes, plain) VALUES (?, ?, ?, ?)",
        (run, checkpoint.best is not None, size, text_of(plain)),
    )
    connection.executemany(
        "INSERT INTO array (run, place, kind, shape, numbers) VALUES (?, ?, ?, ?, ?)",
        (
            (run, place, kind, text_of(shape), np.asarray(one, order="C").reshape(-1).view("u1"))
            for place, ((kind, shape), one) in enumerate(zip(kinds, arrays, strict=True))
        ),
    )


def read_state(connection: sqlite3.Connection, run: int) -> Checkpoint | None:
    """The stored one; None if there is none. Raises ``NotACheckpoint``, ``NotPlain`` and ``sqlite3.Error``."""
    stored = connection.execute("SELECT plain FROM state WHERE run = ?", (run,)).fetchone()
    if stored is None:
        return None
    rows = connection.execute("SELECT kind, shape, numbers FROM array WHERE run = ? ORDER BY place", (run,))
    try:
        return put_together(
            parsed(stored[0]), [array_from(kind, parsed(shape), numbers) for kind, shape, numbers in rows]
        )
    except TypeError as problem:  # a text where a blob should be
        raise NotACheckpoint from problem


def delete_state(connection: sqlite3.Connection, run: int) -> None:
    """Drops it; the run stays. Raises ``sqlite3.Error``."""
    connection.execute("DELETE FROM state WHERE run = ?", (run,))
