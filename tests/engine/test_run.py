"""A run obeys: it rests, steps, stops, takes another learning rate, ends at its goal, and goes on after its end."""

import threading
from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest

from netbuilder.checkpoint import BestEpoch
from netbuilder.engine import run
from netbuilder.engine.aside import Aside
from netbuilder.engine.measuring import Measuring
from netbuilder.engine.pace import Pace
from netbuilder.engine.placing import OutOfMemory
from netbuilder.engine.session import Session
from netbuilder.events import (
    BatchesTrained,
    CompilingBegan,
    EpochEnded,
    LearningRateSet,
    RunEnded,
    RunPaused,
    RunPrepared,
    RunResumed,
)
from netbuilder.orders import Orders, Pause, Resume, SetLearningRate, Step, Stop
from netbuilder.spec.goal import Goal
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import EarlyStopping
from netbuilder.spec.schedules import schedule

TINY = 2.0**-100  # a learning rate with which nothing is learned


def with_training(project, **changes):
    return replace(project, training=replace(project.training, **changes))


def session_of(project):
    source = project.data.source
    return Session(project, source.facts(project.data.split), source.read(lambda *_: None, lambda: False))


def told_by(session, answers=None, first=(), more=0):
    """All events of a run; ``answers`` says which orders an event is answered with."""
    orders, told = Orders(), []
    for order in first:
        orders.give(order)

    def emit(event):
        told.append(event)
        for order in answers(event) if answers else ():
            orders.give(order)

    session.run(emit, orders, more=more)
    return told


def weights(session):
    return session.model.get_weights()


def same(one, other):
    return all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


def test_a_run_that_rests_between_batches_learns_the_same(small_project):
    script = iter([Step("batch"), Step("batch"), Step("epoch"), Step("batch"), Resume()])
    session, plain = session_of(small_project), session_of(small_project)
    told = told_by(session, lambda event: [next(script)] if isinstance(event, RunPaused) else [], first=[Pause()])
    undisturbed = told_by(plain)
    steps = told[0].steps_per_epoch
    rests = [(event.epoch, event.step) for event in told if isinstance(event, RunPaused)]
    assert rests == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1)]
    assert sum(isinstance(event, RunResumed) for event in told) == 2
    assert steps > 2
    assert same(weights(session), weights(plain))
    for kind in (EpochEnded, RunEnded):
        mine, theirs = ([event for event in events if isinstance(event, kind)] for events in (told, undisturbed))
        assert [getattr(one, "metrics", None) or one.test for one in mine] == [
            getattr(one, "metrics", None) or one.test for one in theirs
        ]


def test_all_that_was_learned_is_told_before_a_rest(small_project):
    told = told_by(
        session_of(small_project),
        lambda event: [Step("batch")] if event == RunPaused(1, 0) else [Stop()] if isinstance(event, RunPaused) else [],
        first=[Pause()],
    )
    (batch,) = [event for event in told if isinstance(event, BatchesTrained)]
    assert (batch.first_step, len(batch.losses)) == (0, 1)
    assert told.index(batch) < told.index(RunPaused(1, 1))
    assert (told[-1].reason, told[-1].epochs, told[-1].part_steps) == ("stopped", 0, 1)


class Clock:
    """The clock of runs, which can be put forward."""

    def __init__(self, monkeypatch):
        self.forward = 0.0
        for module in ("session", "run", "steering"):
            monkeypatch.setattr(f"netbuilder.engine.{module}.perf_counter", self)

    def __call__(self):
        return perf_counter() + self.forward


def test_a_rest_is_no_time_of_the_run(small_project, monkeypatch):
    clock = Clock(monkeypatch)

    class Sleepy(Orders):
        def take(self, *, wait=False):
            if wait:
                clock.forward += 5000.0  # so many that whatever else holds up this process is nothing beside them
                self.give(Resume())
            return super().take(wait=wait)

    box, told = Sleepy(), []
    box.give(Pause())
    session = session_of(small_project)
    session.ready()
    session.all_ready(None)
    began = clock()
    session.run(told.append, box)
    took = clock() - began
    assert sum(isinstance(event, RunPaused) for event in told) == 1
    assert took - told[-1].seconds == pytest.approx(5000.0, abs=2000.0)


