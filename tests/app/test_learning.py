"""Whether the engine's own network has learned: a run that goes on in another process has not yet."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from netbuilder.app.training import Training
from netbuilder.events import BatchesTrained, RunPrepared
from netbuilder.files.templates import template_named
from netbuilder.worker.messages import Ask, Reply, Tell

UID = "0" * 32
BEGINNING = (
    RunPrepared("CPU", True, 13, 4, 120, 30, 67, False),
    BatchesTrained(1, 0, np.ones(2, np.float32), {"loss": 1.0}, 10.0, 1.0, 1.0),
)


class Engine(QObject):
    """Takes requests; what its process would say is said by the tests."""

    replaced = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.say: Callable[[Reply], object] = lambda _reply: None

    def ask(self, kind: Ask, receiver: Any, **body: Any) -> int:
        return 1

    def ask_from_thread(self, kind: Ask, receive: Callable[[Reply], object], **body: Any) -> int:
        self.say = receive
        return 2

    def order(self, job: int, order: object) -> None:
        pass


@pytest.fixture
def engine(qapp) -> Engine:
    return Engine()


@pytest.fixture
def training(engine, qtbot, tmp_path, monkeypatch) -> Iterator[Training]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    made = Training(engine)
    yield made
    made.leave()
    qtbot.waitUntil(lambda: not made.running)


def test_what_a_run_told_before_it_is_taken_up_has_the_engine_not_learned(qtbot, engine, training) -> None:
    told: list[object] = []
    training.told.connect(told.append)
    training.take_up(UID, template_named("spirals").project(), BEGINNING)
    assert (tuple(told), training.learning) == (BEGINNING, False)
    engine.say(Reply(Tell.EVENTS, {"events": BEGINNING[1:]}))
    qtbot.waitUntil(lambda: training.learning)


def test_a_run_whose_engine_has_died_has_learned_nothing_in_the_next_one(qtbot, engine, training) -> None:
    training.start(template_named("spirals").project())
    engine.say(Reply(Tell.EVENTS, {"events": BEGINNING}))
    qtbot.waitUntil(lambda: training.learning)
    engine.replaced.emit()
    assert not training.learning
    engine.say(Reply(Tell.EVENTS, {"events": BEGINNING[1:]}))
    qtbot.waitUntil(lambda: training.learning)
