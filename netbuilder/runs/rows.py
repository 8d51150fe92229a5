"""From rows of the history to values, each checked: a damaged history must give a sentence, not a crash."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import numpy as np

from netbuilder.disk import is_moment
from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet, Reason, RunEnded, RunPrepared
from netbuilder.runs.plain import NotPlain, numbers_of, parsed, texts_of
from netbuilder.runs.records import Origin, RunRecord, State
from netbuilder.words import _

_REASONS = (*get_args(Reason), "failed")

RECORD = """
    SELECT run.uid, run.name, run.note, run.title, run.summary, run.project, run.origin, run.began, run.reason,
        run.message, run.epochs, run.epochs_wanted, run.part_steps, run.steps_per_epoch, run.best_epoch, run.seconds,
        run.seed, run.device, run.compiled, run.data_hash, run.parameters, run.bytes + coalesce(state.bytes, 0),
        run.test, run.versions, run.names, state.best, epoch.names, epoch.metrics, run.file
    FROM run
    LEFT JOIN state ON state.run = run.id
    LEFT JOIN epoch ON epoch.run = run.id AND epoch.epoch = coalesce(run.best_epoch, run.epochs) AND epoch.whole
"""
"""What ``record_from`` reads; add a condition."""

PREPARED = """
    SELECT device, compiled, epochs_wanted, steps_per_epoch, train, validation, parameters, penalty
    FROM run WHERE id = ?
"""
EPOCHS = """
    SELECT epoch, whole, names, metrics, seconds, rate, best_epoch, waited, speed, so_far, losses, first_step
    FROM epoch WHERE run = ? ORDER BY epoch
"""
RATES = "SELECT epoch, step, value, replaces_schedule FROM rate WHERE run = ? ORDER BY epoch, step"
ENDED = """
    SELECT reason, epochs, best_epoch, restored_best, seconds, test, message, part_steps FROM run WHERE id = ?
"""


def record_from(row: Sequence[Any], state: State) -> RunRecord:
    """A run as ``RECORD`` found it. Raises ``NotPlain``."""
    texts, names = (row[0], row[1], row[2], row[3], row[4], row[5], row[9], row[17], row[19]), row[24]
    if not all(isinstance(one, str) for one in texts) or row[8] not in (None, *_REASONS):
        raise NotPlain
    origin: Origin = "command line" if row[6] == "command line" else "window"
    metrics = {} if row[27] is None else metrics_from(names_from(names), row[26], row[27])
    return RunRecord(
        uid=row[0],
        name=row[1],
        note=row[2],
        title=row[3],
        summary=row[4],
        project_text=row[5],
        origin=origin,
        began=_moment(row[7]),
        state=state,
        reason=row[8],
        message=row[9],
        epochs=_whole(row[10]),
        epochs_wanted=_whole(row[11]),
        part_steps=_whole(row[12]),
        steps_per_epoch=_whole(row[13]),
        best_epoch=_whole_or_none(row[14]),
        seconds=_real(row[15]),
        seed=_whole(row[16]),
        device=row[17],
        compiled=bool(row[18]),
        data_hash=row[19],
        parameters=_whole(row[20]),
        size=_whole(row[21]),
        metrics=metrics,
        test=numbers_of(row[22]),
        versions=texts_of(row[23]),
        weights=() if row[25] is None else ("last", "best") if row[25] else ("last",),
        file=row[28] if isinstance(row[28], str) else None,
    )


def damaged_record(row: Sequence[Any]) -> RunRecord:
    """What stands for a run that ``record_from`` can't read, so that it can be seen and deleted."""
    return RunRecord(
        uid=str(row[0]),
        name="",
        note="",
        title=_("A run that is damaged"),
        summary="",
        project_text="{}",
        origin="window",
        began=0.0,
        state="ended",
        reason="failed",
        message="",
        epochs=0,
        epochs_wanted=0,
        part_steps=0,
        steps_per_epoch=0,
        best_epoch=None,
        seconds=0.0,
        seed=0,
        device="",
        compiled=False,
        data_hash="",
        parameters=0,
        size=0,
    )


