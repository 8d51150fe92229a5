"""A run from the window's side, with an engine that dies at awkward moments."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from netbuilder.app import network_history, training_run
from netbuilder.app.training_run import TrainingRun
from netbuilder.events import BatchesTrained, EpochEnded, RunContinued, RunEnded, RunPaused, RunPrepared
from netbuilder.orders import Pause, Resume, Stop
from netbuilder.runs.claims import Claim, Hold, InOtherHands, checkpoint_folder, is_claimed
from netbuilder.runs.database import connected, history_path
from netbuilder.worker.messages import Ask, Reply, Tell

PATIENCE = 60_000
PREPARED = RunPrepared("CPU", True, 13, 4, 120, 30, 67, False)


class Engine:
    """Takes requests and orders, and has no process that could be ended: it has just died."""

    def __init__(self):
        self.receivers = []
        self.orders = []
        self.asked = []
        self.rests = []  # whether each shall rest before its first batch

    def ask_from_thread(self, kind, receive, **body):
        self.receivers.append(receive)
        self.asked.append((kind, body["held"]))
        self.rests.append(body.get("paused", False))
        return len(self.receivers)

    def order(self, job, order):
        self.orders.append((job, order))

    def take_back(self, job):
        return False

    def replace(self):
        pass


@pytest.fixture
def engine():
    return Engine()


def test_a_run_that_is_given_up_just_when_its_engine_has_died_does_not_go_on_for_ever(qtbot, engine):
    run = TrainingRun(engine, Ask.TRAIN, "0" * 32)
    # In the run's own thread, as by a click between the death and the next engine.
    run.interrupted.connect(lambda *_words: run.give_up(), Qt.ConnectionType.DirectConnection)
    run.start()
    engine.receivers[0](Reply(Tell.DIED, {"sentence": "It died.", "details": ""}))
    qtbot.waitUntil(lambda: engine.orders == [(2, Stop("last"))], timeout=PATIENCE)
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        engine.receivers[1](Reply(Tell.DONE, {"stored": {}}))
    run.wait()


def test_a_run_that_is_given_up_ends_with_its_engine(qtbot, engine, monkeypatch):
    run = TrainingRun(engine, Ask.TRAIN, "0" * 32)
    told = []
    run.events.told.connect(told.append)
    monkeypatch.setattr(
        engine, "replace", lambda: engine.receivers[0](Reply(Tell.DIED, {"sentence": "It died.", "details": ""}))
    )
    run.start()
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        run.give_up()
    run.wait()
    run.events.tell_all()
    (end,) = told
    assert isinstance(end, RunEnded)
    assert (end.reason, end.epochs) == ("stopped", 0)
    assert len(engine.receivers) == 1


DEATH = Reply(Tell.DIED, {"sentence": "It died.", "details": ""})


@pytest.fixture
def history(monkeypatch, tmp_path) -> Path:
    """Where the history of these runs would be."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return history_path()


def test_nobody_else_takes_a_run_between_the_death_of_an_engine_and_the_next_one(qtbot, engine, history):
    uid = "0" * 32
    run = TrainingRun(engine, Ask.TRAIN, uid)
    run.start()
    Claim(history, uid, for_window=True).release()  # its engine's, which dies
    engine.receivers[0](DEATH)
    qtbot.waitUntil(lambda: len(engine.asked) == 2, timeout=PATIENCE)
    assert is_claimed(history, uid)
    with pytest.raises(InOtherHands):
        Claim(history, uid)
    Claim(history, uid, for_window=True).release()  # the next engine's
    assert engine.asked == [(Ask.TRAIN, True)] * 2
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        engine.receivers[1](Reply(Tell.DONE, {"stored": {}}))
    run.wait()
    assert not is_claimed(history, uid)
    assert list(checkpoint_folder(history).iterdir()) == []


def test_a_run_that_is_left_is_free_for_others(qtbot, engine, history):
    run = TrainingRun(engine, Ask.RESUME, "0" * 32)
    run.start()
    assert is_claimed(history, "0" * 32)
    run.leave()
    assert not is_claimed(history, "0" * 32)


def test_an_engine_claims_a_run_for_itself_that_another_window_has_until_it_can_be_had(qtbot, engine, history):
    other = Hold(history, "0" * 32)
    run = TrainingRun(engine, Ask.RESUME, "0" * 32)
    run.start()
    other.release()
    engine.receivers[0](DEATH)
    qtbot.waitUntil(lambda: engine.asked == [(Ask.RESUME, False), (Ask.RESUME, True)], timeout=PATIENCE)
    run.leave()


