"""More epochs that add nothing leave a run as it had ended before them, whatever ends them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netbuilder.checkpoint import taken_apart
from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet, RunEnded, RunFailed
from netbuilder.runs.history import History
from netbuilder.runs.unfinished import end_here, unfinished

Tell = Callable[..., Any]


@pytest.fixture
def ended(story: Tell) -> Any:
    """A run that was stopped within its fourth epoch, with the weights of its second."""
    one = story().begin(9).epochs(3)
    one.tell(BatchesTrained(4, 0, np.ones(2, np.float32), {"loss": 0.1}, 1.0, 1.0, 3.5))
    one.tell(LearningRateSet(4, 1, 0.5, False))
    return one.end(3, "stopped", best_epoch=2, restored_best=True, part_steps=2, message="Well.")


def known(path: Path, uid: str) -> Any:
    """All that the history has of a run."""
    with closing(History(path)) as history:
        events = [
            replace(one, losses=one.losses.tolist()) if isinstance(one, BatchesTrained) else one
            for one in history.events(uid)
        ]
        found = history.checkpoint(uid)
        assert found is not None
        plain, arrays = taken_apart(found)
        return history.run(uid), events, plain, [one.tolist() for one in arrays]


def more(one: Any, checkpoint: Any) -> Any:
    """It gets ten more epochs, which begin from what it had come to."""
    one.begin(13, first=4, versions={"Keras": "4"}, data_hash="other")
    one.recorder.keep(replace(checkpoint(3), first=4, last=13, callbacks=()))
    one.recorder.flush()
    return one


def test_more_epochs_that_are_stopped_while_they_are_prepared_change_nothing(
    path: Path, ended: Any, checkpoint: Tell
) -> None:
    before = known(path, ended.uid)
    more(ended, checkpoint).die()  # the engine is ended with what it prepares
    end_here(ended.uid, path)
    assert known(path, ended.uid) == before
    assert list((path.parent / "checkpoints").iterdir()) == []


def test_more_epochs_that_are_stopped_before_their_first_step_change_nothing(
    path: Path, ended: Any, checkpoint: Tell
) -> None:
    before = known(path, ended.uid)
    more(ended, checkpoint).tell(LearningRateSet(4, 2, 0.25, False))  # in a pause
    ended.end(3, "stopped")
    assert known(path, ended.uid) == before


def test_more_epochs_that_fail_before_their_first_step_change_nothing(path: Path, ended: Any, checkpoint: Tell) -> None:
    before = known(path, ended.uid)
    more(ended, checkpoint).tell(RunFailed("The memory does not suffice.", ""))
    ended.recorder.end(None)
    assert known(path, ended.uid) == before


def test_more_epochs_that_died_twice_in_their_first_one_end_as_the_run_had_ended(
    path: Path, ended: Any, checkpoint: Tell
) -> None:
    before = known(path, ended.uid)
    more(ended, checkpoint).die()
    found = unfinished(ended.uid, path)
    ended.begin(13, first=4, resumed=found.checkpoint, claim=found.claim)
    ended.tell(BatchesTrained(4, 0, np.ones(2, np.float32), {"loss": 0.1}, 1.0, 1.0, 0.5))
    ended.die()
    end_here(ended.uid, path)
    assert known(path, ended.uid) == before


def test_more_epochs_that_added_one_end_where_they_are(path: Path, ended: Any, checkpoint: Tell) -> None:
    more(ended, checkpoint).epoch(4)
    ended.die()
    end_here(ended.uid, path)
    record, events, *_state = known(path, ended.uid)
    assert (record.reason, record.epochs, record.part_steps, record.test, record.data_hash) == (
        *("stopped", 4, 0, {}),
        "other",
    )
    assert [one.epoch for one in events if isinstance(one, EpochEnded)] == [1, 2, 3, 4]


@pytest.mark.parametrize("end", [RunEnded("not_finite", 3, 2, False, 0.5, {}), RunFailed("It died.", "")])
def test_more_epochs_that_trained_steps_end_as_they_do(path: Path, ended: Any, checkpoint: Tell, end: Any) -> None:
    steps = BatchesTrained(4, 0, np.ones(1, np.float32), {"loss": 0.1}, 1.0, 1.0, 0.5)
    more(ended, checkpoint).tell(steps, end)
    ended.recorder.end(None)
    record, events, *_state = known(path, ended.uid)
    assert (record.reason, record.epochs, record.part_steps) == (getattr(end, "reason", "failed"), 3, 0)
    batches = [one.losses for one in events if isinstance(one, BatchesTrained) and one.epoch == 4]
    assert batches in ([], [[1.0]]), "those that it had not finished before are no part of it any more"


def test_a_run_of_its_own_that_was_to_go_on_and_was_stopped_before_its_first_step_leaves_nothing(
    path: Path, story: Tell, checkpoint: Tell
) -> None:
    more(story(), checkpoint).end(3, "stopped")
    with closing(History(path)) as history:
        assert history.runs() == []


def test_a_run_that_goes_on_and_is_stopped_before_its_first_step_ends_there(path: Path, story: Tell) -> None:
    one = story().begin().epochs(3).die()
    found = unfinished(one.uid, path)
    one.begin(resumed=found.checkpoint, claim=found.claim)
    one.end(3, "stopped")
    with closing(History(path)) as history:
        assert (history.run(one.uid).reason, history.run(one.uid).epochs) == ("stopped", 3)


@pytest.mark.parametrize("damage", ["nothing", "[1]", '[null,"x"]', b"\xff"])
def test_an_earlier_end_that_is_damaged_is_none(path: Path, ended: Any, checkpoint: Tell, damage: Any) -> None:
    more(ended, checkpoint).die()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE run SET earlier = ?", (damage,))
    end_here(ended.uid, path)
    assert known(path, ended.uid)[0].reason == "stopped"
