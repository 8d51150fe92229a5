"""A run that was interrupted goes on from its checkpoint and ends in the very same bits."""

import json
from dataclasses import replace

import numpy as np
import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.checkpoint import NotACheckpoint, put_together, taken_apart
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.engine.session import Session
from netbuilder.engine.state import DoesNotBelong
from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet, RunContinued, RunEnded
from netbuilder.orders import Orders, SetLearningRate, Stop
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.schedules import schedule
from netbuilder.spec.split import Split

pytestmark = pytest.mark.slow
RANDOM = (Flatten(), layer["dropout"].kind(rate=0.3), Dense(units=12), layer["batch_normalization"].kind())
"""Layers that draw random numbers and count for themselves."""


def project_of(kinds=RANDOM, *, epochs=4, batch_size=200, stopping=None, **training):
    stopping = EarlyStopping(on=False) if stopping is None else stopping
    return ProjectSpec(
        DataSpec(Digits8x8(), Split(validation=0.2, test=0.1)),
        stack(*kinds, Dense(units=10, activation="softmax")),
        training=TrainingSpec(epochs=epochs, batch_size=batch_size, early_stopping=stopping, **training),
    )


def session_of(project):
    source = project.data.source
    return Session(project, source.facts(project.data.split), source.read(lambda *_: None, lambda: False))


class Told:
    """What a run has told, and its checkpoints as a disk gives them back."""

    def __init__(self, orders=(), answer=None):
        self.events, self.checkpoints = [], []
        self.orders, self._answer = Orders(), answer
        for order in orders:
            self.orders.give(order)

    def emit(self, event):
        self.events.append(event)
        for order in self._answer(event) if self._answer else ():
            self.orders.give(order)

    def keep(self, checkpoint):
        plain, arrays = taken_apart(checkpoint)
        text = json.dumps(plain, allow_nan=False)
        self.checkpoints.append(put_together(json.loads(text), [one.copy() for one in arrays]))

    def losses(self, after):
        found = [one.losses for one in self.events if isinstance(one, BatchesTrained) and one.epoch > after]
        return np.concatenate(found) if found else np.empty(0)

    def epochs(self, after):
        ended = [one for one in self.events if isinstance(one, EpochEnded) and one.epoch > after]
        return [(one.epoch, one.metrics, one.learning_rate, one.best_epoch, one.waited) for one in ended]

    @property
    def end(self):
        (end,) = [one for one in self.events if isinstance(one, RunEnded)]
        return end.reason, end.epochs, end.best_epoch, end.restored_best, end.test, end.part_steps


def undisturbed(project, **changes):
    session, told = session_of(project), Told(**changes)
    session.run(told.emit, told.orders, keep=told.keep)
    return session, told


def gone_on(project, checkpoint, rates=(), session=None, **changes):
    session, told = session or session_of(project), Told(**changes)
    session.go_on(checkpoint, told.emit, told.orders, keep=told.keep, rates=rates)
    return session, told


def bits(checkpoint):
    _plain, arrays = taken_apart(checkpoint)
    return [(one.dtype, one.shape, one.tobytes()) for one in arrays]


def assert_goes_on_equally(project, epochs=None):
    """From the end of each epoch: same values, same counters, same end.

    In a session that knows nothing, and then in the same one, which has come to the end and has to forget that.
    """
    whole, told = undisturbed(project)
    chosen = told.checkpoints if epochs is None else [told.checkpoints[one - 1] for one in epochs]  # 0: the last
    session = session_of(project)
    for checkpoint in chosen:
        _session, rest = gone_on(project, checkpoint, session=session)
        assert rest.events[:2] == [told.events[0], RunContinued(checkpoint.epoch)]
        assert rest.epochs(0) == told.epochs(checkpoint.epoch)
        assert np.array_equal(rest.losses(0), told.losses(checkpoint.epoch))
        assert rest.end == told.end
        assert bits(session.end) == bits(whole.end)
        assert all(map(np.array_equal, session.model.get_weights(), whole.model.get_weights()))
    return told


