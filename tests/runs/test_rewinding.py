"""An epoch that was stopped and is gone on with is one epoch of the history, with each of its batches once."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet, RunContinued, RunEnded
from netbuilder.runs.history import History
from netbuilder.runs.unfinished import unfinished

Tell = Callable[..., Any]
LOSSES = np.arange(4, dtype=np.float32)


def state(epochs: int, steps: int) -> Checkpoint:
    counted = (np.zeros(steps, np.float32),) if steps else ()
    return Checkpoint(epochs, 1, 12, True, (LOSSES,), (), part_steps=steps, counted=counted)


def train(one: Any, epoch: int, first: int, last: int) -> None:
    """Steps of an epoch, which ends with the fourth."""
    one.tell(BatchesTrained(epoch, first, LOSSES[first:last], {"loss": 0.5}, 900.0, 3.0, 9.0))
    if last == len(LOSSES):
        one.tell(EpochEnded(epoch, 1.0, {"loss": 0.5}, 0.01, None, 0))


def end(one: Any, epochs: int, steps: int) -> None:
    one.tell(RunEnded("stopped", epochs, None, False, 9.0, {"loss": 0.25}, part_steps=steps))
    one.recorder.end(state(epochs, steps))


def known(path: Path, uid: str) -> list[tuple[int, int, list[float]]]:
    """Of each epoch with batches: its number, its first batch, and all losses."""
    with closing(History(path)) as history:
        batches = [event for event in history.events(uid) if isinstance(event, BatchesTrained)]
    return [(one.epoch, one.first_step, one.losses.tolist()) for one in batches]


@pytest.fixture(params=[0, 2], ids=["in its first epoch", "in its third"])
def stopped(request: pytest.FixtureRequest, story: Tell) -> Any:
    """A run that was stopped after two of four batches; ``whole`` epochs came before."""
    one = story().begin().epochs(request.param)
    one.whole = request.param
    train(one, one.whole + 1, 0, 2)
    end(one, one.whole, 2)
    return one


def test_the_rest_of_an_epoch_joins_what_was_told_of_it(path: Path, stopped: Any) -> None:
    whole = stopped.whole
    before = known(path, stopped.uid)[:whole]
    stopped.begin(first=whole + 1, step=2)
    train(stopped, whole + 1, 2, 4)
    train(stopped, whole + 2, 0, 3)
    end(stopped, whole + 1, 3)
    rest = [(whole + 1, 0, LOSSES.tolist()), (whole + 2, 0, LOSSES[:3].tolist())]
    assert known(path, stopped.uid) == [*before, *rest]
    with closing(History(path)) as history:
        record = history.run(stopped.uid)
    assert (record.epochs, record.part_steps, record.seconds) == (whole + 1, 3, 18.0)


def test_an_epoch_that_is_stopped_twice_keeps_all_its_batches(path: Path, stopped: Any) -> None:
    whole = stopped.whole
    stopped.begin(first=whole + 1, step=2)
    train(stopped, whole + 1, 2, 3)
    end(stopped, whole, 3)
    assert known(path, stopped.uid)[whole:] == [(whole + 1, 0, LOSSES[:3].tolist())]


def test_going_on_and_stopping_at_once_leaves_the_run_as_it_had_ended(path: Path, stopped: Any) -> None:
    before = known(path, stopped.uid)
    with closing(History(path)) as history:
        record = history.run(stopped.uid)
    stopped.begin(first=stopped.whole + 1, step=2)
    end(stopped, stopped.whole, 2)
    with closing(History(path)) as history:
        assert history.run(stopped.uid) == record
        found = history.checkpoint(stopped.uid)
    assert known(path, stopped.uid) == before
    assert found is not None
    assert (found.epoch, found.part_steps, len(found.counted)) == (stopped.whole, 2, 1)


def test_an_engine_that_dies_in_the_rest_of_an_epoch_goes_on_with_that_rest(path: Path, stopped: Any) -> None:
    whole = stopped.whole
    stopped.tell(LearningRateSet(whole + 1, 1, 0.5, False))
    stopped.begin(first=whole + 1, step=2)
    stopped.recorder.keep(state(whole, 2))
    stopped.tell(LearningRateSet(whole + 1, 3, 0.25, False))
    train(stopped, whole + 1, 2, 3)
    stopped.die()
    found = unfinished(stopped.uid, path)
    assert found.checkpoint is not None
    assert (found.checkpoint.epoch, found.checkpoint.part_steps) == (whole, 2)
    assert found.rates == (LearningRateSet(whole + 1, 3, 0.25, False),)
    stopped.begin(first=whole + 1, step=2, resumed=found.checkpoint, claim=found.claim)
    stopped.tell(RunContinued(whole, 2))
    train(stopped, whole + 1, 2, 4)
    end(stopped, whole + 1, 0)
    assert known(path, stopped.uid)[whole:] == [(whole + 1, 0, LOSSES.tolist())]


def test_a_run_that_begins_within_an_epoch_of_another_run_says_where(path: Path, story: Tell) -> None:
    one = story().begin(first=3, step=2)
    train(one, 3, 2, 4)
    end(one, 3, 0)
    assert known(path, one.uid) == [(3, 2, LOSSES[2:].tolist())]
