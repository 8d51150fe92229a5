"""What the history gives back of the disk, and what it never does: a run that came alive again, or is still offered."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import RunEnded
from netbuilder.runs import claims, room
from netbuilder.runs.claims import checkpoint_folder
from netbuilder.runs.history import History

Tell = Callable[..., Any]
Make = Callable[..., Checkpoint]


def uids(history: History) -> list[str]:
    return [record.uid for record in history.runs()]


def test_what_is_given_up_goes_with_the_next_sweep(path: Path, story: Tell) -> None:
    given_up, offered = (story().begin().epochs(1).end(1).uid for _number in range(2))
    with closing(History(path)) as history:
        history.delete([given_up, offered])
        history.give_up([given_up])
        history.sweep(room.UNDOABLE)
        assert history.bring_back([given_up, offered]) == 1
        assert uids(history) == [offered]


def test_a_run_that_came_alive_again_is_not_given_up(path: Path, story: Tell) -> None:
    one = story().begin(3).epochs(3).end(3)
    with closing(History(path)) as history:
        history.delete([one.uid])
        story(uid=one.uid).begin(6, first=4).epochs(6, first=4).end(6)
        assert history.run(one.uid).epochs == 6
        history.give_up([one.uid])
        history.sweep()
        assert uids(history) == [one.uid]
        assert history.checkpoint(one.uid) is not None


def test_a_run_that_comes_alive_again_while_others_are_removed_stays(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = story().begin(3).epochs(3).end(3)
    claim = claims.Claim

    def late(*given: Any) -> claims.Claim:
        monkeypatch.undo()
        story(uid=one.uid).begin(6, first=4).epochs(6, first=4).die()  # between being found and being removed
        return claim(*given)

    with closing(History(path)) as history:
        history.delete([one.uid])
        monkeypatch.setattr(claims, "Claim", late)
        history.sweep()
        assert [(run.uid, run.state, run.epochs) for run in history.runs()] == [(one.uid, "interrupted", 6)]
        checkpoint = history.checkpoint(one.uid)
    assert checkpoint is not None
    assert checkpoint.epoch == 6


def test_a_run_that_is_claimed_at_the_last_moment_stays(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = story().begin(3).epochs(3).end(3)
    claim = claims.Claim(path, one.uid)
    with closing(History(path)) as history, monkeypatch.context() as patched:
        history.delete([one.uid])
        patched.setattr(claims, "is_claimed", lambda *_given: False)
        patched.setattr(claims, "_PATIENCE", 0.0)
        history.sweep()
        claim.release()
        assert history.bring_back([one.uid]) == 1


def test_removing_leaves_nothing_of_a_run_on_the_disk(path: Path, story: Tell) -> None:
    one = story().begin().epochs(2).die()
    (checkpoint_folder(path) / f"{one.uid}.part").write_bytes(b"half")
    with closing(History(path)) as history:
        history.remove([one.uid])
        assert uids(history) == []
    assert list(checkpoint_folder(path).iterdir()) == []


def test_what_is_still_offered_outlives_a_sweep(path: Path, story: Tell) -> None:
    offered, other = (story().begin().epochs(1).end(1).uid for _number in range(2))
    with closing(History(path)) as history, pytest.MonkeyPatch.context() as patched:
        patched.setattr(time, "time", lambda: 1000.0)
        history.delete([offered, other])
        patched.undo()
        history.sweep(room.UNDOABLE, but={offered})
        assert history.bring_back([offered, other]) == 1
        assert uids(history) == [offered]


def test_beyond_the_limit_weights_of_deleted_runs_go_before_those_of_kept_ones(
    path: Path, story: Tell, checkpoint: Make
) -> None:
    made = []
    for _number in range(3):
        one = story().begin().epochs(1)
        one.tell(RunEnded("all_epochs", 1, None, False, 1.0, {}))
        one.recorder.end(checkpoint(1, 100))  # 680 KB
        made.append(one.uid)
    oldest, kept, newest = made
    with closing(History(path)) as history:
        history.delete([newest])
        history.rename(newest, "a name")
        history.limit = history.size - 500_000
        history.sweep(room.UNDOABLE, but={newest})
        assert history.size <= history.limit
        assert history.bring_back([newest]) == 1
        assert {record.uid for record in history.runs() if record.weights} == {oldest, kept}
