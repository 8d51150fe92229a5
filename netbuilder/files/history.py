"""What a run told, within a project file: its epochs and batches as columns, from which its curves are drawn again."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from netbuilder.checkpoint import LAST_EPOCH
from netbuilder.events import (
    BatchesTrained,
    EpochEnded,
    Event,
    LearningRateSet,
    Reason,
    RunContinued,
    RunEnded,
    RunPrepared,
)
from netbuilder.files.arrays import read_array, write_array
from netbuilder.files.container import Container, Refused
from netbuilder.files.migrations import Document
from netbuilder.files.values import Wrong, anything, flag, get, listed, maybe, name, named, number, text, whole
from netbuilder.words import _

_FOLDER = "trained/history/"
_EPOCHS, _BATCHES, _LOSSES = (f"{_FOLDER}{one}.npy" for one in ("epochs", "batches", "losses"))
_LARGEST = 1 << 30  # bytes of each of them
_MOST_METRICS = 200
_MOST_RATES = 10_000  # that a person set during one run
_MOST_STEPS = 1 << 31  # of an epoch
_MOST_MISSING = 1 << 20  # batches between others that nothing is known of
_LONGEST_MESSAGE = 10_000
_EPOCH = ("epoch", "seconds", "learning_rate", "best_epoch", "waited")
_BATCH = ("epoch", "first_step", "steps", "samples_per_second", "seconds")


def write_history(archive: zipfile.ZipFile, events: Sequence[Event]) -> Document | None:
    """Adds the columns as members; returns what stands in ``trained.json``. Without a beginning there is no history.

    Of batches no more are written than are read again: the latest ones. All epochs are.
    """
    prepared = [event for event in events if isinstance(event, RunPrepared)]
    if not prepared:
        return None
    epochs, batches = _lasting(events)
    batches.sort(key=_when)
    of_epochs, of_batches = (
        tuple(dict.fromkeys(key for one in some for key in one.metrics)) for some in (epochs, batches)
    )
    write_array(archive, _EPOCHS, _table([_epoch_row(one, of_epochs) for one in epochs], len(_EPOCH) + len(of_epochs)))
    table = _table([_batch_row(one, of_batches) for one in batches], len(_BATCH) + len(of_batches))
    first = _first_kept(table, prepared[0].steps_per_epoch)
    write_array(archive, _BATCHES, table[first:])
    losses = [one.losses for one in batches[first:]]
    write_array(archive, _LOSSES, np.concatenate(losses).astype(np.float32) if losses else np.empty(0, np.float32))
    ended = next((event for event in reversed(events) if isinstance(event, RunEnded)), None)
    return {
        "prepared": _prepared_document(replace(prepared[0], epochs=prepared[-1].epochs)),
        "epoch_metrics": list(of_epochs),
        "batch_metrics": list(of_batches),
        "rates": [
            {
                "epoch": one.epoch,
                "step": one.step,
                "rate": one.learning_rate,
                "replaces_schedule": one.replaces_schedule,
            }
            for one in events
            if isinstance(one, LearningRateSet)
        ][:_MOST_RATES],
        "ended": None if ended is None else _ended_document(ended),
    }


def read_history(opened: Container, document: Document) -> tuple[Event, ...]:
    """What the run told, in order; empty where nothing is known of it. Raises ``Refused``."""
    plain = get(document, "history", maybe(anything))
    if plain is None:
        if opened.names(_FOLDER):
            raise Refused(_("the history of its run is not complete"))
        return ()
    prepared = _prepared(get(plain, "prepared", anything))
    epochs = _epochs(opened, get(plain, "epoch_metrics", listed(name, most=_MOST_METRICS)))
    batches = _batches(opened, get(plain, "batch_metrics", listed(name, most=_MOST_METRICS)), prepared.steps_per_epoch)
    rates = tuple(_rate(one) for one in get(plain, "rates", listed(anything, most=_MOST_RATES)))
    ended = get(plain, "ended", maybe(anything))
    middle: list[BatchesTrained | LearningRateSet | EpochEnded] = [*batches, *rates, *epochs]
    middle.sort(key=_when)
    return (prepared, *middle, *(() if ended is None else (_ended(ended),)))


def _lasting(events: Sequence[Event]) -> tuple[list[EpochEnded], list[BatchesTrained]]:
    """Epochs and batches without those that happened to no network, since a run went on from before them."""
    epochs: list[EpochEnded] = []
    batches: list[BatchesTrained] = []
    for event in events:
        match event:
            case EpochEnded():
                epochs.append(event)
            case BatchesTrained():
                batches.append(event)
            case RunContinued():
                at = event.epoch + 1, event.step
                epochs = [one for one in epochs if one.epoch <= event.epoch]
                batches = [one for one in batches if (one.epoch, one.first_step) < at]
            case _:
                pass
    return epochs, batches


def _when(event: BatchesTrained | LearningRateSet | EpochEnded) -> tuple[int, float]:
    match event:
        case BatchesTrained():
            return event.epoch, event.first_step
        case LearningRateSet():
            return event.epoch, event.step - 0.5  # before the batches from which on it holds
        case EpochEnded():
            return event.epoch, math.inf


def _table(rows: list[list[float]], columns: int) -> NDArray[np.float64]:
    return np.array(rows, np.float64).reshape(len(rows), columns)


def _epoch_row(one: EpochEnded, names: Sequence[str]) -> list[float]:
    best = math.nan if one.best_epoch is None else one.best_epoch
    metrics = [one.metrics.get(key, math.nan) for key in names]
    return [one.epoch, one.seconds, one.learning_rate, best, one.waited, *metrics]


def _batch_row(one: BatchesTrained, names: Sequence[str]) -> list[float]:
    metrics = [one.metrics.get(key, math.nan) for key in names]
    return [one.epoch, one.first_step, one.losses.size, one.samples_per_second, one.seconds, *metrics]


def _epochs(opened: Container, names: Sequence[str]) -> tuple[EpochEnded, ...]:
    table = _read_table(opened, _EPOCHS, len(_EPOCH) + len(names))
    whole_columns = np.column_stack((table[:, 0], np.nan_to_num(table[:, 3]), table[:, 4]))
    if not _whole_numbers(whole_columns, LAST_EPOCH) or not np.isfinite(table[:, 1:3]).all():
        raise _not_as_it_should_be(_EPOCHS)
    return tuple(
        EpochEnded(
            epoch=int(row[0]),
            seconds=row[1],
            metrics=dict(zip(names, row[len(_EPOCH) :], strict=True)),
            learning_rate=row[2],
            best_epoch=None if math.isnan(row[3]) else int(row[3]),
            waited=int(row[4]),
        )
        for row in table.tolist()
    )


def _batches(opened: Container, names: Sequence[str], steps: int) -> Iterator[BatchesTrained]:
    table = _read_table(opened, _BATCHES, len(_BATCH) + len(names))
    losses = read_array(opened, _LOSSES, ("float32",), largest=_LARGEST)
    if not _whole_numbers(table[:, :3], LAST_EPOCH) or losses.shape != (int(table[:, 2].sum()),):
        raise _not_as_it_should_be(_BATCHES)
    in_order = table[np.lexsort((table[:, 1], table[:, 0]))]  # as they are drawn, whoever wrote them
    if _missing(in_order, steps).sum() > _MOST_MISSING:
        raise _not_as_it_should_be(_BATCHES)
    ends = np.concatenate(([0], np.cumsum(table[:, 2]))).astype(int).tolist()
    return (
        BatchesTrained(
            epoch=int(row[0]),
            first_step=int(row[1]),
            losses=losses[first:last],
            metrics=dict(zip(names, row[len(_BATCH) :], strict=True)),
            samples_per_second=row[3],
            seconds_left=0.0,
            seconds=row[4],
        )
        for row, (first, last) in zip(table.tolist(), pairwise(ends), strict=True)
    )


def _missing(table: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """How many batches lie between one row and the next, for which curves make room; ``steps`` are those of an epoch."""
    began = (table[:, 0] - 1) * steps + table[:, 1]
    return np.maximum(0, began[1:] - (began + table[:, 2])[:-1])


def _first_kept(table: NDArray[np.float64], steps: int) -> int:
    """The row from which on a reader takes them all.

    A network may have been trained further across a run of many epochs that was deleted since.
    """
    missing, losses = (np.cumsum(one[::-1])[::-1] for one in (_missing(table, steps), table[:, 2]))
    too_far = int(np.count_nonzero(missing > _MOST_MISSING))
    return max(too_far, int(np.count_nonzero(losses * np.float32().nbytes > _LARGEST)))


def _read_table(opened: Container, member: str, columns: int) -> NDArray[np.float64]:
    table = read_array(opened, member, ("float64",), largest=_LARGEST)
    if table.ndim != 2 or table.shape[1] != columns:
        raise _not_as_it_should_be(member)
    return table


def _whole_numbers(values: NDArray[np.float64], largest: int) -> bool:
    return bool(np.isfinite(values).all() and (values >= 0).all() and (values <= largest).all()) and bool(
        (values == np.floor(values)).all()
    )


def _not_as_it_should_be(member: str) -> Refused:
    return Refused(_("“{name}” is not what it should be").format(name=member))


def _prepared_document(one: RunPrepared) -> Document:
    return {
        "device": one.device,
        "compiled": one.compiled,
        "epochs": one.epochs,
        "steps_per_epoch": one.steps_per_epoch,
        "train": one.train,
        "validation": one.validation,
        "parameters": one.parameters,
        "penalty": one.penalty,
    }


def _prepared(plain: Mapping[str, Any]) -> RunPrepared:
    return RunPrepared(
        device=get(plain, "device", name),
        compiled=get(plain, "compiled", flag),
        epochs=get(plain, "epochs", _up_to(LAST_EPOCH)),
        steps_per_epoch=get(plain, "steps_per_epoch", _up_to(_MOST_STEPS, at_least=1)),
        train=get(plain, "train", whole),
        validation=get(plain, "validation", whole),
        parameters=get(plain, "parameters", whole),
        penalty=get(plain, "penalty", flag),
    )


def _rate(plain: Mapping[str, Any]) -> LearningRateSet:
    return LearningRateSet(
        epoch=get(plain, "epoch", _up_to(LAST_EPOCH)),
        step=get(plain, "step", whole),
        learning_rate=get(plain, "rate", number),
        replaces_schedule=get(plain, "replaces_schedule", flag),
    )


def _ended_document(one: RunEnded) -> Document:
    return {
        "reason": one.reason,
        "epochs": one.epochs,
        "best_epoch": one.best_epoch,
        "restored_best": one.restored_best,
        "seconds": one.seconds,
        "test": {key: value for key, value in one.test.items() if math.isfinite(value)},
        "message": one.message[:_LONGEST_MESSAGE],
        "part_steps": one.part_steps,
    }


def _ended(plain: Mapping[str, Any]) -> RunEnded:
    return RunEnded(
        reason=get(plain, "reason", _reason),
        epochs=get(plain, "epochs", _up_to(LAST_EPOCH)),
        best_epoch=get(plain, "best_epoch", maybe(_up_to(LAST_EPOCH))),
        restored_best=get(plain, "restored_best", flag),
        seconds=get(plain, "seconds", number),
        test=get(plain, "test", named(number)),
        message=get(plain, "message", text(_LONGEST_MESSAGE)),
        part_steps=get(plain, "part_steps", whole),
    )


def _reason(value: Any) -> Reason:
    found = next((one for one in get_args(Reason) if one == value), None)
    if found is None:
        raise Wrong
    reason: Reason = found
    return reason


def _up_to(largest: int, at_least: int = 0) -> Any:
    def bounded(value: Any) -> int:
        if not at_least <= whole(value) <= largest:
            raise Wrong
        return int(value)

    return bounded
