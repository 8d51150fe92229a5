"""A project file with everything that one can hold, and what is done to it."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netbuilder.checkpoint import BestEpoch, CallbackState, Checkpoint
from netbuilder.data.origins import DataFile
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.events import BatchesTrained, EpochEnded, Event, LearningRateSet, RunEnded, RunPrepared
from netbuilder.files.contents import Attached, Contents, Drawing, Stored
from netbuilder.files.project_file import CannotOpen, open_project, save
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, ProjectSpec, stack
from netbuilder.spec.scaling import Scaling

PROJECT = ProjectSpec(
    DataSpec(Digits8x8()), stack(Flatten(), Dense(units=10, activation="softmax")), title="Everything"
)


def history() -> tuple[Event, ...]:
    nan = float("nan")
    losses = np.array([2.5, 2.25, 2.0, 1.5], np.float32)
    return (
        RunPrepared("CPU · 2 cores", True, 2, 4, 1150, 288, 650, False),
        BatchesTrained(1, 0, losses[:1], {"loss": 2.5, "accuracy": 0.1}, 1e4, 0.0, 0.25),
        BatchesTrained(1, 1, losses[1:], {"loss": 2.0, "accuracy": 0.2}, 1e5, 0.0, 0.5),
        EpochEnded(1, 0.5, {"loss": 2.0, "val_loss": 1.75}, 0.001, 1, 0),
        LearningRateSet(2, 2, 0.0005, replaces_schedule=True),
        BatchesTrained(2, 2, losses[:2], {"loss": nan, "accuracy": 0.3}, 1e5, 0.0, 0.75),
        EpochEnded(2, 0.25, {"loss": nan, "val_loss": 1.5}, 0.0005, None, 1),
        RunEnded("stopped", 2, 1, True, 0.75, {"accuracy": 0.9}, "Look.", 0),
    )


def checkpoint(weights: tuple[np.ndarray, ...]) -> Checkpoint:
    seed = np.array([1, 2**32 - 1], np.uint32)
    slots = tuple(one * 2 for one in weights)
    return Checkpoint(
        epoch=2,
        first=1,
        last=5,
        compiled=True,
        variables=(*weights, seed),
        optimizer=(np.array(2**40, np.int64), np.array(0.001, np.float32), *slots, *slots),
        seconds=0.75,
        active=0.5,
        metrics={"loss": float("nan"), "accuracy": 0.5},
        replaced_rate=0.0005,
        best=BestEpoch(1, 1.75, weights),
        callbacks=(CallbackState({"wait": 1, "best": float("inf"), "baseline": None}, weights), CallbackState()),
    )


@pytest.fixture
def full() -> Contents:
    random = np.random.default_rng(1)
    weights = (random.random((64, 10), np.float32), random.random(10, np.float32))
    return Contents(
        PROJECT,
        Stored(
            project=PROJECT,
            scaling=Scaling(1 / 255, 0.0),
            weights=weights,
            examples=random.integers(0, 256, (5, 8, 8), np.uint8),
            reached={"val_loss": 0.1},
            versions={"Keras": "3.15.1"},
            checkpoint=checkpoint(weights),
            history=history(),
        ),
        Attached(
            notes="Ein Versuch.\n数字",
            drawings=(
                Drawing(random.integers(0, 256, (28, 28), np.uint8), "7"),
                Drawing(random.integers(0, 256, (8, 8), np.uint8)),
            ),
            data_files=(DataFile("/data/digits.csv", 12_345, 1_700_000_000_123_456_789, "0f" * 32),),
        ),
    )


@pytest.fixture
def path(full: Contents, tmp_path: Path) -> Path:
    save(tmp_path / "full.netbuilder", full)
    return tmp_path / "full.netbuilder"


@pytest.fixture
def refused_with(path: Path) -> Callable[..., str]:
    """The sentence with which the file is refused once members are others (None: missing), or ``change`` was made to
    the JSON in ``member``."""

    def refused(
        member: str = "", change: Callable[[Any], Any] | None = None, members: dict[str, bytes | None] | None = None
    ) -> str:
        with zipfile.ZipFile(path) as archive:
            found: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
        if change is not None:
            document = json.loads(found[member] or b"")
            change(document)
            found[member] = json.dumps(document).encode()
        found |= members or {}
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in found.items():
                if content is not None:
                    archive.writestr(name, content)
        with pytest.raises(CannotOpen) as caught:
            open_project(path)
        sentence = str(caught.value)
        assert path.name in sentence
        assert sentence.endswith(".")
        assert "\n" not in sentence
        return sentence

    return refused
