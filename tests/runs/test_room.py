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
from netbuilder.runs.database import connected
from netbuilder.runs.history import History

Tell = Callable[..., Any]
Make = Callable[..., Checkpoint]


LARGE = 640_000  # bytes of the weights of a run that ``heavy`` makes, at least


def uids(history: History) -> list[str]:
    return [record.uid for record in history.runs()]


def heavy(story: Tell, checkpoint: Make) -> str:
    """The uid of a run that has ended, and whose weights are kept."""
    one = story().begin().epochs(1)
    one.tell(RunEnded("all_epochs", 1, None, False, 1.0, {}))
    one.recorder.end(checkpoint(1, 100))
    return one.uid


def going_on(story: Tell, checkpoint: Make) -> Any:
    """A run that is trained now, with a checkpoint as large."""
    one = story().begin()
    one.epoch(1, keep=False)
    one.recorder.keep(checkpoint(1, 100))
    one.recorder.flush()
    return one


def with_weights(history: History) -> set[str]:
    return {record.uid for record in history.runs() if record.weights}


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
    oldest, kept, newest = (heavy(story, checkpoint) for _number in range(3))
    with closing(History(path)) as history:
        history.delete([newest])
        history.rename(newest, "a name")
        history.limit = history.size - 500_000
        history.sweep(room.UNDOABLE, but={newest})
        assert history.size <= history.limit
        assert history.bring_back([newest]) == 1
        assert with_weights(history) == {oldest, kept}


def test_the_limit_holds_for_weights_and_interrupted_runs_together(path: Path, story: Tell, checkpoint: Make) -> None:
    oldest, kept = heavy(story, checkpoint), heavy(story, checkpoint)
    waiting = going_on(story, checkpoint).die().uid
    with closing(History(path)) as history:
        history.sweep()
        assert with_weights(history) == {oldest, kept}
        assert LARGE < history.interrupted_size < history.size
        history.limit = history.size - LARGE // 2
        history.sweep()
        assert history.size <= history.limit
        assert with_weights(history) == {kept}
        history.sweep()
        assert with_weights(history) == {kept}
        assert history.checkpoint(waiting) is not None


def test_interrupted_runs_that_take_more_than_the_limit_stay_and_so_do_weights_within_it(
    path: Path, story: Tell, checkpoint: Make
) -> None:
    oldest, kept = heavy(story, checkpoint), heavy(story, checkpoint)
    waiting = {going_on(story, checkpoint).die().uid for _number in range(3)}
    with closing(History(path)) as history:
        history.sweep()
        history.limit = history.size - history.interrupted_size + 10_000
        assert history.interrupted_size > history.limit
        history.sweep()
        assert with_weights(history) == {oldest, kept}
        history.limit -= 20_000
        history.sweep()
        assert with_weights(history) == {kept}
        assert all(history.checkpoint(uid) is not None for uid in waiting)
        history.remove(waiting)
        assert history.interrupted_size == 0
        assert history.size <= history.limit


@pytest.mark.parametrize("way", ["trained", "deleted"])
def test_what_is_trained_now_or_deleted_pushes_no_weights_out(
    path: Path, story: Tell, checkpoint: Make, way: str
) -> None:
    kept, going = heavy(story, checkpoint), going_on(story, checkpoint)
    with closing(History(path)) as history:
        if way == "deleted":
            history.delete([going.die().uid])
        history.sweep(room.UNDOABLE)
        assert history.interrupted_size == 0
        history.limit = history.size - LARGE // 2
        history.sweep(room.UNDOABLE)
        assert with_weights(history) == {kept}
        if way == "trained":
            going.die()
        history.bring_back([going.uid])
        assert history.interrupted_size > LARGE
        history.sweep(room.UNDOABLE)
        assert with_weights(history) == set()


def test_a_run_that_is_taken_up_while_weights_are_dropped_keeps_its_own(
    path: Path, story: Tell, checkpoint: Make
) -> None:
    oldest, other = heavy(story, checkpoint), heavy(story, checkpoint)
    with closing(History(path)) as history:
        history.limit = 1
        parts = history.sweeping()
        while oldest in with_weights(history):
            next(parts)
        more = story(uid=other).begin(12, first=2)  # "10 more", since the runs to be thinned out were listed
        for _part in parts:
            pass
        more.die()
        assert history.checkpoint(other) is not None


def test_space_that_is_free_and_not_given_back_yet_costs_no_weights(path: Path, story: Tell, checkpoint: Make) -> None:
    gone, kept = heavy(story, checkpoint), heavy(story, checkpoint)
    with closing(History(path)) as history:
        history.sweep()
        history.limit = history.size - LARGE // 2
        history.delete([gone])
        next(history.sweeping())  # and its program is left
        with closing(connected(path)) as database:
            for _part in room.thin_out(database, path):
                pass
        assert with_weights(history) == {kept}
        history.sweep()
        assert history.size <= history.limit


def test_between_the_parts_of_a_sweep_a_run_can_be_brought_back(path: Path, story: Tell) -> None:
    one, other, third = (story().begin().epochs(1).end(1).uid for _number in range(3))
    with closing(History(path)) as history:
        history.delete([one, other, third])
        parts = history.sweeping()
        next(parts)
        assert history.bring_back([other, third]) == 2
        history.delete([third])  # again, which can be undone again
        for _part in parts:
            pass
        assert history.bring_back([third]) == 1
        assert set(uids(history)) == {other, third}


def test_a_sweep_that_has_no_more_time_leaves_the_rest_to_the_next(path: Path, story: Tell) -> None:
    made = [story().begin().epochs(1).end(1).uid for _number in range(3)]
    with closing(History(path)) as history:
        history.delete(made)
        history.sweep(within=0.0)
        assert history.bring_back(made) == 2
        history.delete(made)
        history.sweep(within=60.0)
        assert history.bring_back(made) == 0


def test_to_delete_writes_little(path: Path, story: Tell, checkpoint: Make) -> None:
    one = heavy(story, checkpoint)
    with closing(connected(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        database.execute("DELETE FROM run WHERE uid = ?", (one,))
        assert Path(f"{path}-wal").stat().st_size < LARGE // 10
