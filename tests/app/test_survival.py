"""The engine may die at any moment: the run goes on in another one, and ends in the very same bits."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from shiboken6 import delete

from netbuilder.app.engine import EngineLink
from netbuilder.app.training import Training
from netbuilder.app.trying import Trying
from netbuilder.checkpoint import taken_apart
from netbuilder.events import (
    BatchesTrained,
    EpochEnded,
    LearningRateSet,
    NotRecorded,
    RunContinued,
    RunEnded,
    RunFailed,
    RunPaused,
    RunPrepared,
)
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.plain import to_plain
from netbuilder.spec.project import EarlyStopping, stack
from netbuilder.worker.messages import Ask

PATIENCE = 120_000
EPOCHS = 300  # some 3 s: what happens at one of the first still finds the run at work where this process is slow
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")]


def settle(qtbot, engine):
    """Wait until all that was asked is answered, and the history has all of the last run."""
    qtbot.waitUntil(lambda: not engine.busy, timeout=PATIENCE)
    heard = []  # the last reply is on its way from another thread, and this one comes after it
    engine.ask(Ask.ANSWER, heard.append, inputs=np.zeros((1, 8, 8), np.uint8))
    qtbot.waitUntil(lambda: bool(heard) and engine.worker._process._kept.is_set(), timeout=PATIENCE)


@pytest.fixture(scope="module")
def engine(qapp):
    """One for all: each start of its process takes seconds, and a test that ends the process leaves a new one."""
    link = EngineLink()
    yield link
    link.close()


@pytest.fixture
def training(qtbot, engine):
    """One that is deaf afterwards, or it would give its network to the engine that takes the place of a later one."""
    one = Training(engine)
    yield one
    settle(qtbot, engine)
    delete(one)


@pytest.fixture
def project(small_project):
    """With random numbers, moving means and an early stopping that counts."""
    random = (Flatten(), layer["dropout"].kind(rate=0.3), Dense(units=16), layer["batch_normalization"].kind())
    return replace(
        small_project,
        layers=stack(*random, Dense(units=10, activation="softmax")),
        training=replace(small_project.training, epochs=EPOCHS, early_stopping=EarlyStopping(on=True, patience=EPOCHS)),
    )


class Follower:
    """Hears a training, and does something at the epochs that are given, each time to another engine.

    What an engine had told before it died may come late: until the run goes on, it is no reason to do more.
    """

    def __init__(self, training, at=(), act=lambda: None):
        self.told, self.interruptions, self._at, self._act = [], [], list(at), act
        self._acted = False
        training.told.connect(self.hear)
        training.interrupted.connect(lambda *words: self.interruptions.append((time.monotonic(), *words)))

    def hear(self, event):
        self.told.append(event)
        if isinstance(event, RunContinued):
            self._acted = False
        if isinstance(event, EpochEnded) and self._at and event.epoch >= self._at[0] and not self._acted:
            del self._at[0]
            self._acted = True
            self._act()

    def epochs(self):
        """Those that happened to the network in the end."""
        found = {}
        for event in self.told:
            if isinstance(event, RunContinued):
                found = {number: one for number, one in found.items() if number <= event.epoch}
            if isinstance(event, EpochEnded):
                found[event.epoch] = (event.metrics, event.learning_rate, event.best_epoch, event.waited)
        return found


def deep(project, layers):
    """With so many layers that they are still compiled when a slow window says Stop."""
    hidden = (Dense(units=16) for _number in range(layers))
    return replace(project, layers=stack(Flatten(), *hidden, Dense(units=10, activation="softmax")))


def bits(stored):
    plain, arrays = taken_apart(stored["checkpoint"])
    return {**plain, "seconds": 0.0, "active": 0.0}, [one.tobytes() for one in arrays]


def trained(qtbot, training, project):
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.start(project)
    return training.stored


def test_a_run_whose_engine_dies_goes_on_to_the_same_bits(qtbot, engine, training, project):
    undisturbed = Follower(training)
    expected = bits(trained(qtbot, training, project))
    pids, deaths = [], [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT]

    def kill():
        pids.append(engine.worker.pid)
        os.kill(engine.worker.pid, deaths.pop())

    disturbed = Follower(training, at=[12, 30, 45], act=kill)
    undisturbed.told, epochs = [], undisturbed.epochs()
    stored = trained(qtbot, training, project)
    assert len(set(pids)) == 3
    assert [words[1] for words in disturbed.interruptions] == [disturbed.interruptions[0][1]] * 3
    assert "goes on from the last epoch that was kept" in disturbed.interruptions[0][1]
    assert isinstance(disturbed.told[-1], RunEnded)
    assert disturbed.told[-1].reason == "all_epochs"
    assert sum(isinstance(one, RunPrepared) for one in disturbed.told) == 1, "it is one run, that began once"
    assert bits(stored) == expected
    assert disturbed.epochs() == epochs
    for place, event in enumerate(disturbed.told):
        if isinstance(event, RunContinued):
            last = max(one.epoch for one in disturbed.told[:place] if isinstance(one, EpochEnded | BatchesTrained))
            assert last - event.epoch <= 1, "more than an epoch was lost"


def test_the_network_of_a_run_that_outlived_its_engine_answers_rather_than_the_one_before_it(
    qtbot, engine, training, small_project, project
):
    trying = Trying(engine, engine)

    def answer():
        with qtbot.waitSignal(trying.answered, timeout=PATIENCE) as told:
            trying.ask(np.full((8, 8), 9, np.uint8))
        return told.args[0]

    trained(qtbot, training, small_project)
    before = answer()
    follower = Follower(training, at=[20], act=lambda: os.kill(engine.worker.pid, signal.SIGKILL))
    trained(qtbot, training, project)
    assert len(follower.interruptions) == 1
    settle(qtbot, engine)
    assert not np.array_equal(answer(), before)


def test_an_engine_that_hangs_is_replaced_and_the_run_goes_on(qtbot, engine, training, project):
    def hold():
        engine.worker._process._silent_seconds = 2.0  # only of the process that is held, which was heard just now
        os.kill(engine.worker.pid, signal.SIGSTOP)

    follower = Follower(training, at=[20], act=hold)
    trained(qtbot, training, project)
    assert isinstance(follower.told[-1], RunEnded)
    assert "stopped answering" in follower.interruptions[0][1]


def test_what_a_person_ordered_outlives_the_engine(qtbot, engine, training, project):
    """It rests still, with the learning rate that was set, and then obeys a Stop that came too late for the dead."""
    follower = Follower(training, at=[5], act=lambda: training.set_learning_rate(0.05))
    training.start(project)
    qtbot.waitUntil(lambda: any(isinstance(one, LearningRateSet) for one in follower.told), timeout=PATIENCE)
    (first,) = [one for one in follower.told if isinstance(one, LearningRateSet)]
    training.pause()
    qtbot.waitUntil(lambda: training.paused, timeout=PATIENCE)
    os.kill(engine.worker.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: any(isinstance(one, RunContinued) for one in follower.told), timeout=PATIENCE)
    qtbot.waitUntil(lambda: isinstance(follower.told[-1], RunPaused), timeout=PATIENCE)
    assert training.paused
    goes_on_in = follower.told[-1].epoch
    before = len(follower.epochs())
    training.step("epoch")
    qtbot.waitUntil(lambda: len(follower.epochs()) > before, timeout=PATIENCE)
    if goes_on_in == first.epoch:  # or else it had come further, and its checkpoint knows of the rate
        assert [one for one in follower.told if isinstance(one, LearningRateSet)] == [first, first]
    rates = [follower.epochs()[number][1] for number in (5, max(follower.epochs()))]
    assert rates == [pytest.approx(0.001), pytest.approx(0.05)]
    os.kill(engine.worker.pid, signal.SIGKILL)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.stop()
    assert follower.told[-1].reason == "stopped"
    assert follower.told[-1].epochs < EPOCHS


def test_an_engine_that_dies_again_and_again_in_an_epoch_is_a_sentence_and_the_network_before_comes_back(
    qtbot, engine, training, small_project, monkeypatch
):
    monkeypatch.setattr("netbuilder.app.training_run._REST", 0.0)
    first = trained(qtbot, training, small_project)
    endless = replace(small_project, training=replace(small_project.training, epochs=100_000))
    follower = Follower(training, at=[20], act=lambda: os.kill(engine.worker.pid, signal.SIGKILL))
    training.start(endless)
    jobs = {training._run._job}
    qtbot.waitUntil(lambda: bool(follower.interruptions), timeout=PATIENCE)
    for deaths in (2, 3):
        # The next engine may be there before the run has asked it to go on: then it would die of something else.
        qtbot.waitUntil(lambda: training._run._job not in jobs and engine.worker.pid is not None, timeout=PATIENCE)
        jobs.add(training._run._job)
        os.kill(engine.worker.pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: len(follower.interruptions) == deaths or not training.running, timeout=PATIENCE)  # noqa: B023
    failed = follower.told[-1]
    assert isinstance(failed, RunFailed)
    assert "three times in the same epoch" in failed.sentence
    assert training.stored is first
    trying = Trying(engine)
    example = np.zeros((8, 8), np.uint8)
    training.trained.connect(lambda: trying.ask(example))
    with qtbot.waitSignal(trying.answered, timeout=PATIENCE):
        trying.ask(example)
    with qtbot.waitSignal(trying.answered, timeout=PATIENCE):
        trained(qtbot, training, small_project)
    settle(qtbot, engine)
    assert isinstance(follower.told[-1], RunEnded)


def test_a_run_that_is_stopped_before_it_learned_anything_is_not_there_to_go_on_with(qtbot, project):
    from netbuilder.runs.history import History

    link = EngineLink()  # one that has compiled nothing yet
    training = Training(link)
    with closing(History()) as history:
        before = {run.uid for run in history.runs()}
    project = deep(project, 40)
    training.told.connect(lambda event: training.stop() if isinstance(event, RunPrepared) else None)
    for seed in range(2):
        told = Follower(training).told
        trained(qtbot, training, replace(project, training=replace(project.training, seed=seed)))
        assert [type(one) for one in told] == [RunPrepared, RunEnded]
    with closing(History()) as history:
        assert {run.state for run in history.runs() if run.uid not in before} <= {"ended"}
    link.close()


PROGRAM = """
import json, os, signal, sys
from PySide6.QtCore import QCoreApplication
import netbuilder.data
from netbuilder.app.engine import EngineLink
from netbuilder.app.training import Training
from netbuilder.events import EpochEnded
from netbuilder.spec.plain import project_from
application = QCoreApplication([])
training = Training(EngineLink())
def die(event):
    if isinstance(event, EpochEnded) and event.epoch == 20:
        os.kill(os.getpid(), signal.SIGKILL)