def names_from(text: Any) -> list[list[str]]:
    """The names of a run's metrics, of which each epoch has one list. Raises ``NotPlain``."""
    found = parsed(text) if isinstance(text, str) else None
    if not isinstance(found, list) or not all(isinstance(one, list) for one in found):
        raise NotPlain
    if not all(isinstance(name, str) for one in found for name in one):
        raise NotPlain
    return found


def metrics_from(names: Sequence[Sequence[str]], which: Any, numbers: Any) -> dict[str, float]:
    """Named metrics of an epoch. Raises ``NotPlain``."""
    if not isinstance(which, int) or not 0 <= which < len(names) or not isinstance(numbers, bytes):
        raise NotPlain
    if len(numbers) != 8 * len(names[which]):
        raise NotPlain
    return dict(zip(names[which], np.frombuffer(numbers, "<f8").tolist(), strict=True))


def prepared_from(row: Sequence[Any]) -> RunPrepared:
    """A run as it began. Raises ``NotPlain``."""
    if not isinstance(row[0], str):
        raise NotPlain
    device, compiled, *numbers, penalty = row
    epochs, steps, train, validation, parameters = map(_whole, numbers)
    return RunPrepared(device, bool(compiled), epochs, steps, train, validation, parameters, bool(penalty))


def epoch_from(row: Sequence[Any], names: Sequence[Sequence[str]]) -> Iterator[BatchesTrained | EpochEnded]:
    """An epoch's batches, if any are known, and its end, if it had one. Raises ``NotPlain``."""
    epoch, losses = _whole(row[0]), row[10]
    metrics = metrics_from(names, row[2], row[3])
    if not isinstance(losses, bytes) or len(losses) % 4:
        raise NotPlain
    if losses:
        points = np.frombuffer(losses, "<f4")
        running = {name: value for name, value in metrics.items() if _is_running(name)}
        yield BatchesTrained(epoch, _whole(row[11]), points, running, _real(row[8]), 0.0, _real(row[9]))
    if row[1]:
        yield EpochEnded(epoch, _real(row[4]), metrics, _real(row[5]), _whole_or_none(row[6]), _whole(row[7]))


def rate_from(row: Sequence[Any]) -> LearningRateSet:
    """A learning rate that a person set. Raises ``NotPlain``."""
    return LearningRateSet(_whole(row[0]), _whole(row[1]), _real(row[2]), bool(row[3]))


def ended_from(row: Sequence[Any]) -> RunEnded | None:
    """A run's end; None where it has none of which an event tells. Raises ``NotPlain``."""
    reason, message = row[0], row[6]
    if reason not in get_args(Reason):
        return None
    if not isinstance(message, str):
        raise NotPlain
    return RunEnded(
        reason=reason,
        epochs=_whole(row[1]),
        best_epoch=_whole_or_none(row[2]),
        restored_best=bool(row[3]),
        seconds=_real(row[4]),
        test=numbers_of(row[5]),
        message=message,
        part_steps=_whole(row[7]),
    )


def run_id(connection: sqlite3.Connection, uid: str) -> int:
    """The number of the run in the other tables. Raises ``KeyError``."""
    row = connection.execute("SELECT id FROM run WHERE uid = ?", (uid,)).fetchone()
    if row is None:
        raise KeyError(uid)
    return _whole(row[0])


def _is_running(name: str) -> bool:
    """Whether batches know the metric, too; the others are measured at the end of an epoch."""
    return not name.startswith("val_") and name not in ("penalty", "data_loss")


def _whole(value: Any) -> int:
    if not isinstance(value, int) or value < 0:
        raise NotPlain
    return value


def _whole_or_none(value: Any) -> int | None:
    return None if value is None else _whole(value)


def _moment(value: Any) -> float:
    seconds = _real(value)
    if not is_moment(seconds):
        raise NotPlain
    return seconds


def _real(value: Any) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise NotPlain
    return float(value)
