"""A run from the window's side, with an engine that dies at awkward moments."""

import pytest
from PySide6.QtCore import Qt

from netbuilder.app.training_run import TrainingRun
from netbuilder.events import RunEnded
from netbuilder.orders import Stop
from netbuilder.worker.handle import Reply
from netbuilder.worker.messages import Ask, Tell

PATIENCE = 5000


class Engine:
    """Takes requests and orders, and has no process that could be ended: it has just died."""

    def __init__(self):
        self.receivers = []
        self.orders = []

    def ask_from_thread(self, kind, receive, **body):
        self.receivers.append(receive)
        return len(self.receivers)

    def order(self, job, order):
        self.orders.append((job, order))

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
    run.told.connect(told.append)
    monkeypatch.setattr(
        engine, "replace", lambda: engine.receivers[0](Reply(Tell.DIED, {"sentence": "It died.", "details": ""}))
    )
    run.start()
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        run.give_up()
    run.wait()
    run.tell_all()
    (end,) = told
    assert isinstance(end, RunEnded)
    assert (end.reason, end.epochs) == ("stopped", 0)
    assert len(engine.receivers) == 1