@pytest.mark.parametrize("name", [entry.name for entry in optimizer])
def test_every_optimizer(name):
    assert_goes_on_equally(project_of(optimizer=optimizer[name].kind(), epochs=3), epochs=[1])


@pytest.mark.parametrize("name", [entry.name for entry in schedule])
def test_every_schedule(name):
    changed = {"on_plateau": {"monitor": "loss", "patience": 1, "min_delta": 100.0, "cooldown": 1}}
    kind = schedule[name].kind(**changed.get(name, {}))
    assert_goes_on_equally(project_of(schedule=kind, epochs=5), epochs=[1, 2, 4])


def test_every_layer():
    others = [entry.kind() for entry in layer if entry.name not in ("flatten", "dense")]
    assert_goes_on_equally(project_of((Flatten(), Dense(units=12), *others), epochs=2), epochs=[1])


@pytest.mark.parametrize("settings", [{"use_ema": True}, {"gradient_accumulation_steps": 2}, {"clipnorm": 0.1}])
def test_every_way_of_averaging(settings):
    assert_goes_on_equally(project_of(optimizer=optimizer["adam"].kind(**settings), epochs=3), epochs=[2])


def test_steps_compiled_by_xla():
    project = project_of((Flatten(), Dense(units=12)), epochs=60, batch_size=32)
    told = assert_goes_on_equally(project, epochs=[1, 37])
    assert told.checkpoints[0].compiled


@pytest.mark.parametrize("restore_best", [True, False])
def test_early_stopping_counts_on(restore_best):
    stopping = EarlyStopping(on=True, monitor="val_loss", patience=2, min_delta=0.4, restore_best=restore_best)
    told = assert_goes_on_equally(project_of(epochs=40, stopping=stopping))
    assert told.end[0] == "stopped_early"
    assert told.end[3] == restore_best


def test_a_goal_that_was_reached_is_still_reached():
    told = assert_goes_on_equally(project_of(epochs=40, goal=Goal(monitor="val_accuracy", value=0.6)), epochs=[1, 0])
    assert told.end[0] == "goal_reached"


def test_more_epochs_after_a_goal_go_on_to_their_end():
    project = project_of(epochs=40, goal=Goal(monitor="val_accuracy", value=0.6))
    session, told = undisturbed(project)
    more = Told()
    session.run(more.emit, more.orders, more=3, keep=more.keep)
    _session, rest = gone_on(project, more.checkpoints[1])
    assert (told.end[0], more.end[:2]) == ("goal_reached", ("all_epochs", told.end[1] + 3))
    assert rest.end == more.end


def test_balanced_classes_weigh_the_same():
    assert_goes_on_equally(project_of(balance_classes=True, epochs=2), epochs=[1])


def test_time_that_was_spent_counts_on():
    project = project_of(epochs=3)
    _session, told = undisturbed(project)
    late = replace(told.checkpoints[0], seconds=7200.0, active=7100.0)
    limited = replace(project, training=replace(project.training, goal=Goal(minutes=60.0)))
    _session, rest = gone_on(limited, late)
    assert rest.end[:2] == ("time_over", 1)
    assert rest.events[-1].seconds > 7200
    assert rest.checkpoints == []
    _session, rest = gone_on(limited, replace(late, active=3000.0))
    assert rest.end[:2] == ("all_epochs", 3), "compiling is no part of the time that a run is given"
    assert rest.events[-1].seconds > 7200
    assert 3000 < rest.checkpoints[-1].active < 3600


@pytest.mark.parametrize("name", ["constant", "exponential"])
def test_learning_rates_of_the_repeated_part_are_set_at_the_same_steps(name):
    """A person changed it in the second epoch, after which the program died: the third begins from there again."""
    project = project_of(schedule=schedule[name].kind(), epochs=4, batch_size=30)

    def change(event):
        return (
            [SetLearningRate(0.5)] if isinstance(event, BatchesTrained) and event.epoch == 2 and not changed() else []
        )

    def changed():
        return any(isinstance(one, LearningRateSet) for one in told.events)

    session, told = session_of(project), Told(answer=change)
    session.run(told.emit, told.orders, keep=told.keep)
    rates = [one for one in told.events if isinstance(one, LearningRateSet)]
    assert [one.learning_rate for one in rates] == [0.5]
    same, rest = gone_on(project, told.checkpoints[0], rates=rates)
    assert [one for one in rest.events if isinstance(one, LearningRateSet)] == rates
    assert rest.epochs(0) == told.epochs(1)
    assert bits(same.end) == bits(session.end)
    later, rest = gone_on(project, told.checkpoints[2])  # the checkpoint itself knows of it
    assert rest.epochs(0) == told.epochs(3)
    assert bits(later.end) == bits(session.end)


