"""An epoch in which a run was stopped is gone on with, to the same bits as if nobody had stopped it."""

from dataclasses import replace

import numpy as np
import pytest

from netbuilder.checkpoint import put_together, taken_apart
from netbuilder.engine.session import Session
from netbuilder.engine.state import DoesNotBelong
from netbuilder.events import BatchesTrained, EpochEnded, RunContinued, RunPaused, RunPrepared
from netbuilder.orders import Orders, Pause, Step, Stop
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import stack
from netbuilder.spec.schedules import schedule


def session_of(project):
    source = project.data.source
    return Session(project, source.facts(project.data.split), source.read(lambda *_: None, lambda: False))


class Told:
    """What a run has told and kept; it is stopped when it has made some steps of an epoch."""

    def __init__(self, stop=None, keep="last"):
        self.events, self.checkpoints, self.orders = [], [], Orders()
        self._stop, self._keep = stop, keep
        if stop is not None:
            self.orders.give(Pause())

    def emit(self, event):
        self.events.append(event)
        if isinstance(event, RunPaused):
            at = event.epoch, event.step
            self.orders.give(
                Stop(self._keep) if at == self._stop else Step("batch" if event.epoch == self._stop[0] else "epoch")
            )

    @property
    def learned(self):
        return [(one.epoch, one.metrics, one.learning_rate) for one in self.events if isinstance(one, EpochEnded)]

    @property
    def losses(self):
        batches = [one for one in self.events if isinstance(one, BatchesTrained)]
        return {(one.epoch, one.first_step + place): loss for one in batches for place, loss in enumerate(one.losses)}


def run(session, stop=None, more=0, keep="last"):
    told = Told(stop, keep)
    session.run(told.emit, told.orders, more=more, keep=told.checkpoints.append)
    return told


def weights(session):
    return session.model.get_weights()


def same(one, other):
    return all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


@pytest.fixture
def project(small_project):
    """One with all that a step may change: random numbers, a penalty, a schedule."""
    training = replace(small_project.training, schedule=schedule["exponential"].kind(), epochs=3)
    dropout = layer["dropout"].kind(rate=0.3)
    layers = stack(Flatten(), Dense(units=16, l2=0.01), dropout, Dense(units=10, activation="softmax"))
    return replace(small_project, training=training, layers=layers)


def test_more_epochs_begin_with_the_rest_of_the_epoch_that_was_stopped(project):
    session = session_of(project)
    undisturbed = run(session)
    learned = weights(session)
    steps = session.calls.steps_per_epoch
    for epoch, step in ((1, 3), (3, steps - 1)):
        session.begin_again(project)
        before = run(session, stop=(epoch, step))
        assert (before.events[-1].epochs, before.events[-1].part_steps) == (epoch - 1, step)
        rest = run(session, more=4 - epoch)
        (prepared,) = [one for one in rest.events if isinstance(one, RunPrepared)]
        assert (prepared.goes_on, prepared.first_epoch, prepared.first_step) == (True, epoch, step)
        assert before.losses | rest.losses == undisturbed.losses
        assert not before.losses.keys() & rest.losses.keys(), "no batch is trained twice"
        assert [*before.learned, *rest.learned] == undisturbed.learned
        assert (rest.events[-1].epochs, rest.events[-1].part_steps) == (3, 0)
        assert rest.events[-1].test == undisturbed.events[-1].test
        assert same(weights(session), learned)


def test_an_epoch_that_was_stopped_before_its_validation_is_validated_later(project):
    session = session_of(project)
    undisturbed = run(session)
    session.begin_again(project)
    steps = session.calls.steps_per_epoch
    before = run(session, stop=(2, steps))
    assert (before.events[-1].epochs, before.events[-1].part_steps) == (1, steps)
    rest = run(session, more=1)
    assert [*before.learned, *rest.learned] == undisturbed.learned[:2]


def test_an_epoch_that_was_stopped_goes_on_in_another_engine(project):
    session, other = session_of(project), session_of(project)
    undisturbed = run(session)
    session.begin_again(project)
    before = run(session, stop=(2, 3))
    other.load(put_together(*taken_apart(session.end)))
    rest = run(other, more=2)
    assert [*before.learned, *rest.learned] == undisturbed.learned
    again = Told()  # the engine died in that epoch
    start = rest.checkpoints[0]
    session.go_on(put_together(*taken_apart(start)), again.emit, again.orders)
    assert again.events[0] == rest.events[0]
    assert again.events[1] == RunContinued(1, 3)
    assert (again.learned, again.losses) == (rest.learned, rest.losses)
    assert same(weights(session), weights(other))


def test_a_run_that_goes_on_and_is_stopped_at_once_leaves_the_epoch_as_it_was(project):
    session = session_of(project)
    run(session, stop=(2, 3))
    end = session.end
    for _again in range(2):
        told = run(session, stop=(2, 3), more=2)
        assert (told.events[-1].epochs, told.events[-1].part_steps) == (1, 3)
        assert same(session.end.counted, end.counted)


def test_a_fresh_run_of_the_same_session_begins_at_its_first_batch(project):
    session = session_of(project)
    run(session, stop=(1, 3))
    session.begin_again(project)
    told = run(session)
    assert not told.events[0].goes_on
    assert (1, 0) in told.losses


def test_an_unfinished_epoch_of_another_network_is_refused(project):
    session = session_of(project)
    run(session, stop=(2, 3))
    end = session.end
    for wrong in ({"part_steps": 10_000}, {"counted": ()}, {"counted": end.counted[1:]}, {"part_steps": 2}):
        with pytest.raises(DoesNotBelong):
            session.load(replace(end, **wrong))


def test_a_checkpoint_of_before_part_epochs_were_kept_has_none(project):
    session = session_of(project)
    run(session)
    plain, arrays = taken_apart(session.end)
    del plain["part_steps"]
    plain["arrays"].pop()
    assert (put_together(plain, arrays).part_steps, put_together(plain, arrays).counted) == (0, ())


def test_a_part_of_an_epoch_that_was_thrown_away_for_better_weights_is_not_gone_on_with(project):
    session = session_of(project)
    run(session)
    session.begin_again(project)
    session.best.kept = None
    told = run(session, stop=(3, 2), keep="best")
    ended = told.events[-1]
    assert ended.restored_best
    assert (ended.epochs, ended.part_steps) == (2, 0)
    assert (session.end.part_steps, session.end.counted) == (0, ())
    more = run(session, more=1)
    prepared = next(one for one in more.events if isinstance(one, RunPrepared))
    assert (prepared.first_epoch, prepared.first_step) == (3, 0)
    assert len(more.losses) == session.calls.steps_per_epoch, "all batches of the epoch are trained"
    assert more.learned[0][1]["loss"] == pytest.approx(np.mean(list(more.losses.values())), rel=1e-4)
