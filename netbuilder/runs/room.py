"""What the history takes of the disk, and how it gives it back."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from netbuilder.runs.checkpoint_file import CheckpointFile
from netbuilder.runs.claims import checkpoint_folder, checkpoint_path, held_if_free, is_claimed

LIMIT = 2 << 30
"""Bytes, unless a person sets another limit."""

UNDOABLE = 3600.0
"""Seconds for which a window may still offer to bring back what it deleted."""

MOMENT = 0.3
"""Seconds for which somebody who has asked for something else may wait while space is given back."""

_PAGES = 500  # that are given back at a time: some 20 ms


def size_of(path: Path) -> int:
    """Bytes of the history at that path, with what is not yet merged into its file."""
    return _bytes_of(path, Path(f"{path}-wal"))


def unfinished_size(path: Path) -> int:
    """Bytes of the checkpoints of runs that go on, or can go on; they are gone when those end."""
    return _bytes_of(*checkpoint_folder(path).glob("*.checkpoint"))


def interrupted_size(database: sqlite3.Connection, path: Path) -> int:
    """Bytes of the checkpoints that interrupted runs can go on from, but for deleted ones. Raises ``sqlite3.Error``."""
    waiting = {uid for (uid,) in database.execute("SELECT uid FROM run WHERE reason IS NULL AND deleted IS NULL")}
    files = checkpoint_folder(path).glob("*.checkpoint")
    return _bytes_of(*(file for file in files if file.stem in waiting and not is_claimed(path, file.stem)))


def _bytes_of(*files: Path) -> int:
    found = 0
    for file in files:
        with contextlib.suppress(OSError):
            found += file.stat().st_size
    return found


def limit_of(database: sqlite3.Connection) -> int:
    """The most bytes that the history shall take. Raises ``sqlite3.Error``."""
    row = database.execute("SELECT value FROM setting WHERE name = 'limit'").fetchone()
    return LIMIT if row is None or not isinstance(row[0], int) else row[0]


def set_limit(database: sqlite3.Connection, size: int) -> None:
    """Keeps another limit. Raises ``sqlite3.Error``."""
    database.execute("INSERT OR REPLACE INTO setting (name, value) VALUES ('limit', ?)", (size,))


def deleted_before(database: sqlite3.Connection, moment: float) -> list[str]:
    """The uids of runs that were deleted before that time. Raises ``sqlite3.Error``."""
    return [uid for (uid,) in database.execute("SELECT uid FROM run WHERE deleted <= ?", (moment,))]


def remove(
    database: sqlite3.Connection, path: Path, uids: Iterable[str], moment: float | None = None
) -> Iterator[None]:
    """Removes these runs, unless they still go on; with a ``moment``, those alone that stay deleted since before it.

    A part at each step, as the others below. Raises ``sqlite3.Error``, ``CannotWrite`` and ``OSError``.
    """
    for uid in uids:
        with held_if_free(path, uid) as held:
            if held:
                _remove(database, checkpoint_path(path, uid), moment)
        yield
    yield from _give_back(database)


def thin_out(database: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Drops weights beyond the limit: first of deleted runs, then the oldest ones', and of named or noted ones last.

    The limit is that of the database and of what interrupted runs go on from, taken together. The latter is kept nowhere
    else and is never dropped: a person ends such a run, or deletes it. Where it takes more than the limit by itself, to
    drop weights would not help: then they alone keep to the limit. A run that is trained now counts from its end on.
    Raises ``sqlite3.Error``.
    """
    limit, interrupted = limit_of(database), interrupted_size(database, path)
    too_much = _filled(database) + (interrupted if interrupted <= limit else 0) - limit
    if too_much <= 0:
        return
    oldest = database.execute(
        "SELECT run.id, state.bytes FROM run JOIN state ON state.run = run.id "
        "WHERE run.reason IS NOT NULL "  # one that goes on may need it
        "ORDER BY run.deleted IS NULL, run.name <> '' OR run.note <> '', run.began"
    ).fetchall()
    for run, size in oldest:
        if too_much <= 0:
            break
        dropped = database.execute(
            "DELETE FROM state WHERE run = ? AND run IN (SELECT id FROM run WHERE reason IS NOT NULL)", (run,)
        )
        too_much -= size * dropped.rowcount
        yield
    yield from _give_back(database)


def _filled(database: sqlite3.Connection) -> int:
    """Bytes that it takes once all that is free is given back."""
    pages, free, size = (
        database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _remove(database: sqlite3.Connection, file: Path, moment: float | None) -> None:
    # One at a time: whoever trains must not wait long. With what was asked of it in one statement: since then, another
    # program may have brought it back, or trained it further.
    done = database.execute(
        "DELETE FROM run WHERE uid = ? AND (? IS NULL OR deleted <= ?)", (file.stem, moment, moment)
    )
    if done.rowcount:
        CheckpointFile(file).remove()


def _give_back(database: sqlite3.Connection) -> Iterator[None]:
    # A part at a time, for the same reason. Each step frees a page and gives a row without columns, after the first of
    # which execute() leaves off.
    (free,) = database.execute("PRAGMA freelist_count").fetchone()
    for _part in range(0, free, _PAGES):
        database.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
        yield
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
