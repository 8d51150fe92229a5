"""Runs as they come to be: recorded in a history of their own."""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.app.history import RunHistory, RunRecord
from netbuilder.checkpoint import BestEpoch, Checkpoint
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.events import BatchesTrained, EpochEnded, RunEnded, RunPrepared
from netbuilder.runs.history import History
from netbuilder.runs.recorder import Recorder
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.plain import to_plain
from netbuilder.spec.project import DataSpec, ProjectSpec, TrainingSpec, stack

STEPS = 4


def made(units: int = 64, **training: Any) -> ProjectSpec:
    layers = stack(Flatten(), Dense(units), Dense(10, activation="softmax"))
    data = DataSpec(Digits8x8(), Digits8x8().usual_split())
    return ProjectSpec(data, layers, title="Digits", training=TrainingSpec(epochs=3, **training))


def uid(number: int) -> str:
    return f"{number:032x}"


def record(number: int = 1, **changes: Any) -> RunRecord:
    """A run as the history tells it."""
    values: dict[str, Any] = {
        "uid": uid(number),
        "name": "",
        "note": "",
        "title": "Digits",
        "summary": "64–64–10 · Adam 0.001 · batch 32",
        "project_text": json.dumps(to_plain(made())),
        "origin": "window",
        "began": time.time() - 60 * number,
        "state": "ended",
        "reason": "all_epochs",
        "message": "",
        "epochs": 3,
        "epochs_wanted": 3,
        "part_steps": 0,
        "steps_per_epoch": STEPS,
        "best_epoch": 2,
        "seconds": 1.5,
        "seed": 42,
        "device": "CPU · 2 cores",
        "compiled": True,
        "data_hash": "ab" * 32,
        "parameters": 4810,
        "size": 20_000,
        "metrics": {"loss": 0.2, "accuracy": 0.95, "val_loss": 0.3, "val_accuracy": 0.9},
        "test": {"loss": 0.31, "accuracy": 0.89},
        "versions": {"Keras": "3.15.1"},
        "weights": ("last", "best"),
    }
    return RunRecord(**{**values, **changes})


def write(path: Path, number: int, project: ProjectSpec | None = None, *, ended: bool = True, loss: float = 1.0) -> str:
    """Trains a run into the history, two whole epochs of it."""
    given = project or made()
    told: list[Any] = []
    recorder = Recorder(
        uid(number), given, origin="window", versions={"Keras": "3.15.1"}, data_hash="ab" * 32, tell=told.append, path=path
    )  # fmt: skip
    recorder.take(RunPrepared("CPU", True, 2, STEPS, 100, 10, 50, False))
    for epoch in (1, 2):
        recorder.take(BatchesTrained(epoch, 0, np.full(STEPS, loss, np.float32), {"accuracy": 0.5}, 1e3, 1.0))
        metrics = {"loss": loss, "accuracy": 0.9, "val_loss": loss / epoch, "val_accuracy": 0.8}
        recorder.take(EpochEnded(epoch, 1.0, metrics, 0.001, epoch, 0))
    weights = (np.ones((2, 2), np.float32),)
    state = Checkpoint(2, 1, 2, True, variables=weights, optimizer=(), best=BestEpoch(2, 0.5, weights))
    if ended:
        recorder.take(RunEnded("all_epochs", 2, 2, False, 2.0, {"accuracy": 0.7}))
        recorder.end(state)
    else:
        recorder.keep(state)
        recorder.end(None)
    assert told == []
    return uid(number)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def kept(path: Path) -> Iterator[Callable[[], list[RunRecord]]]:
    """What another connection finds in the history."""
    opened: list[History] = []

    def look() -> list[RunRecord]:
        if not opened:
            opened.append(History(path))
        return opened[0].runs()

    yield look
    for history in opened:
        history.close()


@pytest.fixture
def history(qapp, path: Path) -> Iterator[RunHistory]:
    link = RunHistory(path)
    yield link
    link.close()
    link.deleteLater()


@pytest.fixture(name="made")
def _made() -> Callable[..., ProjectSpec]:
    return made


@pytest.fixture(name="record")
def _record() -> Callable[..., RunRecord]:
    return record


@pytest.fixture(name="write")
def _write(path: Path) -> Callable[..., str]:
    return partial(write, path)
