"""What killed programs left beside the history: checkpoints of runs that are over, halves of files, locks."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from netbuilder.disk import CannotWrite
from netbuilder.runs.checkpoint_file import newest_checkpoint
from netbuilder.runs.claims import checkpoint_folder, checkpoint_path, held_if_free
from netbuilder.runs.database import DAMAGED, transaction
from netbuilder.runs.plain import NotPlain
from netbuilder.runs.states import TooLarge, write_state


def clear_away(database: sqlite3.Connection, history: Path) -> Iterator[None]:
    """Gives a run that ended without its weights those of its checkpoint, and removes what belongs to no open run.

    A run at each step; those that go on are left alone, and so are checkpoints of unknown runs for as long as a damaged
    history, which may know them, lies there. Raises ``sqlite3.Error``.
    """
    may_be_known = any(history.parent.glob(f"{history.stem}{DAMAGED}*"))
    for uid in sorted({file.stem for file in checkpoint_folder(history).glob("*.*")}):
        with contextlib.suppress(KeyError, CannotWrite, OSError), held_if_free(history, uid) as held:
            if held:
                _clear(database, checkpoint_path(history, uid), may_be_known=may_be_known)
        yield


def _clear(database: sqlite3.Connection, file: Path, *, may_be_known: bool) -> None:
    found = database.execute(
        "SELECT run.id, run.reason IS NOT NULL, state.run IS NOT NULL FROM run LEFT JOIN state ON state.run = run.id "
        "WHERE run.uid = ?",
        (file.stem,),
    ).fetchone()
    run, is_over, has_state = found or (0, True, True)
    file.with_suffix(".part").unlink(missing_ok=True)
    if not is_over or (found is None and may_be_known):
        return
    checkpoint = None if has_state else newest_checkpoint(file)
    if checkpoint is not None:
        with contextlib.suppress(TooLarge, NotPlain), transaction(database):
            write_state(database, run, checkpoint)
    file.unlink(missing_ok=True)
