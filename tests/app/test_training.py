"""Training from the window's side: events arrive in its thread, and no death of the engine stops it for long."""

import os
import signal
import sys
from contextlib import closing, contextmanager
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread, QTimer, Slot
from shiboken6 import delete

from netbuilder.app import engine as engine_module
from netbuilder.app import training_run
from netbuilder.app.engine import EngineLink
from netbuilder.app.previews import Previews
from netbuilder.app.pricing import Pricing
from netbuilder.app.training import Training
from netbuilder.app.trying import Trying
from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet, NotRecorded, RunEnded, RunFailed, RunPaused
from netbuilder.files.templates import template_named
from netbuilder.runs.database import history_path
from netbuilder.runs.history import History
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import stack
from netbuilder.worker.messages import Ask, Reply, Tell

PATIENCE = 120_000  # ms; imports of TensorFlow on a busy machine


class Listener(QObject):
    """Keeps what it is told, and the thread in which."""

    def __init__(self):
        super().__init__()
        self.told, self.threads = [], set()

    @Slot(object)
    def hear(self, event):
        self.told.append(event)
        self.threads.add(QThread.currentThread())


@pytest.fixture(scope="module")
def engine(qapp):
    """One for all: its start takes seconds."""
    link = EngineLink()
    yield link
    link.close()


@pytest.fixture
def training(engine):
    return Training(engine)


@pytest.fixture
def alarms(engine):
    """What is told of deaths of the engine."""
    told = []
    engine.died.connect(lambda *words: told.append(words))
    return told


@pytest.fixture
def one_model_each(monkeypatch):
    """As if an engine that has made a single model had made many."""
    monkeypatch.setattr("netbuilder.app.engine.MOST_SESSIONS", 1)


def endless(project):
    return replace(project, training=replace(project.training, epochs=1_000_000))


def test_events_arrive_in_the_thread_of_the_window(qtbot, training, small_project):
    listener = Listener()
    training.told.connect(listener.hear)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    assert isinstance(listener.told[-1], RunEnded)
    assert listener.threads == {QThread.currentThread()}
    assert training.trained_project == small_project
    assert not training.running


def test_stop_ends_the_run_and_its_network_answers(qtbot, engine, training, small_project):
    training.start(endless(small_project))
    qtbot.waitSignal(
        training.told, timeout=PATIENCE, check_params_cb=lambda event: isinstance(event, EpochEnded)
    ).wait()
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.stop()
    trying = Trying(engine)
    with qtbot.waitSignal(trying.answered, timeout=PATIENCE) as answer:
        trying.ask(np.zeros((8, 8), np.uint8))
    assert answer.args[0].shape == (10,)
    assert answer.args[0].sum() == pytest.approx(1, abs=1e-5)


def test_the_network_answers_while_it_is_trained(qtbot, engine, training, small_project):
    trying = Trying(engine)
    training.start(endless(small_project))
    qtbot.waitSignal(
        training.told, timeout=PATIENCE, check_params_cb=lambda event: isinstance(event, BatchesTrained)
    ).wait()
    with qtbot.waitSignal(trying.answered, timeout=PATIENCE):
        trying.ask(np.zeros((8, 8), np.uint8))
    assert training.running
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.stop()


def test_bad_data_fail_with_the_sentence_that_says_what_to_do(qtbot, training, small_project):
    from netbuilder.spec.sources import source

    listener = Listener()
    training.told.connect(listener.hear)
    nowhere = replace(small_project.data, source=source["mnist"].kind(path="/nowhere/at/all"))
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(replace(small_project, data=nowhere))
    assert isinstance(listener.told[-1], RunFailed)
    assert "/nowhere/at/all" in listener.told[-1].sentence
    assert training.trained_project is None


def test_previews_come_from_the_engine_and_the_newest_counts(qtbot, engine, small_project):
    from netbuilder.spec.sources import source

    previews = Previews(engine)
    arrived = []
    previews.arrived.connect(lambda data, preview: arrived.append(data))
    moons = replace(small_project.data, source=source["moons"].kind())
    previews.ask(small_project.data)
    with qtbot.waitSignal(previews.arrived, timeout=PATIENCE) as signal_:
        previews.ask(moons)
    assert arrived == [moons]
    assert signal_.args[1].rows.shape[1] == 2