training.told.connect(die)
training.start(project_from(json.loads(sys.stdin.readline())))
application.exec()
"""


def test_a_run_of_a_program_that_was_killed_is_taken_up_equally(qtbot, training, project):
    from netbuilder.runs.history import History

    expected = bits(trained(qtbot, training, project))
    asked = json.dumps(to_plain(project)).encode() + b"\n"
    program = subprocess.run([sys.executable, "-c", PROGRAM], input=asked, check=False)
    assert program.returncode == -signal.SIGKILL

    def left():
        """Once its engine has ended, too."""
        with closing(History()) as history:
            newest = history.runs()[0]
            return newest if newest.state == "interrupted" else None

    qtbot.waitUntil(lambda: left() is not None, timeout=PATIENCE)
    record = left()
    with closing(History()) as history:
        told = history.events(record.uid)
    again = Follower(training)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.take_up(record.uid, record.project(), told)
    assert bits(training.stored) == expected
    assert sorted(again.epochs()) == list(range(1, EPOCHS + 1))
    (continued,) = [one for one in again.told if isinstance(one, RunContinued)]
    assert continued.epoch >= 19


def test_ten_more_go_on_equally_in_another_engine(qtbot, engine, training, small_project):
    trained(qtbot, training, small_project)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(10)
    expected = bits(training.stored)
    trained(qtbot, training, small_project)
    with qtbot.waitSignal(engine.replaced, timeout=PATIENCE):
        os.kill(engine.worker.pid, signal.SIGKILL)
    assert training.can_go_on
    assert not training._held
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(10)
    assert bits(training.stored) == expected
    epochs = [one.epoch for one in training.history if isinstance(one, EpochEnded)]
    assert epochs == list(range(1, 13))


def test_ten_more_that_are_stopped_before_their_first_step_leave_the_run_and_its_network_as_they_were(
    qtbot, engine, training, small_project
):
    from netbuilder.runs.history import History

    def known():
        with closing(History()) as history:
            record, state = history.run(uid), history.checkpoint(uid)
            return record, [str(one) for one in history.events(uid)], bits({"checkpoint": state})

    stored = trained(qtbot, training, deep(small_project, 20))
    (uid,) = stored["runs"]
    settle(qtbot, engine)
    before = known()
    assert before[0].test
    follower = Follower(training)
    with qtbot.waitSignal(engine.replaced, timeout=PATIENCE):
        os.kill(engine.worker.pid, signal.SIGKILL)
    # The next engine has everything to compile, and is ended with that.
    training.told.connect(lambda event: training.stop() if isinstance(event, RunPrepared) else None)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(10)
    settle(qtbot, engine)
    assert [(one.reason, one.epochs) for one in follower.told if isinstance(one, RunEnded)] == [("stopped", 0)]
    assert training.stored is stored
    assert known() == before


@pytest.mark.parametrize("reopened", [False, True], ids=["the run goes on", "a project was opened"])
def test_ten_more_that_die_in_their_first_epoch_go_on_from_what_was_trained(qtbot, engine, training, project, reopened):
    first = trained(qtbot, training, project)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(3)
    expected = bits(training.stored)
    training.restore({name: value for name, value in first.items() if not (reopened and name == "runs")})
    training._appends = not reopened
    follower = Follower(training)
    killed = []

    def kill(event):
        if isinstance(event, BatchesTrained) and not killed:
            killed.append(engine.worker.pid)
            os.kill(engine.worker.pid, signal.SIGKILL)

    training.told.connect(kill)
    with qtbot.waitSignal(training.ended, timeout=PATIENCE):
        training.go_on(3)
    assert killed
    assert isinstance(follower.told[-1], RunEnded)
    assert bits(training.stored) == expected
    assert min(one.epoch for one in follower.told if isinstance(one, EpochEnded)) == EPOCHS + 1


def test_a_network_that_cannot_be_made_again_is_said_and_still_saved(qtbot, engine, training, small_project):
    stored = trained(qtbot, training, small_project)
    wrong = {**stored, "weights": stored["weights"][:1]}
    with qtbot.waitSignal(training.failed, timeout=PATIENCE) as failed:
        training.restore(wrong)
    assert "not those of this network" in failed.args[0]
    assert training.stored is wrong
    assert training.trained_project is None
    training.restore(wrong)
    training.restore(stored)  # before the engine has answered about the other
    with qtbot.assertNotEmitted(training.failed):
        settle(qtbot, engine)
    assert training.stored is stored


def test_weights_of_an_earlier_run_are_loaded_with_last_or_best(qtbot, engine, training, small_project):
    first = trained(qtbot, training, small_project)
    (uid,) = first["runs"]
    trained(qtbot, training, replace(small_project, training=replace(small_project.training, seed=7)))
    for best in (False, True):
        with qtbot.waitSignal(training.loaded, timeout=PATIENCE):
            training.load(uid, best=best)
        wanted = first["checkpoint"].best.weights if best else first["weights"]
        assert all(map(np.array_equal, training.stored["weights"], wanted))
        assert training.trained_project == small_project
        assert training.can_go_on
    with qtbot.waitSignal(training.failed, timeout=PATIENCE):
        training.load("0" * 32, best=False)


def test_a_window_that_closes_as_soon_as_a_run_has_ended_leaves_it_whole(qtbot, small_project):
    from netbuilder.runs.history import History

    link = EngineLink()
    one = Training(link)
    one.ended.connect(link.close)
    small_project = replace(small_project, title="Small")
    uid = trained(qtbot, one, small_project)["runs"][0]

    def is_over():
        with closing(History()) as history:
            return history.run(uid).state != "running"

    qtbot.waitUntil(is_over, timeout=PATIENCE)  # on a slow disk, the engine has somewhat longer than the window
    with closing(History()) as history:
        record = history.run(uid)
        assert (record.title, record.project()) == ("Small", small_project)
        assert (record.state, record.reason, record.epochs) == ("ended", "all_epochs", 2)
        assert history.checkpoint(uid) is not None


def test_a_run_that_is_left_ends_with_its_window_and_waits_in_the_history(qtbot, project):
    from netbuilder.runs.history import History

    link = EngineLink()
    one = Training(link)
    follower = Follower(one)
    one.start(project)
    qtbot.waitUntil(lambda: any(isinstance(event, EpochEnded) for event in follower.told), timeout=PATIENCE)
    one.leave()
    assert not one._run.isRunning()
    link.close()
    with closing(History()) as history:
        record = history.runs()[0]
        assert record.state == "interrupted"
        history.delete([record.uid])


def test_a_disk_that_is_full_at_the_very_end_is_said(qtbot, project, tmp_path, monkeypatch):
    """The checkpoint could be written, the weights that the run came to could not.

    In a history of its own, which is so small that it has to grow for them.
    """
    import resource

    from netbuilder.disk import data_folder
    from netbuilder.runs.checkpoint_file import newest_checkpoint

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    link = EngineLink()
    training = Training(link)
    follower = Follower(training)
    try:
        training.start(replace(project, training=replace(project.training, epochs=1)), paused=True)
        qtbot.waitUntil(lambda: training.paused, timeout=PATIENCE)
        # The epoch adds some 8 KB to the log, and the state at the end, as large as its checkpoint, 30 KB.
        limit = (data_folder() / "history.db-wal").stat().st_size + 16_384
        resource.prlimit(link.worker.pid, resource.RLIMIT_FSIZE, (limit, limit))
        with qtbot.waitSignal(link.unkept, timeout=PATIENCE) as said:
            training.resume()
        qtbot.waitUntil(lambda: not training.running, timeout=PATIENCE)
    finally:
        link.close()
    assert "Not recorded from here on" in said.args[0]
    assert isinstance(follower.told[-1], RunEnded)
    assert not any(isinstance(one, NotRecorded) for one in follower.told)
    (kept,) = data_folder().rglob("*.checkpoint")
    assert newest_checkpoint(kept).epoch == 1
