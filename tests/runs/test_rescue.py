"""What is taken over from a damaged history: as much of each run as can be read."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from netbuilder.runs.database import connected
from netbuilder.runs.history import History
from netbuilder.runs.rescue import rescued

Tell = Callable[..., Any]


@pytest.mark.parametrize(
    "lost, weights, events",
    [
        ((), ("last", "best"), 8),
        (("array",), (), 8),
        (("state",), (), 8),
        (("array", "epoch"), (), 2),
        (("rate",), (), 2),
    ],
    ids=["nothing lost", "no arrays", "no states", "no values", "no rates"],
)
def test_a_run_is_taken_over_as_far_as_it_can_be_read(
    path: Path, story: Tell, lost: tuple[str, ...], weights: tuple[str, ...], events: int
) -> None:
    uid = story().begin().epochs(3).end(3).uid
    aside = path.with_name("aside.db")
    path.rename(aside)
    with closing(sqlite3.connect(aside)) as damaged:
        for table in lost:
            damaged.execute(f"DROP TABLE {table}")
    story().begin().epochs(1).end(1)  # another program has begun the new one already
    with closing(connected(path)) as new:
        assert rescued(new, aside) == 1
    with closing(History(path)) as history:
        assert len(history.runs()) == 2
        assert history.run(uid).weights == weights
        assert len(history.events(uid)) == events


def test_a_run_that_is_there_already_is_not_taken_over_twice(path: Path, story: Tell) -> None:
    story().begin().epochs(1).end(1)
    aside = path.with_name("aside.db")
    shutil.copy(path, aside)
    with closing(connected(path)) as new:
        assert rescued(new, aside) == 0
    with closing(History(path)) as history:
        assert len(history.runs()) == 1


def test_runs_of_an_older_version_are_taken_over(path: Path, tmp_path: Path) -> None:
    aside = tmp_path / "aside.db"
    shutil.copy(Path(__file__).resolve().parents[1] / "golden" / "history-1.db", aside)
    with closing(connected(path)) as new:
        assert rescued(new, aside) == 2
    with closing(History(path)) as history:
        assert [(run.file, run.weights, run.epochs) for run in history.runs()] == [(None, ("last",), 2)] * 2


def test_nothing_is_taken_from_a_newer_version(path: Path, story: Tell) -> None:
    story().begin().epochs(1).end(1)
    aside = path.with_name("aside.db")
    path.rename(aside)
    with closing(sqlite3.connect(aside)) as other:
        other.execute("PRAGMA user_version = 99")
    with closing(connected(path)) as new:
        assert rescued(new, aside) == 0