def test_an_engine_that_can_t_be_started_is_given_up_until_somebody_asks_again(qtbot, monkeypatch):
    from netbuilder.worker import process

    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", "raise SystemExit(3)"])
    engine = EngineLink()
    with qtbot.waitSignal(engine.failed, timeout=PATIENCE) as failed:
        engine.start()
    assert "can't be started" in failed.args[0]
    qtbot.wait(200)
    assert engine.worker.pid is None
    monkeypatch.undo()
    with qtbot.waitSignal(engine.ready, timeout=PATIENCE):  # what it can do and on what is asked first
        engine.ask(Ask.PREVIEW, lambda _reply: None, data={})
    engine.close()


def test_ends_that_were_meant_alarm_nobody_and_a_death_after_them_does(qtbot, monkeypatch):
    from netbuilder.worker import process

    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", "import sys; sys.stdin.buffer.read()"])
    engine, told, replaced = EngineLink(), [], []
    engine.died.connect(lambda *words: told.append(words))
    engine.replaced.connect(lambda: replaced.append(engine.worker.pid))
    for _end in range(2):  # both before the window comes to hear of either
        engine.start()
        engine.replace()
    qtbot.waitUntil(lambda: bool(replaced), timeout=PATIENCE)
    qtbot.wait(300)
    assert (told, replaced) == ([], [engine.worker.pid])
    os.kill(engine.worker.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: len(told) == 1, timeout=PATIENCE)
    engine.close()


def test_what_is_heard_of_a_process_when_the_window_has_gone_is_nobodys_business(qapp, monkeypatch):
    made = []

    class Handle:
        pid = 1
        sessions = 0
        busy = False

        def __init__(self, *hearing):
            self.hearing, self.receivers = hearing, []
            made.append(self)

        def ask(self, kind, receive, **body):
            self.receivers.append(receive)

        def close(self, **how):
            pass

        end = close

    monkeypatch.setattr(engine_module, "Worker", Handle)
    engine = EngineLink()
    engine.start()
    engine.replace()
    engine.start()
    engine.close()
    delete(engine)
    for handle in made:
        on_death, on_kept = handle.hearing
        on_death("The engine ended.", "", False)
        on_kept("")
        for receive in handle.receivers:
            receive(Reply(Tell.DIED, {"sentence": "The engine ended.", "details": ""}))
    assert [len(handle.receivers) for handle in made] == [1, 1]


def until(qtbot, training, kind):
    qtbot.waitSignal(training.told, timeout=PATIENCE, check_params_cb=lambda event: isinstance(event, kind)).wait()


@contextmanager
def held(engine):
    """The engine's process rests meanwhile; where no signal can hold it, one can but hope that it is the slower one."""
    if sys.platform != "win32":
        os.kill(engine.worker.pid, signal.SIGSTOP)
    yield
    if sys.platform != "win32":
        os.kill(engine.worker.pid, signal.SIGCONT)


def test_stop_before_the_first_step_replaces_the_engine_and_brings_the_last_network_back(
    qtbot, engine, training, small_project
):
    listener, alarms = Listener(), []
    training.told.connect(listener.hear)
    engine.died.connect(lambda *words: alarms.append(words))
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    qtbot.waitUntil(lambda: not engine.busy, timeout=PATIENCE)  # or else the next one would wait for its disk
    process = engine.worker.pid
    # So many layers that it is still compiled when a slow window hears that it is.
    deep = stack(Flatten(), *(Dense(units=16) for _number in range(40)), Dense(units=10, activation="softmax"))
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(endless(replace(small_project, layers=deep)))
        training.stop()
    end = listener.told[-1]
    assert (end.reason, end.epochs, end.part_steps) == ("stopped", 0, 0)
    assert engine.worker.pid != process
    assert alarms == []
    assert training.trained_project == small_project
    assert training.can_go_on, "though the engine is another one: what it came to is known"
    trying = Trying(engine)
    training.trained.connect(lambda: trying.ask(np.zeros((8, 8), np.uint8)))
    qtbot.waitSignal(trying.answered, timeout=PATIENCE).wait()


@pytest.mark.parametrize("more", [False, True], ids=["a fresh run", "10 more"])
def test_stop_before_the_first_step_keeps_an_engine_that_compiles_nothing(
    qtbot, engine, training, small_project, more, monkeypatch
):
    monkeypatch.setattr(training_run, "_LATE", 60_000)  # on a busy machine, such an engine may hear late
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    qtbot.waitUntil(lambda: not engine.busy, timeout=PATIENCE)
    process, listener = engine.worker.pid, Listener()
    training.told.connect(listener.hear)
    # Held, or else it might have made steps before this process comes to say Stop.
    with qtbot.waitSignal(training.ended, timeout=PATIENCE), held(engine):
        if more:
            training.go_on(10)
        else:
            training.start(small_project)
        training.stop()
    end = listener.told[-1]
    assert (end.reason, end.epochs, end.part_steps) == ("stopped", 0, 0)
    assert engine.worker.pid == process
    assert training.can_go_on


