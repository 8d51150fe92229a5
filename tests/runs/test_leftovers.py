"""A run ends with its weights or not at all, and what killed programs left is written where it belongs, or removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from netbuilder.checkpoint import Checkpoint
from netbuilder.runs import states, writing
from netbuilder.runs.claims import checkpoint_folder, checkpoint_path
from netbuilder.runs.history import History
from netbuilder.runs.unfinished import unfinished

Tell = Callable[..., "object"]


class Killed(BaseException):
    """Stands for a signal that nobody can catch."""


def killed_at_its_end(story, monkeypatch: pytest.MonkeyPatch, epochs: int) -> str:
    """The uid of a run whose program dies while its weights are written into the history."""

    def die(*_given: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(writing, "write_state", die)
        with pytest.raises(Killed):
            story.end(epochs)
    return story.die().uid


def left(path: Path) -> list[str]:
    return sorted(file.suffix for file in checkpoint_folder(path).iterdir())


def test_a_run_that_is_killed_while_its_weights_are_written_can_go_on(path: Path, story, monkeypatch) -> None:
    uid = killed_at_its_end(story().begin().epochs(12), monkeypatch, 12)
    with closing(History(path)) as history:
        assert history.run(uid).state == "interrupted"
    found = unfinished(uid, path)
    assert found.checkpoint is not None
    assert found.checkpoint.epoch == 12
    found.claim.release()


def test_ten_more_that_are_killed_at_their_end_never_have_the_weights_of_before(path: Path, story, monkeypatch) -> None:
    first = story().begin(3).epochs(3).end(3)
    more = story(uid=first.uid).begin(13, first=4).epochs(13, first=4)
    killed_at_its_end(more, monkeypatch, 13)
    with closing(History(path)) as history:
        assert history.run(first.uid).state == "interrupted"
        checkpoint = history.checkpoint(first.uid)
    assert checkpoint is not None
    assert checkpoint.epoch == 13


def test_ten_more_that_are_too_large_to_keep_leave_no_weights_of_before(path: Path, story, monkeypatch) -> None:
    first = story().begin(3).epochs(3).end(3)
    more = story(uid=first.uid).begin(13, first=4).epochs(13, first=4)
    monkeypatch.setattr(states, "LARGEST", 1)
    more.end(13)
    assert "not kept" in more.warnings[-1].sentence
    with closing(History(path)) as history:
        assert (history.run(first.uid).epochs, history.run(first.uid).weights) == (13, ())


def test_the_checkpoint_of_a_run_that_ended_without_its_weights_is_given_to_it(
    path: Path, story, same: Callable[[Checkpoint, Checkpoint], bool], checkpoint
) -> None:
    one = story().begin().epochs(3)
    kept = checkpoint_path(path, one.uid).read_bytes()
    one.end(3)
    checkpoint_path(path, one.uid).write_bytes(kept)
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript("DELETE FROM array; DELETE FROM state")
    with closing(History(path)) as history:
        history.sweep()
        found = history.checkpoint(one.uid)
    assert found is not None
    assert same(found, checkpoint(3))
    assert left(path) == []


def test_of_runs_that_are_gone_nothing_is_left_and_of_open_ones_all(path: Path, story) -> None:
    over = story().begin().epochs(3)
    kept = checkpoint_path(path, over.uid).read_bytes()
    over.end(3)
    interrupted = story().begin().epochs(2).die()
    going = story().begin().epochs(2)
    for suffix in (".checkpoint", ".part", ".lock", ".window"):
        checkpoint_path(path, "f" * 32).with_suffix(suffix).write_bytes(kept)
    checkpoint_path(path, over.uid).write_bytes(kept)
    checkpoint_path(path, interrupted.uid).with_suffix(".part").write_bytes(b"half")
    (checkpoint_folder(path) / "mine.txt").write_text("no run's", encoding="utf-8")
    with closing(History(path)) as history:
        history.sweep()
    assert left(path) == [".checkpoint", ".checkpoint", ".lock", ".txt", ".window"]
    assert checkpoint_path(path, going.uid).with_suffix(".lock").exists()
    found = unfinished(interrupted.uid, path)
    assert found.checkpoint is not None
    found.claim.release()
    going.end(2)


def test_checkpoints_of_unknown_runs_stay_for_as_long_as_a_damaged_history_may_know_them(path: Path, story) -> None:
    one = story().begin().epochs(3).die()
    aside = path.with_name("history.damaged-20260101-000000.db")
    path.rename(aside)
    checkpoint_path(path, one.uid).with_suffix(".part").write_bytes(b"half")
    with closing(History(path)) as history:
        history.sweep()
        assert left(path) == [".checkpoint"]
        aside.unlink()
        history.sweep()
    assert left(path) == []