@pytest.mark.parametrize(
    "first_step, epochs, part_steps, told", [(0, 3, 0, 0), (0, 3, 5, 3), (0, 4, 0, 4), (2, 3, 2, 0), (2, 3, 3, 3)]
)
def test_more_epochs_that_end_before_their_first_step_have_come_to_nothing(
    qtbot, engine, history, first_step, epochs, part_steps, told
):
    run, heard = TrainingRun(engine, Ask.MORE, "0" * 32), []
    run.events.told.connect(heard.append)
    run.start()
    end = RunEnded("stopped", epochs, 2, True, 1.0, {"loss": 0.5}, part_steps=part_steps)
    events = RunPrepared("CPU", True, 13, 4, 120, 30, 67, False, 4, first_step), end
    engine.receivers[0](Reply(Tell.EVENTS, {"events": events}))
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        engine.receivers[0](Reply(Tell.DONE, {"stored": {}}))
    run.wait()
    run.events.tell_all()
    assert heard[-1].epochs == told
    assert (heard[-1] == end) is bool(told)


@pytest.mark.parametrize("how", ["stop", "leave"])
def test_a_run_that_began_nothing_is_over_at_once_while_it_rests_between_two_engines(qtbot, engine, history, how):
    run, told, waits = TrainingRun(engine, Ask.TRAIN, "0" * 32), [], []
    run.events.told.connect(told.append)
    run.waits.connect(waits.append, Qt.ConnectionType.DirectConnection)
    run.start()
    for number in (0, 1):
        qtbot.waitUntil(lambda number=number: len(engine.receivers) == number + 1, timeout=PATIENCE)
        engine.receivers[number](DEATH)
    qtbot.waitUntil(lambda: run._rests, timeout=PATIENCE)
    began = perf_counter()
    if how == "stop":
        with qtbot.waitSignal(run.finished, timeout=PATIENCE):
            run.stop(Stop("last"))
    else:
        run.leave()
    assert perf_counter() - began < training_run._REST / 2
    run.wait()
    run.events.tell_all()
    assert [(one.reason, one.epochs) for one in told] == ([("stopped", 0)] if how == "stop" else [])
    assert len(engine.asked) == 2, "no third engine is asked"
    assert ["memory" in sentence for sentence in waits] == [True, False]
    assert not is_claimed(history, "0" * 32)


LEARNED = BatchesTrained(1, 0, np.ones(2, np.float32), {"loss": 1.0}, 10.0, 1.0, 1.0)
FIRST_EPOCH = EpochEnded(1, 0.5, {"loss": 1.0}, 0.01, None, 0)


def died_after(qtbot, engine, *events, times=1):
    """A run whose engines died after they had told this."""
    run = TrainingRun(engine, Ask.TRAIN, "0" * 32)
    run.start()
    for number in range(times):
        qtbot.waitUntil(lambda number=number: len(engine.receivers) == number + 1, timeout=PATIENCE)
        engine.receivers[number](Reply(Tell.EVENTS, {"events": (PREPARED, *events)}))
        engine.receivers[number](DEATH)
    return run


def test_a_run_that_lost_its_only_batches_is_over_at_once_while_it_rests(qtbot, engine, history):
    run = died_after(qtbot, engine, LEARNED, times=2)
    qtbot.waitUntil(lambda: run._rests, timeout=PATIENCE)
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        run.stop(Stop("last"))
    run.wait()
    assert len(engine.asked) == 2, "no third engine is asked"


def test_a_run_that_lost_its_only_batches_is_given_up_while_the_next_engine_compiles(
    qtbot, engine, history, monkeypatch
):
    run, replaced = died_after(qtbot, engine, LEARNED), []
    monkeypatch.setattr(engine, "replace", lambda: replaced.append(engine.receivers[1](DEATH)))
    qtbot.waitUntil(lambda: len(engine.receivers) == 2, timeout=PATIENCE)
    engine.receivers[1](Reply(Tell.COMPILING, {}))
    qtbot.waitUntil(lambda: run._compiles, timeout=PATIENCE)
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        run.stop(Stop("last"))
    run.wait()
    assert len(replaced) == 1


def test_an_engine_that_dies_of_a_run_that_was_stopped_has_no_successor_for_it(qtbot, engine, history):
    run, told, said = TrainingRun(engine, Ask.TRAIN, "0" * 32), [], []
    run.events.told.connect(told.append)
    run.interrupted.connect(lambda sentence, _details: said.append(sentence))
    run.start()
    engine.receivers[0](Reply(Tell.EVENTS, {"events": (PREPARED, LEARNED)}))
    qtbot.waitUntil(lambda: told != [], timeout=PATIENCE)
    run.stop(Stop("last"))
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        engine.receivers[0](DEATH)
    run.wait()
    run.events.tell_all()
    assert (told[-1].reason, told[-1].epochs, len(engine.asked)) == ("stopped", 0, 1)
    assert said == ["It died. The run was to stop, and nothing of it was kept."]