def test_a_run_that_is_stopped_while_the_engine_still_loads_is_forgotten(qtbot, small_project):
    engine, listener, waits = EngineLink(), Listener(), []
    training = Training(engine)
    training.told.connect(listener.hear)
    training.waits.connect(waits.append)
    engine.start()
    training.start(small_project)
    process = engine.worker.pid
    qtbot.waitUntil(lambda: bool(waits), timeout=PATIENCE)
    assert not training.begun
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.stop()
    assert not engine.is_ready, "nobody waited for it"
    (end,) = listener.told
    assert (end.reason, end.epochs, end.part_steps) == ("stopped", 0, 0)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    assert engine.worker.pid == process
    assert training.trained_project == small_project
    assert ["loading" in sentence for sentence in waits] == [True, True, False]
    engine.close()


def test_a_run_that_is_stopped_while_the_last_one_is_still_written_leaves_the_engine_what_it_had(
    qtbot, small_project, slow_disk, monkeypatch
):
    engine, listener, waits = EngineLink(), Listener(), []
    training = Training(engine)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    before, stored = engine.worker.pid, training.stored
    training.told.connect(listener.hear)
    training.waits.connect(waits.append)
    training.go_on(10)
    qtbot.waitUntil(lambda: bool(waits), timeout=PATIENCE)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.stop()
    assert engine.busy, "the disk is as slow as before"
    assert (listener.told[-1].reason, listener.told[-1].epochs) == ("stopped", 0)
    assert training.stored is stored
    asked, ask = [], engine.worker.ask
    monkeypatch.setattr(
        engine.worker, "ask", lambda kind, *given, **body: (asked.append(body), ask(kind, *given, **body))[1]
    )
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(1)
        slow_disk.touch()
    assert engine.worker.pid == before
    assert "checkpoint" not in asked[0], "it has the last run still"
    assert [event.epoch for event in listener.told if isinstance(event, EpochEnded)] == [3]
    assert ["last run" in sentence for sentence in waits] == [True, True, False]
    engine.close()


def test_a_run_rests_steps_and_goes_on(qtbot, training, small_project):
    listener = Listener()
    training.told.connect(listener.hear)
    training.start(endless(small_project), paused=True)
    assert not training.begun
    until(qtbot, training, RunPaused)
    assert training.begun
    assert training.paused
    training.step("batch")
    until(qtbot, training, RunPaused)
    assert listener.told[-1] == RunPaused(1, 1)
    training.resume()
    until(qtbot, training, EpochEnded)
    assert not training.paused
    training.set_learning_rate(0.5)
    until(qtbot, training, LearningRateSet)
    assert [event.learning_rate for event in listener.told if isinstance(event, LearningRateSet)] == [0.5]
    training.pause()
    until(qtbot, training, RunPaused)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.stop("best")
    assert listener.told[-1].restored_best
    assert not training.paused
    assert not training.begun


def test_a_run_that_is_stopped_before_its_first_batch_leaves_the_network_before_it(
    qtbot, engine, training, small_project
):
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    stored, trying = training.stored, Trying(engine)
    with qtbot.waitSignal(trying.answered, timeout=PATIENCE) as before:
        trying.ask(np.full((8, 8), 9, np.uint8))
    training.start(endless(small_project), paused=True)
    until(qtbot, training, RunPaused)
    # trained: at its end, and when the engine has the one before it back; nobody knows which is first
    with qtbot.waitSignals([training.ended, training.trained, training.trained], timeout=PATIENCE):
        training.stop()
    assert training.stored is stored
    assert training.trained_project == small_project
    assert training.can_go_on
    with qtbot.waitSignal(trying.answered, timeout=PATIENCE) as after:
        trying.ask(np.full((8, 8), 9, np.uint8))
    assert np.array_equal(before.args[0], after.args[0])


def test_ten_epochs_more_go_on_from_the_last(qtbot, training, small_project):
    listener = Listener()
    training.told.connect(listener.hear)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    assert training.can_go_on
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(10)
    epochs = [event.epoch for event in listener.told if isinstance(event, EpochEnded)]
    assert epochs == list(range(1, 13))
    assert training.trained_project == small_project


