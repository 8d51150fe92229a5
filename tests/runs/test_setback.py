"""A history, or a disk, that takes nothing for a while: what was not written waits, and the run is whole in the end."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import EpochEnded, LearningRateSet, NotRecorded, RunEnded
from netbuilder.runs import database, held, positioned, recorder, setback
from netbuilder.runs.history import History
from netbuilder.runs.unfinished import end_here, unfinished

Tell = Callable[..., Any]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits, neither for the next try nor for the program that is in the way."""
    monkeypatch.setattr(setback, "_AGAIN", 0.0)
    for name in ("_BRIEFLY", "_AT_LAST"):
        monkeypatch.setattr(recorder, name, 0.0)


@contextlib.contextmanager
def locked(path: Path, one: Any) -> Iterator[None]:
    """Another program is writing the history, and the run has waited for that long enough."""
    one.recorder._writer.wait_at_most(0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("COMMIT")


def epochs_of(path: Path, uid: str) -> list[int]:
    with closing(History(path)) as history:
        return [event.epoch for event in history.events(uid) if isinstance(event, EpochEnded)]


def test_a_run_that_could_not_be_written_for_a_while_is_whole_and_nothing_is_said(path: Path, story: Tell) -> None:
    one = story().begin().epochs(2)
    with locked(path, one):
        one.epochs(5, first=3)
        one.tell(LearningRateSet(6, 1, 0.5, False))
    one.epochs(8, first=6).end(8)
    assert one.warnings == []
    assert epochs_of(path, one.uid) == list(range(1, 9))
    with closing(History(path)) as history:
        record = history.run(one.uid)
        assert (record.state, record.epochs, record.message) == ("ended", 8, "")
        assert record.weights == ("last", "best")
        assert LearningRateSet(6, 1, 0.5, False) in history.events(one.uid)


def test_what_lasts_is_told_once_and_the_run_is_whole_when_it_is_over(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setback, "_LONG", 0.0)
    one = story().begin().epochs(2)
    with locked(path, one):
        one.epochs(5, first=3)
        (warning,) = one.warnings
        assert isinstance(warning, NotRecorded)
        assert "another program" in warning.sentence
    one.epochs(6, first=6)
    with locked(path, one):
        one.epochs(8, first=7)
    one.end(8)
    assert len(one.warnings) == 1
    assert epochs_of(path, one.uid) == list(range(1, 9))


def test_very_many_epochs_that_wait_are_told_before_it_has_lasted(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "_MANY", 3)
    one = story().begin().epochs(2)
    with locked(path, one):
        one.epochs(5, first=3)
        assert one.warnings == []
        one.epoch(6)
        assert len(one.warnings) == 1


def test_a_run_that_ends_meanwhile_says_so_and_can_go_on(
    path: Path, story: Tell, checkpoint: Callable[..., Checkpoint]
) -> None:
    one = story().begin().epochs(2)
    with locked(path, one):
        one.epochs(7, first=3)
        assert one.warnings == []
        one.tell(RunEnded("all_epochs", 7, None, False, 7.0, {}))
        assert len(one.warnings) == 1, "before its end is told: whoever heard its curves keeps them"
        one.recorder.end(checkpoint(7))
    assert len(one.warnings) == 1
    found = unfinished(one.uid, path)
    found.claim.release()
    assert found.checkpoint is not None
    assert found.checkpoint.epoch == 7


def test_a_run_that_dies_meanwhile_goes_on_from_its_last_epoch(path: Path, story: Tell) -> None:
    one = story().begin(500).epochs(3)
    with locked(path, one):
        one.epochs(400, first=4).die()
    found = unfinished(one.uid, path)
    assert found.checkpoint is not None
    assert found.checkpoint.epoch == 400
    assert [event.epoch for event in found.epochs] == [1, 2, 3]
    one.begin(500, resumed=found.checkpoint, claim=found.claim).epochs(402, first=401).end(402)
    assert epochs_of(path, one.uid) == [1, 2, 3, 401, 402]


def test_a_run_that_died_meanwhile_and_is_ended_there_has_the_epochs_of_its_weights(path: Path, story: Tell) -> None:
    one = story().begin().epochs(3)
    with locked(path, one):
        one.epochs(5, first=4).die()
    end_here(one.uid, path)
    with closing(History(path)) as history:
        found = history.checkpoint(one.uid)
        assert found is not None
        assert history.run(one.uid).epochs == found.epoch == 5


@pytest.mark.parametrize("message", ["", "Well."])
def test_what_is_too_much_to_wait_is_missing_and_the_history_says_so(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch, message: str
) -> None:
    monkeypatch.setattr(held, "_MOST", 200)
    one = story().begin().epochs(2)
    with locked(path, one):
        one.epochs(9, first=3)
    one.epochs(11, first=10).end(11, message=message)
    epochs = epochs_of(path, one.uid)
    assert epochs[:3] == [1, 2, 3]
    assert epochs[-1] == 11
    assert len(epochs) < 11
    with closing(History(path)) as history:
        assert history.run(one.uid).epochs == 11
        assert history.run(one.uid).message.startswith(message)
        assert "are missing here" in history.run(one.uid).message


def test_a_disk_that_takes_no_checkpoint_for_a_while_costs_nothing(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    one = story().begin().epochs(2)
    with monkeypatch.context() as patched:
        patched.setattr(positioned, "_write", fail)
        one.epochs(4, first=3)
    assert epochs_of(path, one.uid) == [1, 2, 3, 4]
    one.recorder.flush()
    one.die()
    assert one.warnings == []
    found = unfinished(one.uid, path)
    found.claim.release()
    assert found.checkpoint is not None
    assert found.checkpoint.epoch == 4


def test_a_run_goes_on_in_the_history_that_took_it_over_from_a_damaged_one(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    story(title="Another").begin().epochs(1).end(1)
    story(title="Gone").begin().epochs(1).end(1)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM run WHERE id = 1")  # so that numbers differ
    one = story().begin().epochs(3)
    with monkeypatch.context() as patched:
        patched.setattr(database, "_is_sound", lambda _path: False)
        with pytest.raises(database.Damaged), database.told(path):
            raise database._NotOurs
    one.epochs(6, first=4).end(6)
    assert one.warnings == []
    assert epochs_of(path, one.uid) == [1, 2, 3, 4, 5, 6]
    with closing(History(path)) as history:
        record = history.run(one.uid)
        assert (record.state, record.epochs, record.weights) == ("ended", 6, ("last", "best"))


def test_a_run_whose_end_finds_the_damage_ends_in_the_history_that_took_it_over(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = story().begin().epochs(3)
    writer = one.recorder._writer
    flush, failed = writer.flush, []

    def fail_once() -> None:
        if not failed:
            failed.append(True)
            raise database._NotOurs
        flush()

    monkeypatch.setattr(writer, "flush", fail_once)
    monkeypatch.setattr(database, "_is_sound", lambda _path: False)
    one.end(3)
    assert one.warnings == []
    with closing(History(path)) as history:
        assert (history.run(one.uid).state, history.run(one.uid).weights) == ("ended", ("last", "best"))
