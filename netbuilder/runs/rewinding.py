"""Takes what the history has of a run back to an earlier moment, from which the run goes on."""

from __future__ import annotations

import sqlite3

import numpy as np
from numpy.typing import NDArray

from netbuilder.runs.states import delete_state

ROW = 60
"""Bytes that an epoch takes beside its numbers, about."""


def losses_before(database: sqlite3.Connection, run: int, epoch: int, step: int) -> list[NDArray[np.float32]]:
    """The losses of the ``step`` batches that came after ``epoch``, in an epoch that was not finished.

    None where there are no such batches, or where another run had them. Raises ``sqlite3.Error``.
    """
    found = database.execute(
        "SELECT losses FROM epoch WHERE run = ? AND epoch = ? AND NOT whole AND first_step = 0", (run, epoch + 1)
    ).fetchone()
    return [np.frombuffer(found[0], "<f4")] if step and found is not None and len(found[0]) == 4 * step else []


def forget_after(database: sqlite3.Connection, run: int, epoch: int, step: int = 0) -> None:
    """Removes what was told of later epochs; of a run that begins anew, also what it had come to.

    ``step``: how many steps of the next one it had come to.

    Learning rates stay, since a person set them: going on, the run takes them at the same steps again. Where it may yet
    end as it had ended before it got more epochs, the one that it had not finished then stays, too.
    """
    database.execute(
        "DELETE FROM epoch WHERE run = ? AND epoch > ? AND (whole OR (SELECT earlier FROM run WHERE id = ?) IS NULL)",
        (run, epoch, run),
    )
    if not epoch and not step:
        delete_state(database, run)
    database.execute(
        "UPDATE run SET epochs = min(epochs, ?), best_epoch = (SELECT best_epoch FROM epoch WHERE run = ? AND epoch = ?), "
        "bytes = (SELECT coalesce(sum(? + length(metrics) + length(losses)), 0) FROM epoch WHERE run = ?) WHERE id = ?",
        (epoch, run, epoch, ROW, run, run),
    )