def test_a_stopped_epoch_is_not_taken_for_a_whole_one(small_project):
    project = with_training(small_project, epochs=1000, batch_size=1)
    told = told_by(session_of(project), lambda event: [Stop()] if isinstance(event, BatchesTrained) else [])
    end = told[-1]
    batches = [event for event in told if isinstance(event, BatchesTrained)]
    assert (end.reason, end.epochs) == ("stopped", 0)
    assert end.part_steps == sum(len(event.losses) for event in batches) < told[0].steps_per_epoch
    assert not [event for event in told if isinstance(event, EpochEnded)]


def test_stop_can_keep_the_best_weights(small_project):
    jumpy = with_training(small_project, epochs=1000, optimizer=optimizer["sgd"].kind(learning_rate=3.0))
    session, losses, kept = session_of(jumpy), [], {}

    def answers(event):
        if isinstance(event, EpochEnded):
            losses.append(event.metrics["val_loss"])
            kept[event.epoch] = weights(session)
            if event.epoch > 4 and losses[-1] > min(losses):
                return [Stop("best")]
        return []

    end = told_by(session, answers)[-1]
    best = int(np.argmin(losses)) + 1
    assert end.restored_best
    assert end.best_epoch == best < end.epochs
    assert same(weights(session), kept[best])
    assert not same(weights(session), kept[end.epochs])


def test_stop_keeps_the_last_weights_though_early_stopping_would_go_back(small_project):
    jumpy = with_training(
        small_project,
        epochs=1000,
        optimizer=optimizer["sgd"].kind(learning_rate=3.0),
        early_stopping=EarlyStopping(patience=500, restore_best=True),
    )
    session, losses, last = session_of(jumpy), [], []

    def answers(event):
        if isinstance(event, EpochEnded):
            losses.append(event.metrics["val_loss"])
            last[:] = weights(session)
            if event.epoch > 4 and losses[-1] > min(losses):
                return [Stop("last")]
        return []

    end = told_by(session, answers)[-1]
    assert not end.restored_best
    assert same(weights(session), last)


def test_stop_that_keeps_the_best_before_an_epoch_has_ended_keeps_the_last(small_project):
    project = with_training(small_project, batch_size=1)
    told = told_by(session_of(project), lambda event: [Stop("best")] if isinstance(event, BatchesTrained) else [])
    assert not told[-1].restored_best
    assert told[-1].best_epoch is None


def test_another_learning_rate_holds_from_the_next_batch_on(small_project):
    session = session_of(small_project)
    before = weights(session)
    told = told_by(session, first=[SetLearningRate(TINY)])
    assert LearningRateSet(1, 0, TINY, replaces_schedule=False) in told
    assert [event.learning_rate for event in told if isinstance(event, EpochEnded)] == [TINY, TINY]
    assert all(np.allclose(one, other, rtol=0, atol=1e-20) for one, other in zip(weights(session), before, strict=True))


@pytest.mark.parametrize("name", ["exponential", "cosine"])
def test_another_learning_rate_takes_the_place_of_a_schedule(small_project, name):
    project = with_training(small_project, schedule=schedule[name].kind(), epochs=3)
    session, after = session_of(project), []

    def answers(event):
        if isinstance(event, EpochEnded) and event.epoch == 2:
            after.append(weights(session))
        return [SetLearningRate(TINY)] if isinstance(event, EpochEnded) and event.epoch == 1 else []

    told = told_by(session, answers)
    assert LearningRateSet(2, 0, TINY, replaces_schedule=True) in told
    rates = [event.learning_rate for event in told if isinstance(event, EpochEnded)]
    assert rates[0] > 0
    assert rates[1:] == [TINY, TINY]
    assert all(
        np.allclose(one, other, rtol=0, atol=1e-20) for one, other in zip(weights(session), after[0], strict=True)
    )


def test_steps_that_wait_until_others_are_compiled_are_told_of_once_with_all_before_them(small_project, monkeypatch):
    project = with_training(small_project, schedule=schedule["cosine"].kind(), epochs=2)
    session, looks, told = session_of(project), iter([False] * 3), []
    ready = session.all_ready
    monkeypatch.setattr(session, "all_ready", lambda seconds: next(looks, True) and ready(None))
    orders = Orders()
    orders.give(Pause())

    def emit(event):
        told.append(event)
        if isinstance(event, RunPaused) and event.step == 0:
            orders.give(Step("batch"))
        elif isinstance(event, RunPaused):
            orders.give(SetLearningRate(TINY))
            orders.give(Resume())

    session.run(emit, orders)
    kinds = [type(event) for event in told]
    place = kinds.index(CompilingBegan)
    assert kinds.count(CompilingBegan) == 1
    assert kinds.index(BatchesTrained) < place < kinds.index(LearningRateSet)


