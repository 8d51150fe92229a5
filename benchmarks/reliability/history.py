"""A history of a thousand runs and a million points opens and is sorted at once."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt

from benchmarks.figures import Figure
from benchmarks.real_window import Person, opened
from benchmarks.reliability import works
from benchmarks.reliability.attempts import Attempt, broken, worst
from netbuilder.checkpoint import Checkpoint
from netbuilder.disk import data_folder
from netbuilder.events import BatchesTrained, EpochEnded, RunEnded, RunPrepared
from netbuilder.runs.history import History
from netbuilder.runs.recorder import Recorder

COUNT = 5
RUNS, EPOCHS, STEPS = 1_000, 10, 100
"""A million points: one a batch."""

OPENS, SORTS = 0.3, 0.1  # seconds


def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
    """Opens the Runs view of a fresh window, and sorts it by every column, up and down."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        write(path, RUNS)
        for seed in seeds:
            with opened() as person:
                data_folder().mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, data_folder() / path.name)
                yield _attempt(person, seed)


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many did not show all runs, and the longest that each thing took."""
    what = f"history of {RUNS:,} runs and {RUNS * EPOCHS * STEPS:,} points"
    return [
        broken(f"{what}: not all there", made),
        *worst(f"{what}: read", made, "read", "s"),
        *worst(f"{what}: from the click until the table stands there", made, "opens", "s", OPENS),
        *worst(f"{what}: sorted by a column", made, "sorts", "s", SORTS),
    ]


def write(path: Path, runs: int) -> None:
    """Makes such a history as the engine makes it, of that many runs."""
    chance = random.Random(1)
    for number in range(runs):
        project = replace(works.learner(EPOCHS), title=f"Run {chance.randrange(runs)}")
        recorder = Recorder(
            uuid.UUID(int=number).hex,
            project,
            origin="window",
            versions={"keras": "3"},
            data_hash="0" * 64,
            tell=lambda _event: None,
            path=path,
        )
        recorder.take(RunPrepared("CPU", True, EPOCHS, STEPS, 1_000, 100, 100, False))
        for epoch in range(1, EPOCHS + 1):
            loss = chance.random()
            recorder.take(BatchesTrained(epoch, 0, np.full(STEPS, loss, np.float32), {"loss": loss}, 1e5, 1.0, epoch))
            metrics = {"loss": loss, "accuracy": 1 - loss, "val_loss": loss, "val_accuracy": chance.random()}
            recorder.take(EpochEnded(epoch, 1.0, metrics, 0.001, epoch, 0))
        recorder.take(RunEnded("all_epochs", EPOCHS, EPOCHS, False, float(chance.randrange(1_000)), {"loss": 0.1}))
        weights = (np.zeros((2, 16), np.float32),)
        recorder.end(Checkpoint(EPOCHS, 1, EPOCHS, True, weights, weights))


def _attempt(person: Person, seed: int) -> Attempt:
    window, table = person.window, person.window.past_view.table
    begun = time.perf_counter()
    with closing(History()) as history:
        found = history.runs()
    numbers = {"read": time.perf_counter() - begun}
    begun = time.perf_counter()
    window.actions_.show_runs.trigger()
    person.wait(lambda: table.runs.rowCount() == len(found), "the table of runs")
    table.viewport().repaint()
    numbers["opens"] = time.perf_counter() - begun
    slowest = 0.0
    for column in range(table.runs.columnCount()):
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            begun = time.perf_counter()
            table.sortByColumn(column, order)
            table.viewport().repaint()
            slowest = max(slowest, time.perf_counter() - begun)
    numbers["sorts"] = slowest
    points = sum(run.epochs * run.steps_per_epoch for run in found)
    faults = [] if points == RUNS * EPOCHS * STEPS else [f"{points:,} points of {len(found):,} runs are there"]
    return Attempt(seed, "the Runs view opened and sorted", tuple(faults), numbers)
