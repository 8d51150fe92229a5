"""Runs that never trained anything: what the history is given, without an engine."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netbuilder.checkpoint import BestEpoch, CallbackState, Checkpoint, taken_apart
from netbuilder.events import BatchesTrained, EpochEnded, Event, RunEnded, RunPrepared
from netbuilder.files.templates import template_named
from netbuilder.runs.recorder import Recorder


@dataclass
class Story:
    """Tells a recorder of a run of ``steps`` steps an epoch; what it was told is in ``told``."""

    path: Path
    uid: str = field(default_factory=lambda: uuid.uuid4().hex)
    title: str = "Iris"
    steps: int = 4
    warnings: list[Any] = field(default_factory=list)
    told: list[Event] = field(default_factory=list)
    recorder: Recorder | None = None

    def begin(
        self, epochs: int = 12, *, first: int = 1, step: int = 0, start: Checkpoint | None = None, **options: Any
    ) -> Story:
        """``start``: where more epochs begin, which is kept before anything is told of them."""
        project = replace(template_named("iris").project(), title=self.title)
        given: dict[str, Any] = {"origin": "window", "versions": {"Keras": "3.15.1"}, "data_hash": "abc"} | options
        self.recorder = Recorder(self.uid, project, tell=self.warnings.append, path=self.path, **given)
        if start is not None:
            self.recorder.keep(start)
        self.tell(RunPrepared("CPU · 2 cores", True, epochs, self.steps, 120, 30, 67, False, first, step))
        return self

    def tell(self, *events: Event) -> None:
        assert self.recorder is not None
        for event in events:
            self.recorder.take(event)
            self.told.append(event)

    def epoch(self, number: int, *, best: int | None = None, keep: bool = True) -> None:
        assert self.recorder is not None
        half = self.steps // 2
        seconds = float(number)
        self.tell(
            BatchesTrained(number, 0, losses(number, half), {"loss": 0.5}, 900.0, 3.0, seconds - 0.5),
            BatchesTrained(number, half, losses(number, self.steps - half), {"loss": 0.4}, 1000.0, 3.0, seconds),
            EpochEnded(number, 1.0, metrics(number), 0.01 / number, best, 0 if best is None else number - best),
        )
        if keep:
            self.recorder.keep(checkpoint_of(number))
        self.recorder.flush()  # as before anything is told

    def epochs(self, last: int, *, first: int = 1) -> Story:
        for number in range(first, last + 1):
            self.epoch(number)
        return self

    def end(self, epochs: int, reason: Any = "all_epochs", **options: Any) -> Story:
        assert self.recorder is not None
        given = {"best_epoch": None, "restored_best": False, "seconds": float(epochs), "test": {"loss": 0.25}} | options
        self.tell(RunEnded(reason, epochs, **given))
        self.recorder.end(checkpoint_of(epochs))
        return self

    def die(self) -> Story:
        """As if its program had been killed: nothing more is written, and the system frees its lock."""
        assert self.recorder is not None
        recorder, self.recorder = self.recorder, None
        if recorder._settling is not None:
            recorder._settling.stop()
        recorder._file.close()
        if recorder._writer is not None:
            recorder._writer.close()
        assert recorder._claim is not None
        recorder._claim.release()
        return self


def losses(epoch: int, steps: int) -> Any:
    return (epoch + np.arange(steps, dtype=np.float32)) / 7


def metrics(epoch: int) -> dict[str, float]:
    return {"loss": 1.0 / epoch, "accuracy": 0.1 * epoch, "val_loss": float("inf") / epoch, "val_accuracy": 1 / 3}


def checkpoint_of(epoch: int, size: int = 8) -> Checkpoint:
    weights = tuple(np.full((size, size), epoch + place, np.float32) for place in range(4))
    return Checkpoint(
        epoch=epoch,
        first=1,
        last=12,
        compiled=True,
        variables=(*weights, np.array([epoch, 7], np.uint32)),
        optimizer=(np.array(epoch, np.int64), *weights),
        seconds=float(epoch),
        metrics=metrics(epoch) if epoch else {},
        best=BestEpoch(epoch, -0.5, weights),
        callbacks=(CallbackState({"wait": 0, "best": float("inf")}, weights),),
    )


def are_same(one: Checkpoint, other: Checkpoint) -> bool:
    """Whether they are equal to the last bit."""
    (plain, arrays), (also, others) = taken_apart(one), taken_apart(other)
    return plain == also and all(
        (mine.dtype, mine.shape, mine.tobytes()) == (theirs.dtype, theirs.shape, theirs.tobytes())
        for mine, theirs in zip(arrays, others, strict=True)
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a history will be."""
    return tmp_path / "there" / "history.db"


@pytest.fixture
def story(path: Path) -> Iterator[Callable[..., Story]]:
    """Makes stories of that history, and ends what they began."""
    made: list[Story] = []

    def make(**options: Any) -> Story:
        made.append(Story(path, **options))
        return made[-1]

    yield make
    for one in made:
        if one.recorder is not None:
            one.recorder.end(None)


@pytest.fixture
def checkpoint() -> Callable[..., Checkpoint]:
    """Makes the checkpoint of an epoch, with weight matrices of some size."""
    return checkpoint_of


@pytest.fixture
def same() -> Callable[[Checkpoint, Checkpoint], bool]:
    """Whether two checkpoints are equal to the last bit."""
    return are_same