def test_a_session_whose_schedule_was_replaced_does_not_begin_again(small_project):
    session = session_of(with_training(small_project, schedule=schedule["exponential"].kind()))
    told_by(session, first=[SetLearningRate(0.1)])
    assert not session.serves(session.project)


def test_more_epochs_go_on_as_if_the_run_had_not_ended(small_project):
    parts, whole = session_of(small_project), session_of(with_training(small_project, epochs=4))
    told_by(parts)
    told = told_by(parts, more=2)
    assert (told[0].first_epoch, told[0].epochs) == (3, 4)
    assert [event.epoch for event in told if isinstance(event, EpochEnded)] == [3, 4]
    told_whole = told_by(whole)
    assert same(weights(parts), weights(whole))
    assert told[-1].test == told_whole[-1].test
    assert (told[-1].epochs, told_whole[0].first_epoch) == (4, 1)


def test_a_session_begins_again_with_the_same_bits(small_project):
    session = session_of(small_project)
    first = weights(session)
    told_by(session)
    trained = weights(session)
    session.begin_again(small_project)
    assert same(weights(session), first)
    told = told_by(session)
    assert same(weights(session), trained)
    assert told[0].first_epoch == 1


def test_measuring_leaves_no_trace(small_project):
    from netbuilder.spec.layers.dense import Dense
    from netbuilder.spec.layers.dropout import Dropout
    from netbuilder.spec.layers.flatten import Flatten
    from netbuilder.spec.project import stack

    project = replace(
        small_project,
        layers=stack(Flatten(), Dense(units=16), Dropout(rate=0.3), Dense(units=10, activation="softmax")),
    )
    measured, plain = session_of(project), session_of(project)
    measured.measure(lambda: False)
    assert measured.epoch_seconds > 0
    assert measured.epochs == 0
    told, undisturbed = told_by(measured), told_by(plain)
    assert same(weights(measured), weights(plain))
    assert told[-1].test == undisturbed[-1].test


def test_a_measurement_that_nobody_waits_for_is_given_up(small_project):
    session = session_of(small_project)
    session.measure(lambda: True)
    assert session.epoch_seconds == 0


def test_a_value_that_is_reached_ends_the_run(small_project):
    project = with_training(small_project, epochs=200, goal=Goal(monitor="accuracy", value=0.5))
    told = told_by(session_of(project))
    accuracies = [event.metrics["accuracy"] for event in told if isinstance(event, EpochEnded)]
    assert told[-1].reason == "goal_reached"
    assert told[-1].epochs == len(accuracies) < 200
    assert accuracies[-1] >= 0.5
    assert all(one < 0.5 for one in accuracies[:-1])


def test_more_epochs_are_all_trained_where_the_value_was_reached_before(small_project):
    session = session_of(with_training(small_project, epochs=200, goal=Goal(monitor="accuracy", value=0.5)))
    before = told_by(session)[-1].epochs
    for more in range(1, 3):  # the second also after epochs that were worse again
        session.end = replace(session.end, metrics=session.end.metrics if more == 1 else {"accuracy": 0.4})
        end = told_by(session, more=3)[-1]
        assert (end.reason, end.epochs) == ("all_epochs", before + 3 * more)


def test_more_epochs_end_at_a_value_that_was_not_reached_before(small_project):
    session = session_of(with_training(small_project, epochs=1, goal=Goal(monitor="accuracy", value=0.6)))
    assert told_by(session)[-1].reason == "all_epochs"
    end = told_by(session, more=200)[-1]
    assert (end.reason, end.epochs < 201) == ("goal_reached", True)


def test_the_clock_ends_the_run_within_an_epoch(small_project, monkeypatch):
    clock, project = Clock(monkeypatch), with_training(small_project, batch_size=1, goal=Goal(minutes=60.0))

    def answers(event):
        if isinstance(event, BatchesTrained):
            clock.forward = 3600.0
        return []

    told = told_by(session_of(project), answers)
    end = told[-1]
    assert end.reason == "time_over"
    assert end.seconds >= 3600.0
    assert end.epochs == 0
    assert 0 < end.part_steps < told[0].steps_per_epoch