def test_a_run_has_its_price_before_it_begins(qtbot, engine, small_project):
    pricing = Pricing(engine)
    with qtbot.waitSignal(pricing.told, timeout=PATIENCE) as told:
        pricing.ask(small_project)
    project, (price,) = told.args
    assert project == small_project
    assert price.seconds == pytest.approx(2 * price.epoch)
    assert price.epoch > 0


def test_only_the_latest_question_has_an_answer(qtbot, engine, small_project):
    pricing, told = Pricing(engine), []
    pricing.told.connect(lambda project, prices: told.append(project))
    pricing.ask(small_project)
    with qtbot.waitSignal(pricing.told, timeout=PATIENCE):
        pricing.ask(endless(small_project))
    assert told == [endless(small_project)]


def test_an_engine_that_has_prepared_many_models_makes_room_for_a_new_one(
    qtbot, engine, alarms, one_model_each, small_project
):
    pricing = Pricing(engine)
    with qtbot.waitSignal(pricing.told, timeout=PATIENCE):
        pricing.ask(small_project)
    process = engine.worker.pid
    asked = replace(small_project, layers=small_project.layers[:1] + small_project.layers[2:])
    with qtbot.waitSignals([pricing.told, engine.replaced], timeout=PATIENCE):
        pricing.ask(asked)
    assert engine.is_ready
    assert engine.worker.pid not in (None, process)
    with qtbot.waitSignal(pricing.told, timeout=PATIENCE) as told:
        pricing.ask(asked)
    assert told.args[1]
    assert alarms == []


def test_the_same_project_asked_about_again_has_its_price(qtbot, engine, small_project):
    pricing, told = Pricing(engine), []
    pricing.told.connect(lambda project, prices: told.append(bool(prices)))
    pricing.ask(small_project)
    pricing.ask(endless(small_project))
    with qtbot.waitSignal(pricing.told, timeout=PATIENCE):
        # The very same, as after an edit was undone: its first question has failed meanwhile.
        pricing.ask(small_project)
    assert told == [True]


def test_whoever_draws_while_an_engine_is_replaced_is_answered_on(
    qtbot, engine, training, one_model_each, small_project
):
    trying, answers = Trying(engine, engine), []  # and with it, they end
    trying.answered.connect(answers.append)
    strokes = QTimer(trying, interval=10)
    strokes.timeout.connect(lambda: trying.ask(np.zeros((8, 8), np.uint8)))
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    process = engine.worker.pid
    strokes.start()
    with qtbot.waitSignal(engine.replaced, timeout=PATIENCE):
        qtbot.waitUntil(lambda: len(answers) > 2, timeout=PATIENCE)  # by the one that trained, while another is loading
        assert engine.worker.pid == process
    answered = len(answers)
    qtbot.waitUntil(lambda: len(answers) > answered + 2, timeout=PATIENCE)
    assert engine.worker.pid != process


def test_a_successor_that_dies_is_nobodys_business_and_another_one_comes(
    qtbot, engine, training, alarms, one_model_each, small_project
):
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    qtbot.waitUntil(lambda: engine._successor is not None, timeout=PATIENCE)
    process, dead = engine.worker.pid, engine._successor.pid
    os.kill(dead, signal.SIGKILL)
    qtbot.waitUntil(lambda: engine._successor is None, timeout=PATIENCE)
    assert engine.worker.pid == process
    assert training.can_go_on
    with qtbot.waitSignal(engine.replaced, timeout=PATIENCE):
        training.go_on(1)
    assert engine.worker.pid not in (process, dead)
    assert alarms == []


def test_a_process_that_has_work_is_spared_and_a_run_goes_on_in_the_next_one(
    qtbot, engine, training, one_model_each, small_project
):
    pricing, replaced = Pricing(engine), []
    engine.replaced.connect(lambda: replaced.append(engine.busy))
    with qtbot.waitSignal(pricing.told, timeout=PATIENCE):
        pricing.ask(small_project)
    process = engine.worker.pid
    training.start(endless(small_project))
    assert engine.busy
    pricing.ask(small_project)
    assert engine.worker.pid == process
    qtbot.waitUntil(lambda: training.learning, timeout=PATIENCE)
    assert (engine.worker.pid, replaced) == (process, [])
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.stop()
    pricing.ask(replace(small_project, layers=small_project.layers[:1] + small_project.layers[2:]))
    qtbot.waitUntil(lambda: replaced != [], timeout=PATIENCE)
    assert engine.worker.pid != process
    assert training.can_go_on
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(1)


