"""Events that come faster than a window can show them."""

import time

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from netbuilder.app.training import TrainingRun
from netbuilder.events import EpochEnded
from netbuilder.worker.messages import Ask, Reply, Tell


class Engine:
    """Says what the test lets it say."""

    def ask_from_thread(self, kind, receive, **body):
        self.receive = receive
        return 1


class Slow(QObject):
    """Takes a millisecond for each event, and notes how many were told when the clock ticked."""

    def __init__(self):
        super().__init__()
        self.epochs = []
        self.seen = []
        self.clock = QTimer(self, interval=1)
        self.clock.timeout.connect(self.tick)
        self.clock.start()

    @Slot(object)
    def hear(self, event):
        self.epochs.append(event.epoch)
        time.sleep(0.001)

    @Slot(object)
    def keep(self, stored):
        self.epochs.append("left")

    @Slot()
    def tick(self):
        self.seen.append(len(self.epochs))


def flood(count):
    return tuple(EpochEnded(epoch, 0.001, {"loss": 1.0}, 0.001, None, 0) for epoch in range(count))


def started(engine):
    run, slow = TrainingRun(engine, Ask.TRAIN, "0" * 32), Slow()
    run.events.told.connect(slow.hear)
    run.left.connect(slow.keep)
    run.start()
    return run, slow


def test_a_flood_of_events_leaves_turns_of_the_event_loop_to_others(qtbot):
    engine = Engine()
    run, slow = started(engine)
    engine.receive(Reply(Tell.EVENTS, {"events": flood(200)}))
    qtbot.waitUntil(lambda: len(slow.epochs) == 200)
    assert slow.epochs == list(range(200))
    assert len(set(slow.seen)) > 10, "the clock ticked between them"
    engine.receive(Reply(Tell.DONE, {"stored": {}}))
    qtbot.waitUntil(run.isFinished)


def test_many_deliveries_at_once_take_no_longer_turn_than_one(qtbot):
    engine = Engine()
    run, slow = started(engine)
    for epoch in flood(200):
        engine.receive(Reply(Tell.EVENTS, {"events": (epoch,) * 3}))
    time.sleep(0.05)  # all of them are here before the event loop has its first turn
    qtbot.waitUntil(lambda: len(slow.epochs) == 600)
    assert max(np.diff(sorted({0, *slow.seen, 600}))) < 100
    engine.receive(Reply(Tell.DONE, {"stored": {}}))
    qtbot.waitUntil(run.isFinished)


def test_what_waits_can_be_told_before_what_comes_after_it(qtbot):
    engine = Engine()
    run, slow = started(engine)
    engine.receive(Reply(Tell.EVENTS, {"events": flood(200)}))
    qtbot.waitUntil(lambda: len(slow.epochs) > 0)
    assert len(slow.epochs) < 200
    run.events.tell_all()
    assert slow.epochs == list(range(200))
    engine.receive(Reply(Tell.DONE, {"stored": {}}))
    qtbot.waitUntil(run.isFinished)