@pytest.mark.parametrize("waits_for", ["the smaller last batch", "steps without a schedule"])
def test_what_is_compiled_beside_is_no_time_that_a_run_is_given(small_project, monkeypatch, waits_for):
    clock, limited = Clock(monkeypatch), with_training(small_project, epochs=4, goal=Goal(minutes=60.0))
    by_rate = waits_for == "steps without a schedule"
    project = with_training(
        limited, **({"schedule": schedule["exponential"].kind()} if by_rate else {"batch_size": 37})
    )
    session, looks = session_of(project), []
    session.ready()
    ready = session.all_ready
    ready(None)

    def all_ready(seconds):
        if seconds is None or (by_rate and session.replaced_rate is None) or len(looks) > 3:
            return ready(seconds)
        looks.append(seconds)
        clock.forward += 5000.0
        return False

    monkeypatch.setattr(session, "all_ready", all_ready)
    after_one = [SetLearningRate(0.01)] if by_rate else []
    told = told_by(session, lambda event: after_one if isinstance(event, EpochEnded) and event.epoch == 1 else [])
    assert looks
    assert (told[-1].reason, told[-1].epochs) == ("all_epochs", 4)


def test_callbacks_of_batches_are_called_once_a_block(small_project):
    from netbuilder.spec.calls import call

    session, begun, ended = session_of(small_project), [], []
    session.calls = replace(
        session.calls,
        callbacks=(
            call(
                "callbacks.LambdaCallback",
                on_train_batch_begin=lambda batch, logs: begun.append(batch),
                on_train_batch_end=lambda batch, logs: ended.append((batch, logs["loss"])),
            ),
        ),
    )
    told = told_by(session)
    steps = told[0].steps_per_epoch
    assert begun[0] == 0
    assert ended[-1][0] == steps - 1
    assert len(begun) == len(ended) < 2 * steps
    assert ended[-1][1] == told[-2].metrics["loss"]


def test_memory_that_ends_is_named_with_the_batch_size(small_project, monkeypatch):
    import tensorflow as tf

    session = session_of(small_project)

    def train(*_given, **_named):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(session.trainer, "train", train)
    with pytest.raises(OutOfMemory, match="batches of 32"):
        told_by(session)


def test_a_run_that_is_stopped_before_anything_is_compiled_does_not_wait_for_its_test(small_project):
    told = told_by(session_of(small_project), first=[Stop()])
    assert isinstance(told[0], RunPrepared)
    assert (told[-1].reason, told[-1].epochs, told[-1].part_steps) == ("stopped", 0, 0)


def test_a_run_that_is_stopped_does_not_wait_for_a_long_test(small_project, monkeypatch):
    monkeypatch.setattr("netbuilder.engine.final_test._PATIENCE", 0.0)
    session = session_of(small_project)
    session.ready()
    assert session.all_ready(None)
    stop = lambda event: [Stop()] if isinstance(event, EpochEnded) else []  # noqa: E731
    assert told_by(session, stop)[-1].test == {}
    assert told_by(session)[-1].test, "a run that ends by itself is tested"


def test_a_measurement_tests_nothing(small_project):
    session = session_of(small_project)
    session.ready()
    session.test = None  # it would not even do to look at
    session.measure(lambda: False)
    assert session.epoch_seconds > 0


def test_after_numbers_beyond_all_bounds_a_smaller_learning_rate_goes_on_from_what_was_good(small_project):
    session = session_of(with_training(small_project, epochs=2, optimizer=optimizer["adam"].kind()))
    told_by(session)
    good = weights(session)
    told = told_by(session, first=[SetLearningRate(1e38)], more=5)
    assert (told[-1].reason, told[-1].epochs) == ("not_finite", 2)
    assert same(weights(session), good)
    told = told_by(session, first=[SetLearningRate(0.001)], more=2)
    assert (told[-1].reason, told[-1].epochs) == ("all_epochs", 4)
    assert all(np.isfinite(event.losses).all() for event in told if isinstance(event, BatchesTrained))


def test_the_best_epoch_is_that_of_all_epochs_though_the_run_was_continued(small_project):
    session = session_of(with_training(small_project, epochs=3))
    told_by(session)
    kept = session.best.kept.weights
    session.best.kept = BestEpoch(2, -1.0, kept)  # nothing will ever be better
    told = told_by(session, lambda event: [Stop("best")] if isinstance(event, EpochEnded) else [], more=5)
    assert told[-1].best_epoch == 2
    assert same(weights(session), kept)
    told_by(session)
    assert session.best.kept.value > 0, "a new run begins with nothing"


