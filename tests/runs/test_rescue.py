"""What is taken over from a damaged history: as much of each run as can be read."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from netbuilder.runs import database, room
from netbuilder.runs.database import CannotUseHistory, Damaged, connected
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
        (("rate",), ("last", "best"), 8),
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


def damage(path: Path, table: str) -> bytes:
    """Spoils the first page of a table on the disk; returns what the file is then."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(content)
    return bytes(content)


def read_all(history: History, uids: list[str]) -> None:
    for uid in uids:
        history.events(uid)
        history.checkpoint(uid)
    assert history.limit


@pytest.mark.parametrize(
    "table, weights, events",
    [("rate", 5, 8), ("epoch", 5, 2), ("state", 0, 8), ("array", 0, 8), ("setting", 5, 8)],
)
def test_a_table_that_can_not_be_read_costs_nothing_but_what_was_in_it(
    path: Path, story: Tell, table: str, weights: int, events: int
) -> None:
    uids = [story().begin().epochs(3).end(3).uid for _ in range(5)]
    with closing(History(path)) as history:
        history.limit = 50 << 30
    damage(path, table)
    with closing(History(path)) as history:
        with pytest.raises(Damaged, match="5 runs could be taken over"):
            read_all(history, uids)
        assert sum(bool(run.weights) for run in history.runs()) == weights
        assert [len(history.events(uid)) for uid in uids] == [events] * 5
        assert history.limit == (room.LIMIT if table == "setting" else 50 << 30)


def test_a_limit_that_was_set_in_the_new_history_stays(path: Path, story: Tell) -> None:
    story().begin().epochs(1).end(1)
    with closing(History(path)) as history:
        history.limit = 50 << 30
    aside = path.with_name("aside.db")
    path.rename(aside)
    with closing(History(path)) as history:
        history.limit = 5 << 30
    with closing(connected(path)) as new:
        assert rescued(new, aside) == 1
    with closing(History(path)) as history:
        assert history.limit == 5 << 30


def connected_while_full(path: Path) -> sqlite3.Connection:
    """A new history on a disk that has hardly more room than its tables take."""
    new = connected(path)
    (pages,) = new.execute("PRAGMA page_count").fetchone()
    new.execute(f"PRAGMA max_page_count = {pages + 2}")
    return new


@pytest.mark.parametrize("told_before", [True, False], ids=["the system says so", "it is met while writing"])
def test_where_the_disk_has_no_room_for_a_new_history_the_damaged_one_stays_until_it_has(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch, told_before: bool
) -> None:
    for _ in range(8):
        story(steps=5_000).begin().epochs(3).end(3)
    content = damage(path, "setting")
    with closing(History(path)) as history:
        with monkeypatch.context() as patched:
            if told_before:
                patched.setattr(database.shutil, "disk_usage", lambda _path: SimpleNamespace(free=10_000))
            else:
                patched.setattr(database, "connected", connected_while_full)
            for _ in range(2):
                with pytest.raises(CannotUseHistory, match="free some space") as caught:
                    assert history.limit
                assert not isinstance(caught.value, Damaged)
                assert path.read_bytes() == content
        assert len(history.runs()) == 8, "what can be read without a new one can be read"
        with pytest.raises(Damaged, match="8 runs could be taken over"):
            assert history.limit
        assert [len(history.events(run.uid)) for run in history.runs()] == [8] * 8
    assert len(list(path.parent.glob("*damaged*.db"))) == 1
