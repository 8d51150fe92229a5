"""The learning rate while a run goes on: set in a schedule's place, and what more epochs are trained with after it."""

import itertools
import json
import zipfile
from dataclasses import replace

import keras
import numpy as np
import pytest

from netbuilder.checkpoint import put_together, taken_apart
from netbuilder.engine.build import build
from netbuilder.engine.session import Session
from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet
from netbuilder.orders import Orders, SetLearningRate, Stop
from netbuilder.spec.schedules import Cosine, Exponential

pytestmark = pytest.mark.slow
BASE, LEFT = 0.02, 0.002


def with_schedule(project, schedule, **changes):
    training = project.training
    changed = replace(training, schedule=schedule, optimizer=replace(training.optimizer, learning_rate=BASE), **changes)
    return replace(project, training=changed)


def session_of(project):
    source = project.data.source
    return Session(project, source.facts(project.data.split), source.read(lambda *_: None, lambda: False))


def told_by(train, answers=lambda _event: (), **named):
    orders, told = Orders(), []

    def emit(event):
        told.append(event)
        for order in answers(event):
            orders.give(order)

    train(emit=emit, orders=orders, **named)
    return told


def after(epoch, *orders):
    return lambda event: orders if isinstance(event, EpochEnded) and event.epoch == epoch else ()


def set_in(told):
    return [
        (one.epoch, one.step, one.learning_rate, one.replaces_schedule)
        for one in told
        if isinstance(one, LearningRateSet)
    ]


def rates_of(told):
    return [float(f"{one.learning_rate:.6g}") for one in told if isinstance(one, EpochEnded)]


def in_keras(session, *parts):
    """The weights after some epochs of ``fit`` with the schedule (None), and then with other rates."""
    project, data = session.project, session.data
    model, size = build(project, session.calls), project.training.batch_size
    done = 0
    for rate, epochs in parts:
        if rate is not None:
            model.optimizer.learning_rate = keras.optimizers.schedules.ExponentialDecay(rate, 1, 1.0)
            model.make_train_function(force=True)

        def batches(first=done):
            for epoch in itertools.count(first + 1):
                rows = data.train[np.random.default_rng([project.training.seed, epoch]).permutation(len(data.train))]
                for start in range(0, len(rows), size):
                    yield data.inputs[rows[start : start + size]], data.targets[rows[start : start + size]]

        model.fit(batches(), steps_per_epoch=session.calls.steps_per_epoch, epochs=epochs, shuffle=False, verbose=0)
        done += epochs
    return model.get_weights()


def same(one, other):
    return all(map(np.array_equal, one, other))


@pytest.fixture(scope="module")
def changed(digits):
    """A run under a schedule, its rate set three times, and what it told."""
    session = session_of(with_schedule(digits, Exponential(factor=0.5), epochs=5))
    trainers, evaluators = [], []

    def answers(event):
        if isinstance(event, EpochEnded):
            trainers.append(session.trainer)
            evaluators.append(session.evaluator)
            return [SetLearningRate(0.01 * event.epoch)] if event.epoch in (2, 3, 4) else []
        return []

    told = told_by(session.run, answers)
    return session, told, trainers, evaluators


@pytest.fixture(scope="module")
def digits():
    import netbuilder.data  # noqa: F401 - declares the sources
    from netbuilder.spec.layers.dense import Dense
    from netbuilder.spec.layers.flatten import Flatten
    from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
    from netbuilder.spec.sources import source

    kind = source["digits_8x8"].kind()
    return ProjectSpec(
        DataSpec(kind, kind.usual_split()),
        stack(Flatten(), Dense(units=16), Dense(units=10, activation="softmax")),
        training=TrainingSpec(epochs=2, early_stopping=EarlyStopping(on=False)),
    )


def test_only_the_first_rate_takes_the_place_of_the_schedule_and_has_steps_compiled(changed):
    _session, told, trainers, evaluators = changed
    assert set_in(told) == [(3, 0, 0.02, True), (4, 0, 0.03, False), (5, 0, 0.04, False)]
    assert rates_of(told) == [0.01, 0.005, 0.02, 0.03, 0.04]
    assert [one is trainers[-1] for one in trainers] == [False, False, True, True, True]
    assert len(set(map(id, evaluators))) == 1, "what measures does not know of rates"


def test_rates_in_the_place_of_a_schedule_train_as_keras_does(changed):
    session = changed[0]
    assert same(session.model.get_weights(), in_keras(session, (None, 2), (0.02, 1), (0.03, 1), (0.04, 1)))


def test_a_file_of_the_model_holds_the_rate_that_was_set_last(changed, tmp_path):
    changed[0].network.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        optimizer = json.loads(archive.read("config.json"))["compile_config"]["optimizer"]
    rate = optimizer["config"]["learning_rate"]
    assert (rate["class_name"], rate["config"]["initial_learning_rate"]) == ("ExponentialDecay", 0.04)