def compiled_at_the_sixth_look(session, monkeypatch):
    """Has the steps that take the place of a schedule be compiled late; the looks at them, one by one."""
    ready, looks = session.all_ready, []

    def all_ready(seconds):
        if seconds is None or session.replaced_rate is None:
            return ready(seconds)
        looks.append(seconds)
        return len(looks) > 5 and ready(seconds)

    monkeypatch.setattr(session, "all_ready", all_ready)
    return looks


@pytest.mark.parametrize("order", [Stop(), Pause()])
def test_orders_are_obeyed_while_the_steps_without_a_schedule_are_compiled(small_project, order, monkeypatch):
    session = session_of(with_training(small_project, epochs=50, schedule=schedule["exponential"].kind()))
    compiled_at_the_sixth_look(session, monkeypatch)

    def answer(event):
        if isinstance(event, EpochEnded) and event.epoch == 2:
            return [SetLearningRate(0.01), order]
        return [Resume()] if isinstance(event, RunPaused) else [Stop()] if isinstance(event, LearningRateSet) else []

    told = told_by(session, answer)
    set_at = [number for number, event in enumerate(told) if isinstance(event, LearningRateSet)]
    if isinstance(order, Stop):
        assert not set_at, "it was not set yet when the run was stopped"
        assert told[-1].epochs == 2
    else:
        (paused,) = [number for number, event in enumerate(told) if isinstance(event, RunPaused)]
        assert paused < set_at[0]
    session.all_ready(None)  # what is compiled aside outlives a run that was stopped


def test_a_rate_that_replaces_a_schedule_is_set_while_the_run_rests(small_project, monkeypatch):
    session = session_of(with_training(small_project, epochs=50, schedule=schedule["exponential"].kind()))
    looks = compiled_at_the_sixth_look(session, monkeypatch)

    class Alone(Orders):
        def take(self, *, wait=False):
            assert not (wait and looks and len(looks) <= 5), "nobody orders anything else meanwhile"
            return super().take(wait=wait)

    orders, told = Alone(), []
    orders.give(Pause())

    def emit(event):
        told.append(event)
        if isinstance(event, RunPaused) and not looks:
            orders.give(SetLearningRate(0.01))
        elif isinstance(event, LearningRateSet):
            orders.give(Stop())

    session.run(emit, orders)
    assert LearningRateSet(1, 0, 0.01, replaces_schedule=True) in told
    assert told[-1].epochs == 0


def test_the_time_left_ends_with_the_minutes_that_were_given(small_project):
    session = session_of(with_training(small_project, epochs=1_000_000, goal=Goal(minutes=0.01)))
    told = told_by(session)
    assert told[-1].reason == "time_over"
    assert all(event.seconds_left <= 0.6 for event in told if isinstance(event, BatchesTrained))


def test_weights_that_are_no_numbers_end_the_run_though_the_loss_was_finite(small_project):
    session = session_of(with_training(small_project, epochs=5))
    good = []

    def spoil(event):
        if isinstance(event, EpochEnded) and event.epoch == 1:
            good.extend(weights(session))
        last = (
            isinstance(event, BatchesTrained) and event.first_step + len(event.losses) == session.calls.steps_per_epoch
        )
        if last and event.epoch == 2:
            session.model.set_weights([one * np.nan for one in weights(session)])
        return []

    told = told_by(session, spoil)
    assert (told[-1].reason, told[-1].epochs) == ("not_finite", 1)
    assert "in epoch 2, in the weights of “dense_1”" in told[-1].message
    assert "in epoch 2" in told[-1].message
    assert same(weights(session), good)


def test_an_epoch_whose_validation_grew_beyond_all_bounds_is_not_the_last_good_one(small_project, monkeypatch):
    session = session_of(with_training(small_project, epochs=5))
    good, of = [], Measuring.of

    def measured(self, part, obey):
        found = of(self, part, obey)
        if good and part is session.validation:
            found = {**found, "loss": np.inf}
        return found

    def note(event):
        if isinstance(event, EpochEnded):
            good.extend(weights(session))
        return []

    monkeypatch.setattr(Measuring, "of", measured)
    told = told_by(session, note)
    assert (told[-1].reason, told[-1].epochs) == ("not_finite", 1)
    assert "at the end of epoch 2; the last good weights are kept" in told[-1].message
    assert same(weights(session), good)