def test_a_run_whose_first_epoch_was_kept_before_it_was_told_is_not_given_up(qtbot, engine, history, monkeypatch):
    kept = SimpleNamespace(lacks="", events=(PREPARED, LEARNED, FIRST_EPOCH))
    monkeypatch.setattr(training_run, "told_by", lambda _of: kept)
    monkeypatch.setattr(engine, "replace", lambda: pytest.fail("what it has learned would not be seen"))
    run, told = died_after(qtbot, engine, LEARNED), []
    run.events.told.connect(told.append)
    qtbot.waitUntil(lambda: len(engine.receivers) == 2, timeout=PATIENCE)
    engine.receivers[1](Reply(Tell.COMPILING, {}))
    engine.receivers[1](Reply(Tell.EVENTS, {"events": (PREPARED, RunContinued(1))}))
    qtbot.waitUntil(lambda: RunContinued(1) in told and run._compiles, timeout=PATIENCE)
    run.stop(Stop("last"))
    assert (2, Stop("last")) in engine.orders
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        engine.receivers[1](Reply(Tell.DONE, {"stored": {}}))
    run.wait()


def test_a_run_that_begins_again_has_no_epoch_that_was_told_before(qtbot, engine, history):
    run, told = died_after(qtbot, engine, LEARNED, FIRST_EPOCH), []
    qtbot.waitUntil(lambda: len(engine.receivers) == 2, timeout=PATIENCE)
    assert run._has_kept
    run.interrupted.connect(lambda sentence, _details: told.append(sentence), Qt.ConnectionType.DirectConnection)
    engine.receivers[1](Reply(Tell.EVENTS, {"events": (PREPARED, LEARNED)}))
    engine.receivers[1](DEATH)
    qtbot.waitUntil(lambda: told != [], timeout=PATIENCE)
    assert "begins again" in told[0]
    run.leave()


def test_a_run_that_has_an_epoch_comes_to_its_end_in_the_next_engine(qtbot, engine, history, monkeypatch):
    monkeypatch.setattr(engine, "take_back", lambda _job: pytest.fail("what it has learned would not be seen"))
    run = died_after(qtbot, engine, LEARNED, FIRST_EPOCH)
    qtbot.waitUntil(lambda: len(engine.receivers) == 2, timeout=PATIENCE)
    run.stop(Stop("last"))
    assert (2, Stop("last")) in engine.orders
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        engine.receivers[1](Reply(Tell.DONE, {"stored": {}}))
    run.wait()


@pytest.mark.parametrize("kind", [Ask.TRAIN, Ask.MORE, Ask.RESUME])
def test_the_next_engine_is_told_that_a_run_shall_rest_before_it_begins(qtbot, engine, history, kind):
    run = TrainingRun(engine, kind, "0" * 32)
    run.start()
    run.order(Pause())
    engine.receivers[0](DEATH)
    qtbot.waitUntil(lambda: len(engine.asked) == 2, timeout=PATIENCE)
    assert engine.rests == [False, True]
    run.order(Resume())
    engine.receivers[1](DEATH)
    qtbot.waitUntil(lambda: run._rests, timeout=PATIENCE)
    run.leave()


@pytest.mark.parametrize("paused, order", [(False, Pause()), (True, Resume())])
def test_a_pause_just_while_the_next_engine_is_asked_reaches_it(qtbot, engine, history, monkeypatch, paused, order):
    run, ask = TrainingRun(engine, Ask.TRAIN, "0" * 32, paused=paused), engine.ask_from_thread

    def slowly(kind, receive, **body):
        run.order(order)  # a click while the process is started: to the one that has died
        return ask(kind, receive, **body)

    run.start()
    monkeypatch.setattr(engine, "ask_from_thread", slowly)
    engine.receivers[0](DEATH)
    qtbot.waitUntil(lambda: (2, order) in engine.orders, timeout=PATIENCE)
    assert engine.rests == [paused, paused]
    run.leave()