def test_an_engine_that_has_made_many_models_is_replaced_after_a_run_and_the_network_answers_on(
    qtbot, engine, training, alarms, one_model_each, small_project
):
    with qtbot.waitSignal(engine.replaced, timeout=PATIENCE):
        training.start(small_project)
    assert not training.running
    with qtbot.waitSignal(training.trained, timeout=PATIENCE):
        pass  # the new one has the network
    answers = _answers_to_a_zero(qtbot, engine)
    with qtbot.waitSignal(engine.replaced, timeout=PATIENCE):
        training.go_on(1)
    with qtbot.waitSignal(training.trained, timeout=PATIENCE):
        pass
    assert [event.epoch for event in training.history if isinstance(event, EpochEnded)] == [1, 2, 3]
    assert not np.array_equal(_answers_to_a_zero(qtbot, engine), answers)
    assert alarms == []


def test_a_run_goes_on_in_another_engine_before_that_has_said_that_it_is_another(
    qtbot, engine, training, small_project
):
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    qtbot.waitUntil(lambda: not engine.busy, timeout=PATIENCE)
    engine.replace()
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(1)
    assert [event.epoch for event in training.history if isinstance(event, EpochEnded)] == [1, 2, 3]


def test_a_run_that_loses_all_it_learned_leaves_the_network_before_it(qtbot, engine, training, small_project):
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    answers = _answers_to_a_zero(qtbot, engine)
    stored = training.stored
    diabetes = template_named("diabetes").project()
    steep = replace(diabetes.training, optimizer=optimizer["sgd"].kind(learning_rate=100.0))
    listener = Listener()
    training.told.connect(listener.hear)
    with qtbot.waitSignals([training.ended, training.trained, training.trained], timeout=PATIENCE):
        training.start(replace(diabetes, training=steep))  # trained: at its end, and when the one before it is back
    assert (listener.told[-1].reason, listener.told[-1].epochs) == ("not_finite", 0)
    assert training.trained_project == small_project
    assert training.stored is stored
    assert not training._held, "the engine holds the run that was lost"
    assert np.array_equal(_answers_to_a_zero(qtbot, engine), answers)


def all_kept(engine):
    """Waits until the engine has written the end of its last run, and closed the history."""
    assert engine.worker._process is None or engine.worker._process._kept.wait(PATIENCE / 1000)


@pytest.fixture
def no_history(engine):
    """A folder stands where the history should be."""
    all_kept(engine)  # or else the one that is put aside would lack what is not yet merged into its file
    path = history_path()
    aside = path.with_name("aside.db")
    if path.exists():
        path.rename(aside)
    path.mkdir(parents=True)
    yield path
    all_kept(engine)
    if path.is_dir():
        path.rmdir()
    if aside.exists():
        aside.rename(path)


def test_the_curves_of_a_run_that_the_history_could_not_keep_stay_with_its_network(
    qtbot, training, small_project, no_history
):
    listener = Listener()
    training.told.connect(listener.hear)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    (why,) = [event.sentence for event in listener.told if isinstance(event, NotRecorded)]
    assert "there is a folder of that name: move that away, or rename it." in why
    told = [event for event in listener.told if isinstance(event, EpochEnded)]
    assert [event for event in training.history if isinstance(event, EpochEnded)] == told
    no_history.rmdir()
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(1)
    assert training.recorded
    assert [event.epoch for event in training.history if isinstance(event, EpochEnded)] == [1, 2, 3]


def test_the_curves_of_a_run_that_was_deleted_stay_with_its_network(qtbot, training, small_project):
    def kept():
        return [event.epoch for event in training.history if isinstance(event, EpochEnded)]

    def deleted():
        with closing(History()) as history:
            history.remove(training.stored["runs"])  # once the engine has let go of it
            return not {run.uid for run in history.runs()} & set(training.stored["runs"])

    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    qtbot.waitUntil(deleted, timeout=PATIENCE)
    assert kept() == [1, 2]
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(2)
    assert kept() == [1, 2, 3, 4]
    qtbot.waitUntil(deleted, timeout=PATIENCE)
    assert kept() == [1, 2, 3, 4]


def _answers_to_a_zero(qtbot, engine):
    trying = Trying(engine)
    with qtbot.waitSignal(trying.answered, timeout=PATIENCE) as answer:
        trying.ask(np.zeros((8, 8), np.uint8))
    return answer.args[0]