def test_weights_that_are_no_numbers_are_not_kept_by_a_stop_within_an_epoch(small_project):
    session = session_of(with_training(small_project, epochs=5))
    good = []

    def spoil(event):
        if isinstance(event, EpochEnded) and event.epoch == 1:
            good.extend(weights(session))
            return [Pause()]
        if isinstance(event, RunPaused) and event.step == 0:
            return [Step("batch")]
        if isinstance(event, RunPaused):
            session.model.set_weights([one * np.nan for one in weights(session)])
            return [Stop()]
        return []

    told = told_by(session, spoil)
    assert (told[-1].reason, told[-1].part_steps) == ("not_finite", 0)
    assert "in the weights of “dense_1”" in told[-1].message
    assert same(weights(session), good)


def test_what_is_done_aside_is_done_in_order():
    begun, done, aside = threading.Event(), [], Aside()
    aside.begin(begun.wait, lambda: done.append("first"))
    aside.begin(lambda: done.append("second"))
    assert not aside.done(0.05)
    begun.set()
    assert aside.done(None)
    assert done == ["first", "second"]


def after_the_last_epoch(*orders):
    return lambda event: orders if isinstance(event, EpochEnded) and event.epoch == 2 else ()


def test_stop_while_the_test_part_is_measured_leaves_it_out(small_project):
    session = session_of(small_project)
    end = told_by(session, after_the_last_epoch(Stop()))[-1]
    assert (end.reason, end.epochs, end.test) == ("all_epochs", 2, {})
    assert told_by(session)[-1].test, "a run that nobody stops is tested"


def test_stop_is_heard_while_the_test_part_is_compiled(small_project, monkeypatch):
    session = session_of(small_project)

    def answers(event):
        stopped = after_the_last_epoch(Stop())(event)
        if stopped:
            monkeypatch.setattr(session, "all_ready", lambda seconds: False)
        return stopped

    assert told_by(session, answers)[-1].test == {}


def test_stop_while_the_test_part_is_measured_can_keep_the_best_weights(small_project):
    jumpy = with_training(small_project, optimizer=optimizer["sgd"].kind(learning_rate=3.0))
    session, kept = session_of(jumpy), []

    def answers(event):
        if isinstance(event, EpochEnded):
            kept.append(weights(session))
            session.best.kept = BestEpoch(1, 0.0, tuple(kept[0]))
        return after_the_last_epoch(Stop("best"))(event)

    end = told_by(session, answers)[-1]
    assert (end.best_epoch, end.restored_best, session.end.keeps_best) == (1, True, True)
    assert same(weights(session), kept[0])
    assert not same(kept[0], kept[1])


def test_a_run_rests_while_its_test_part_is_measured(small_project):
    session = session_of(small_project)

    def answers(event):
        if isinstance(event, RunPaused):
            return [SetLearningRate(0.125), Resume()]
        return after_the_last_epoch(Pause())(event)

    told = told_by(session, answers)
    steps = told[0].steps_per_epoch
    assert [type(event) for event in told[-4:]] == [RunPaused, LearningRateSet, RunResumed, RunEnded]
    assert told[-4] == RunPaused(2, steps)
    assert told[-1].test
    rates = [one for one in session.end.optimizer if one.shape == () and one == np.float32(0.125)]
    assert rates, "going on, the run takes the rate that was set last"


def test_the_time_of_a_run_includes_its_test(small_project, monkeypatch):
    session = session_of(small_project)
    session.ready()
    assert session.all_ready(None)
    measure = session.evaluator.measure
    tested = []

    def slowly(batches, *rest, **named):
        if batches is session.test[0]:
            tested.append(batches)
            threading.Event().wait(0.3)
        return measure(batches, *rest, **named)

    monkeypatch.setattr(session.evaluator, "measure", slowly)
    assert told_by(session)[-1].seconds > 0.3
    assert tested


