"""Versions of the history, each made into the next by a few statements."""

from __future__ import annotations

from collections.abc import Sequence

_FIRST = (
    """
    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        uid TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL DEFAULT '',
        note TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL,
        summary TEXT NOT NULL,
        origin TEXT NOT NULL,
        began REAL NOT NULL,
        reason TEXT,
        message TEXT NOT NULL DEFAULT '',
        epochs INTEGER NOT NULL DEFAULT 0,
        epochs_wanted INTEGER NOT NULL DEFAULT 0,
        part_steps INTEGER NOT NULL DEFAULT 0,
        steps_per_epoch INTEGER NOT NULL DEFAULT 0,
        best_epoch INTEGER,
        restored_best INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0.0,
        seconds_before REAL NOT NULL DEFAULT 0.0,
        seed INTEGER NOT NULL DEFAULT 0,
        device TEXT NOT NULL DEFAULT '',
        compiled INTEGER NOT NULL DEFAULT 0,
        data_hash TEXT NOT NULL DEFAULT '',
        parameters INTEGER NOT NULL DEFAULT 0,
        train INTEGER NOT NULL DEFAULT 0,
        validation INTEGER NOT NULL DEFAULT 0,
        penalty INTEGER NOT NULL DEFAULT 0,
        names TEXT NOT NULL DEFAULT '[]',
        test TEXT NOT NULL DEFAULT '{}',
        versions TEXT NOT NULL DEFAULT '{}',
        bytes INTEGER NOT NULL DEFAULT 0,
        deleted REAL,
        project TEXT NOT NULL
    )
    """,
    "CREATE INDEX unfinished ON run (uid) WHERE reason IS NULL",
    # One row an epoch: a point of a curve costs four bytes, and a list of runs reads none of them.
    """
    CREATE TABLE epoch (
        run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
        epoch INTEGER NOT NULL,
        whole INTEGER NOT NULL,
        names INTEGER NOT NULL,
        metrics BLOB NOT NULL,
        seconds REAL NOT NULL,
        rate REAL NOT NULL,
        best_epoch INTEGER,
        waited INTEGER NOT NULL,
        speed REAL NOT NULL,
        so_far REAL NOT NULL,
        losses BLOB NOT NULL,
        PRIMARY KEY (run, epoch)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE rate (
        run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
        epoch INTEGER NOT NULL,
        step INTEGER NOT NULL,
        value REAL NOT NULL,
        replaces_schedule INTEGER NOT NULL,
        PRIMARY KEY (run, epoch, step)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE state (
        run INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
        best INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        plain TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE array (
        run INTEGER NOT NULL REFERENCES state (run) ON DELETE CASCADE,
        place INTEGER NOT NULL,
        kind TEXT NOT NULL,
        shape TEXT NOT NULL,
        numbers BLOB NOT NULL,
        PRIMARY KEY (run, place)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
)

_SECOND = (
    "ALTER TABLE run ADD COLUMN file TEXT",  # of the project; NULL where none holds it
    "ALTER TABLE run ADD COLUMN earlier TEXT",  # the end that it had before it got more epochs, while those add nothing
)

_THIRD = (
    "ALTER TABLE epoch ADD COLUMN first_step INTEGER NOT NULL DEFAULT 0",  # more where another run has its first batches
)

MIGRATIONS: Sequence[Sequence[str]] = (_FIRST, _SECOND, _THIRD)
"""At place v, what makes version v + 1 of version v; an empty file is version 0. They stay for ever, as the files do."""
