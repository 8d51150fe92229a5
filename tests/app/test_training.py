"""Training from the window's side: events arrive in its thread, and no death of the engine stops it for long."""

import os
import signal
import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread, Slot

from netbuilder.app.engine import EngineLink
from netbuilder.app.previews import Previews
from netbuilder.app.training import Training
from netbuilder.app.trying import Trying
from netbuilder.events import BatchesTrained, EpochEnded, RunEnded, RunFailed

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


@pytest.fixture
def engine(qtbot):
    link = EngineLink()
    yield link
    link.close()


@pytest.fixture
def training(engine):
    return Training(engine)


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


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_a_killed_engine_is_a_sentence_and_the_next_run_trains(qtbot, engine, training, small_project):
    listener = Listener()
    training.told.connect(listener.hear)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    stored = training.stored
    assert stored is not None
    training.start(endless(small_project))
    qtbot.waitSignal(
        training.told, timeout=PATIENCE, check_params_cb=lambda event: isinstance(event, EpochEnded)
    ).wait()
    with qtbot.waitSignals([training.ended, engine.died], timeout=PATIENCE):
        os.kill(engine.worker.pid, signal.SIGKILL)
    assert isinstance(listener.told[-1], RunFailed)
    assert "restarted" in listener.told[-1].sentence
    # The network of the run before is back in the new process.
    assert training.trained_project == small_project
    trying = Trying(engine)
    training.trained.connect(trying.refresh)
    with qtbot.waitSignal(trying.answered, timeout=PATIENCE):
        trying.ask(np.zeros((8, 8), np.uint8))
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(small_project)
    assert isinstance(listener.told[-1], RunEnded)


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


def test_an_engine_that_can_t_be_started_is_given_up(qtbot, engine, monkeypatch):
    from netbuilder.worker import handle

    monkeypatch.setattr(handle, "command", lambda: [sys.executable, "-c", "raise SystemExit(3)"])
    with qtbot.waitSignal(engine.failed, timeout=PATIENCE) as failed:
        engine.start()
    assert "can't be started" in failed.args[0]