def test_what_had_to_be_compiled_is_not_expected_of_the_epochs_that_follow(small_project, monkeypatch):
    session = session_of(small_project)
    assert len(session.groups(1)) == 2, "the smaller last batch is compiled beside the others"
    session.ready()
    assert session.all_ready(None)
    waits, expected = [0.5], []

    def late(_seconds):
        threading.Event().wait(waits.pop() if waits else 0.0)
        return True

    monkeypatch.setattr(session, "all_ready", late)
    monkeypatch.setattr(Pace, "epoch_measured", lambda _pace, seconds: expected.append(seconds))
    ended = [event for event in told_by(session) if isinstance(event, EpochEnded)]
    assert expected[0] <= ended[0].seconds - 0.5
    assert expected[1] == pytest.approx(ended[1].seconds, abs=0.01)


def grown_beyond_all_bounds(project, first=()):
    """What a run says whose weights became no numbers in its third epoch."""
    session = session_of(with_training(project, epochs=4))

    def spoil(event):
        if isinstance(event, EpochEnded) and event.epoch == 2:
            session.model.set_weights([one * np.nan for one in weights(session)])
        return []

    end = told_by(session, spoil, first=first)[-1]
    assert end.reason == "not_finite"
    return end.message


@pytest.mark.parametrize(
    "kind, values",
    [
        ("constant", {}),
        ("exponential", {"factor": 0.01}),
        ("cosine", {}),
        ("on_plateau", {"monitor": "loss", "patience": 1, "min_delta": 100.0}),
    ],
)
def test_the_suggested_learning_rate_is_a_tenth_of_what_was_chosen_not_of_what_a_schedule_made_of_it(
    small_project, kind, values
):
    chosen = with_training(
        small_project,
        optimizer=optimizer["sgd"].kind(learning_rate=0.2),
        schedule=schedule[kind].kind(**values),
    )
    said = grown_beyond_all_bounds(chosen)
    assert said.endswith("Try a learning rate of 0.02.")
    assert "at batch 1 of epoch 3" in said


def test_the_suggested_learning_rate_is_a_tenth_of_the_one_set_by_hand(small_project):
    chosen = with_training(small_project, schedule=schedule["exponential"].kind(factor=0.01))
    said = grown_beyond_all_bounds(chosen, [SetLearningRate(0.1)])
    assert said.endswith("the last good weights are kept. Try a learning rate of 0.01.")


def test_who_goes_back_to_the_best_epoch_keeps_other_weights_than_the_last_good_ones(small_project):
    early = EarlyStopping(on=True, monitor="loss", patience=9, restore_best=True)
    said = grown_beyond_all_bounds(with_training(small_project, early_stopping=early))
    assert "kept" not in said
    assert "Try a learning rate of" in said


def test_a_rate_that_is_set_while_the_test_part_is_measured_has_ruined_nothing(small_project, monkeypatch):
    orders, test, told = Orders(), run.final_test, []
    session = session_of(with_training(small_project, optimizer=optimizer["sgd"].kind(learning_rate=0.2), epochs=4))

    def tested(*parts):
        orders.give(SetLearningRate(0.001))
        return test(*parts)

    def emit(event):
        told.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 2:
            session.model.set_weights([one * np.nan for one in weights(session)])

    monkeypatch.setattr(run, "final_test", tested)
    session.run(emit, orders)
    assert any(isinstance(event, LearningRateSet) for event in told)
    assert told[-1].message.endswith("Try a learning rate of 0.02.")


def test_where_a_tenth_is_still_too_fast_the_usual_learning_rate_is_suggested(small_project):
    chosen = with_training(small_project, optimizer=optimizer["sgd"].kind(learning_rate=100.0))
    assert grown_beyond_all_bounds(chosen).endswith("Try a learning rate of 0.01.")


def test_a_first_epoch_that_grew_beyond_all_bounds_kept_nothing(small_project):
    session = session_of(with_training(small_project, optimizer=optimizer["sgd"].kind(learning_rate=1e38)))
    end = told_by(session)[-1]
    assert (end.reason, end.epochs) == ("not_finite", 0)
    assert "kept" not in end.message


@pytest.mark.parametrize(
    "stopping, order",
    [(False, None), (False, Stop("last")), (False, Stop("best")), (True, None), (True, Stop("last"))],
)
def test_the_end_of_a_run_has_the_weights_that_the_run_left(small_project, stopping, order):
    early = EarlyStopping(on=stopping, monitor="loss", patience=1, min_delta=100.0)
    session = session_of(with_training(small_project, epochs=3, early_stopping=early))
    told_by(session, lambda event: [order] if order and isinstance(event, EpochEnded) and event.epoch == 2 else [])
    assert same(session.variables.left(session.end), weights(session))
