"""Runs that were interrupted: who may go on with them, and how they are ended where they are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import EpochEnded, RunEnded
from netbuilder.runs.claims import InOtherHands, checkpoint_path
from netbuilder.runs.history import History
from netbuilder.runs.unfinished import IsOver, end_here, unfinished

Tell = Callable[..., Any]
Make = Callable[..., Checkpoint]
Same = Callable[[Checkpoint, Checkpoint], bool]


def test_what_is_found_is_the_project_the_checkpoint_and_the_epochs_before_it(
    path: Path, story: Tell, checkpoint: Make, same: Same
) -> None:
    one = story().begin().epochs(3)
    one.epoch(4, keep=False)
    one.die()
    found = unfinished(one.uid, path)
    found.claim.release()
    assert found.checkpoint is not None
    assert same(found.checkpoint, checkpoint(3))
    assert found.record.project().title == "Iris"
    assert found.epochs == tuple(event for event in one.told if isinstance(event, EpochEnded))[:3]


def test_a_run_keeps_to_its_choice_of_a_compiler_once_it_has_chosen(path: Path, story: Tell) -> None:
    one = story().begin()
    one.die()
    found = unfinished(one.uid, path)
    found.claim.release()
    assert found.record.choice is True
    assert replace(found.record, compiled=False).choice is False
    assert replace(found.record, compiled=False, steps_per_epoch=0).choice is None, "it was not prepared yet"


def test_whoever_holds_it_keeps_others_from_it_until_it_is_released(path: Path, story: Tell) -> None:
    one = story().begin().epochs(1)
    with pytest.raises(InOtherHands, match="Another program is training this run"):
        unfinished(one.uid, path)
    one.die()
    found = unfinished(one.uid, path)
    with pytest.raises(InOtherHands):
        unfinished(one.uid, path)
    with closing(History(path)) as history:
        assert history.run(one.uid).state == "running"
        found.claim.release()
        assert history.run(one.uid).state == "interrupted"
    unfinished(one.uid, path).claim.release()


def test_a_run_that_is_over_or_unknown_cannot_be_gone_on_with_and_leaves_no_lock(path: Path, story: Tell) -> None:
    one = story().begin().epochs(1).end(1)
    with pytest.raises(IsOver, match="That run is over"):
        unfinished(one.uid, path)
    with pytest.raises(KeyError):
        unfinished("0" * 32, path)
    assert list((path.parent / "checkpoints").iterdir()) == []


@pytest.mark.parametrize("uid", ["", "../../etc/passwd", "A" * 32, "a" * 31, "a" * 33])
def test_what_is_no_uid_never_becomes_a_path(path: Path, uid: str) -> None:
    with pytest.raises(KeyError):
        checkpoint_path(path, uid)


def test_a_damaged_checkpoint_file_lets_the_run_begin_anew(path: Path, story: Tell) -> None:
    one = story().begin().epochs(3).die()
    checkpoint_path(path, one.uid).write_bytes(b"nothing")
    found = unfinished(one.uid, path)
    assert found.checkpoint is None
    one.begin(claim=found.claim)
    one.epochs(2).end(2)
    with closing(History(path)) as history:
        assert history.run(one.uid).epochs == 2


def test_a_run_that_is_ended_where_it_is_keeps_what_it_had_come_to(
    path: Path, story: Tell, checkpoint: Make, same: Same
) -> None:
    one = story().begin().epochs(3)
    one.epoch(4, keep=False)
    one.die()
    end_here(one.uid, path)
    with closing(History(path)) as history:
        record, found = history.run(one.uid), history.checkpoint(one.uid)
        end = history.events(one.uid)[-1]
    assert (record.state, record.reason, record.epochs) == ("ended", "stopped", 3)
    assert found is not None
    assert same(found, checkpoint(3))
    assert isinstance(end, RunEnded)
    assert end.epochs == 3
    assert list((path.parent / "checkpoints").iterdir()) == []
    with pytest.raises(IsOver):
        end_here(one.uid, path)


def test_a_run_without_a_checkpoint_is_ended_with_nothing(path: Path, story: Tell) -> None:
    one = story().begin()
    one.epoch(1, keep=False)
    one.die()
    end_here(one.uid, path)
    with closing(History(path)) as history:
        assert (history.run(one.uid).epochs, history.checkpoint(one.uid)) == (0, None)


def test_a_run_that_another_program_trains_is_not_ended(path: Path, story: Tell) -> None:
    one = story().begin().epochs(1)
    with pytest.raises(InOtherHands):
        end_here(one.uid, path)
    one.epoch(2)
    with closing(History(path)) as history:
        assert history.run(one.uid).state == "running"


def test_the_clock_of_more_epochs_begins_anew_where_their_first_checkpoint_is_missing(
    path: Path, story: Tell, checkpoint: Make
) -> None:
    one = story().begin(9).epochs(3)
    one.tell(RunEnded("time_over", 3, None, False, 310.0, {}))
    one.recorder.end(replace(checkpoint(3), seconds=310.0, active=300.0))
    one.begin(13, first=4)
    one.die()
    found = unfinished(one.uid, path)
    found.claim.release()
    assert found.checkpoint is not None
    assert (found.checkpoint.first, found.checkpoint.last) == (4, 13)
    assert (found.checkpoint.seconds, found.checkpoint.active) == (0.0, 0.0)