def test_a_checkpoint_from_before_the_change_brings_the_schedule_back(changed, digits):
    whole, checkpoints = session_of(with_schedule(digits, Exponential(factor=0.5), epochs=2)), []
    told_by(whole.run, keep=checkpoints.append)
    project = with_schedule(digits, Exponential(factor=0.5), epochs=2)
    session = session_of(project)
    told_by(session.run, after(1, SetLearningRate(0.5)))
    assert session.replaced_rate == 0.5
    told = told_by(session.go_on, checkpoint=checkpoints[0])
    assert rates_of(told) == [0.005]
    assert same(session.model.get_weights(), whole.model.get_weights())


def test_the_last_of_two_rates_holds_where_the_second_came_while_the_first_was_compiled(digits, monkeypatch):
    session = session_of(with_schedule(digits, Exponential(factor=0.5), epochs=3))
    ready, looks = session.all_ready, []

    def all_ready(seconds):
        if session.replaced_rate is not None:
            looks.append(seconds)
        return len(looks) != 1 and ready(seconds)  # at the first look it is never done, however late that is

    monkeypatch.setattr(session, "all_ready", all_ready)
    told = told_by(session.run, after(1, SetLearningRate(0.5), SetLearningRate(0.03)))
    assert set_in(told) == [(2, 0, 0.03, True)]
    assert rates_of(told) == [0.01, 0.03, 0.03]


@pytest.fixture(scope="module")
def finished(digits):
    """A run to the end of its cosine, its last state, and two epochs more with the checkpoints of those."""
    session, kept = session_of(with_schedule(digits, Cosine(warmup=0.0))), []
    told = told_by(session.run)
    _plain, arrays = taken_apart(session.end)
    end = put_together(_plain, [one.copy() for one in arrays])
    more = told_by(session.run, more=2, keep=kept.append)
    return session, told, more, end, kept


def test_more_epochs_after_the_end_of_a_schedule_learn_with_a_tenth_of_the_learning_rate(finished):
    session, told, more, _end, _kept = finished
    assert rates_of(told)[-1] == 0.0
    assert set_in(told) == []
    assert set_in(more) == [(3, 0, LEFT, True)]
    assert rates_of(more) == [LEFT, LEFT]
    assert same(session.model.get_weights(), in_keras(session, (None, 2), (LEFT, 2)))


def test_more_epochs_after_those_only_go_on(finished):
    session, _told, _more, end, _kept = finished
    session.load(end)
    assert set_in(told_by(session.run, more=1)) == [(3, 0, LEFT, True)]
    assert set_in(told_by(session.run, more=1)) == []
    assert session.replaced_rate == LEFT


def test_more_epochs_that_were_interrupted_come_to_the_same(finished, digits):
    _session, _told, more, end, kept = finished
    session = session_of(with_schedule(digits, Cosine(warmup=0.0)))
    session.load(end)
    told_by(session.run, more=2)
    whole = session.model.get_weights()
    for checkpoint, rates in ((kept[0], ()), (kept[0], [one for one in more if isinstance(one, LearningRateSet)])):
        told = told_by(session.go_on, checkpoint=checkpoint, rates=rates)
        assert set_in(told) == [(3, 0, LEFT, True)]
        assert same(session.model.get_weights(), whole)
    told = told_by(session.go_on, checkpoint=kept[1])
    assert (set_in(told), rates_of(told)) == ([], [LEFT])
    assert same(session.model.get_weights(), whole)


def test_a_schedule_that_was_left_early_goes_on_to_its_end_and_then_something_is_left(digits):
    session = session_of(with_schedule(digits, Cosine(warmup=0.0), epochs=3))
    told_by(session.run, after(1, Stop()))
    told = told_by(session.run, more=3)
    assert set_in(told) == [(4, 0, LEFT, True)]
    first, second, third = rates_of(told)
    assert (BASE > first > second == 0.0, third) == (True, LEFT)


def test_a_rate_that_a_person_has_set_is_not_replaced_at_the_end_of_the_schedule(digits):
    session = session_of(with_schedule(digits, Cosine(warmup=0.0), epochs=2))
    told_by(session.run, after(1, Stop()))

    def answers(event):
        return [SetLearningRate(0.01)] if isinstance(event, BatchesTrained) and not changed else []

    changed = []
    told = told_by(session.run, lambda event: [changed.append(one) or one for one in answers(event)], more=2)
    assert [rate for _epoch, _step, rate, _replaces in set_in(told)] == [0.01]
    assert rates_of(told) == [0.01, 0.01]