@pytest.mark.parametrize(
    "kind, events, says",
    [
        (Ask.TRAIN, (), "begins again"),
        (Ask.TRAIN, (PREPARED,), "begins again"),
        (Ask.TRAIN, (PREPARED, EpochEnded(1, 1.0, {"loss": 1.0}, 0.1, None, 0)), "goes on from the last epoch"),
        (Ask.MORE, (replace(PREPARED, first_epoch=4),), "goes on from the last epoch"),
        (Ask.RESUME, (), "goes on from the last epoch"),
    ],
)
def test_it_is_said_from_where_a_run_goes_on_whose_engine_died(qtbot, engine, history, kind, events, says):
    run = TrainingRun(engine, kind, "0" * 32)
    run.start()
    engine.receivers[0](Reply(Tell.EVENTS, {"events": events}))
    with qtbot.waitSignal(run.interrupted, timeout=PATIENCE) as said:
        engine.receivers[0](DEATH)
    assert says in said.args[0]
    run.leave()


class Hearing(Engine):
    """Its process can be ended."""

    def __init__(self):
        super().__init__()
        self.ended = 0

    def replace(self):
        self.ended += 1
        self.receivers[-1](DEATH)


def stopped(run, engine, *events):
    """Stops a run that has told these, and lets some time pass."""
    run.start()
    engine.receivers[0](Reply(Tell.EVENTS, {"events": events}))
    end = perf_counter() + 60
    while len(run.events) < len(events):
        assert perf_counter() < end
        run.wait(1)
    run.stop(Stop("best"))
    run.wait(20)


@pytest.mark.parametrize("compiling_first", [True, False])
def test_a_run_that_is_stopped_while_it_is_compiled_ends_with_its_engine_at_once(
    qtbot, history, monkeypatch, compiling_first
):
    monkeypatch.setattr("netbuilder.app.training_run._LATE", 10 * PATIENCE)  # whatever ends it did not wait for that
    engine = Hearing()
    run = TrainingRun(engine, Ask.TRAIN, "0" * 32)
    run.start()
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        if compiling_first:
            engine.receivers[0](Reply(Tell.COMPILING, {}))
            qtbot.waitUntil(lambda: run._compiles, timeout=PATIENCE)
        run.stop(Stop())
        if not compiling_first:
            engine.receivers[0](Reply(Tell.COMPILING, {}))
    run.wait()
    assert engine.ended == 1


def test_a_run_that_does_not_hear_of_stop_in_time_ends_with_its_engine(qtbot, history, monkeypatch):
    monkeypatch.setattr("netbuilder.app.training_run._LATE", 200)
    engine = Hearing()
    run = TrainingRun(engine, Ask.TRAIN, "0" * 32)
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        stopped(run, engine, PREPARED)
        assert engine.orders == [(1, Stop("best"))]
        assert not engine.ended, "an engine that compiles nothing obeys"
    run.wait()
    assert engine.ended == 1


@pytest.mark.parametrize(
    "event", [RunPaused(1, 0), RunEnded("stopped", 0, None, False, 0.1, {})], ids=["rests", "over"]
)
def test_an_engine_that_hears_of_stop_is_not_ended(qtbot, history, monkeypatch, event):
    monkeypatch.setattr("netbuilder.app.training_run._LATE", 100)
    engine = Hearing()
    run = TrainingRun(engine, Ask.TRAIN, "0" * 32)
    stopped(run, engine, PREPARED, event)
    engine.receivers[0](Reply(Tell.COMPILING, {}))
    qtbot.wait(300)
    assert not engine.ended
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        engine.receivers[0](Reply(Tell.DONE, {"stored": {}}))
    run.wait()


@pytest.fixture
def held_history(history, monkeypatch) -> Iterator[Path]:
    """A history that another program does not let go of."""
    monkeypatch.setattr(network_history, "PATIENCE", 0.1)
    connected(history).close()
    with closing(sqlite3.connect(history, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO setting VALUES ('x', 1)")
        other.execute("COMMIT")
        yield history


def test_a_run_is_left_soon_while_epochs_are_looked_for_in_a_history_that_another_program_holds(
    qtbot, engine, held_history
):
    run = TrainingRun(engine, Ask.TRAIN, "0" * 32)
    said = []
    run.interrupted.connect(lambda sentence, _details: said.append(sentence), Qt.ConnectionType.DirectConnection)
    run.start()
    began = perf_counter()
    engine.receivers[0](Reply(Tell.EVENTS, {"events": (PREPARED, RunContinued(3))}))
    run.leave()
    assert perf_counter() - began < 15, "it waits for 30 s where nobody says otherwise"
    (sentence,) = said
    assert "curves may lack epochs" in sentence
    assert "another program has been writing it" in sentence


def test_a_run_that_is_given_up_is_left_soon_while_another_program_holds_the_history(qtbot, engine, held_history):
    run = TrainingRun(engine, Ask.TRAIN, "0" * 32)
    run.start()
    began = perf_counter()
    run.give_up()
    engine.receivers[0](DEATH)
    run.leave()
    assert perf_counter() - began < 15, "it waits for 30 s where nobody says otherwise"