def test_training_more_goes_on_from_what_was_stored():
    project = project_of(epochs=2)
    session, told = undisturbed(project)
    stored = session.end
    more = Told()
    session.run(more.emit, more.orders, more=2, keep=more.keep)
    reopened = session_of(project)
    reopened.load(stored)
    again = Told()
    reopened.run(again.emit, again.orders, more=2, keep=again.keep)
    assert again.epochs(0) == more.epochs(0)
    assert again.epochs(0)[0][0] == 3
    assert bits(reopened.end) == bits(session.end)
    assert not all(map(np.array_equal, told.checkpoints[-1].variables, session.end.variables))


def test_ten_more_have_a_checkpoint_before_they_are_told_of():
    project = project_of(epochs=2)
    session, _told = undisturbed(project)
    more = Told()
    known = []  # events that were told before each checkpoint

    def keep(checkpoint):
        known.append(len(more.events))
        more.keep(checkpoint)

    session.run(more.emit, more.orders, more=2, keep=keep)
    assert known[0] == 0, "a run that is known has something to go on from"
    start = more.checkpoints[0]
    assert (start.epoch, start.first, start.last) == (2, 3, 4)
    again, rest = gone_on(project, start)
    assert bits(again.end) == bits(session.end)
    assert rest.epochs(0) == more.epochs(0)


def test_the_best_epoch_is_judged_alike_after_early_stopping_put_it_back():
    stopping = EarlyStopping(on=True, monitor="val_accuracy", patience=2, min_delta=0.5, restore_best=True)
    session, told = undisturbed(project_of(epochs=20, stopping=stopping))
    assert told.end[0] == "stopped_early"
    assert session.end.best.value < 0, "accuracy counts backwards: lower is better"


def test_a_run_that_was_stopped_remembers_last_and_best():
    project = project_of(epochs=50)
    answer = lambda event: [Stop("best")] if isinstance(event, EpochEnded) and event.epoch == 3 else []  # noqa: E731
    session, told = undisturbed(project, answer=answer)
    assert session.end.keeps_best
    assert all(map(np.array_equal, session.end.best.weights, session.model.get_weights()))
    loaded = session_of(project)
    loaded.load(session.end)
    assert all(map(np.array_equal, loaded.model.get_weights(), session.model.get_weights()))
    assert loaded.epochs == told.end[1]


def test_the_checkpoint_of_another_network_is_refused_and_changes_nothing():
    session, _told = undisturbed(project_of(epochs=1))
    other = session_of(project_of((Flatten(), Dense(units=13)), epochs=1))
    before = other.model.get_weights()
    with pytest.raises(DoesNotBelong, match="trained anew"):
        other.load(session.end)
    assert all(map(np.array_equal, before, other.model.get_weights()))


@pytest.fixture(scope="module")
def taken():
    session, _told = undisturbed(project_of((Flatten(),), epochs=1))
    return taken_apart(session.end)


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": -1},
        {"epoch": True},
        {"epoch": 1.5},
        {"epoch": 1 << 40},
        {"last": 1 << 40},
        {"metrics": {"\ud800": 1.0}},
        {"arrays": [1, 2, 3]},
        {"arrays": []},
        {"stopped": 0},
        {"seconds": "nan"},
        {"active": "nan"},
        {"callbacks": 3},
        {"best": {"epoch": 1}},
        {"metrics": {"loss": []}},
    ],
)
def test_what_is_no_checkpoint_is_refused(taken, change):
    plain, arrays = taken
    put_together(plain, arrays)
    with pytest.raises(NotACheckpoint):
        put_together({**plain, **change}, arrays)
