"""Whether the engine's own network has learned: a run that goes on in another process has not yet."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from netbuilder.app import training_run
from netbuilder.app.training import Training
from netbuilder.events import BatchesTrained, EpochEnded, Event, RunContinued, RunEnded, RunPrepared
from netbuilder.files.templates import template_named
from netbuilder.worker.messages import Ask, Reply, Tell

UID = "0" * 32
BEGINNING = (
    RunPrepared("CPU", True, 13, 4, 120, 30, 67, False),
    BatchesTrained(1, 0, np.ones(2, np.float32), {"loss": 1.0}, 10.0, 1.0, 1.0),
)
FIRST_EPOCH = EpochEnded(1, 0.5, {"loss": 1.0}, 0.01, None, 0)


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
    engine.say(of(*BEGINNING[1:]))
    qtbot.waitUntil(lambda: training.learning)


def test_a_run_whose_engine_has_died_has_learned_nothing_in_the_next_one(qtbot, engine, training) -> None:
    training.start(template_named("spirals").project())
    engine.say(of(*BEGINNING))
    qtbot.waitUntil(lambda: training.learning)
    engine.replaced.emit()
    assert not training.learning
    engine.say(of(*BEGINNING[1:]))
    qtbot.waitUntil(lambda: training.learning)


def test_epochs_of_a_dead_engine_that_are_told_late_are_not_learned_by_the_next_one(
    qtbot, engine, training, monkeypatch
) -> None:
    late = (replace(BEGINNING[1], epoch=2), replace(FIRST_EPOCH, epoch=2))
    monkeypatch.setattr(training_run, "told_by", lambda _kept: SimpleNamespace(lacks="", events=late))
    told: list[Event] = []
    training.told.connect(told.append)
    training.start(template_named("spirals").project())
    engine.say(of(*BEGINNING, FIRST_EPOCH))
    qtbot.waitUntil(lambda: training.learning)
    die(qtbot, engine)
    engine.say(of(BEGINNING[0], RunContinued(2)))
    qtbot.waitUntil(lambda: bool(told) and isinstance(told[-1], RunContinued))
    assert told[-3:-1] == list(late)
    assert not training.learning
    engine.say(of(replace(BEGINNING[1], epoch=3)))
    qtbot.waitUntil(lambda: training.learning)


def test_a_run_whose_weights_died_with_the_engine_leaves_the_network_and_the_project_before_it(
    qtbot, engine, training
) -> None:
    iris, told = template_named("iris").project(), []
    stored = {"project": iris, "checkpoint": "of iris", "scaling": None, "weights": (), "examples": None, "runs": ()}
    training.restore(stored)
    training.told.connect(told.append)
    training.start(template_named("spirals").project())
    engine.say(of(*BEGINNING))
    qtbot.waitUntil(lambda: training.learning)
    training.stop()
    engine.say(of(RunEnded("stopped", 0, None, False, 1.0, {}, part_steps=2)))
    qtbot.waitUntil(lambda: isinstance(told[-1], RunEnded))
    assert (training.trained_project, training.stored) == (iris, stored)
    die(qtbot, engine)
    engine.say(of(BEGINNING[0], RunEnded("stopped", 0, None, False, 1.0, {})))
    engine.say(Reply(Tell.DONE, {"stored": {"checkpoint": "of spirals"}}))
    qtbot.waitUntil(lambda: not training.running)
    assert (training.trained_project, training.stored) == (iris, stored)


def of(*events: Event) -> Reply:
    return Reply(Tell.EVENTS, {"events": events})


def die(qtbot: Any, engine: Engine) -> None:
    """Until another process is asked to go on."""
    before = engine.say
    engine.say(Reply(Tell.DIED, {"sentence": "It died.", "details": ""}))
    qtbot.waitUntil(lambda: engine.say is not before)
    engine.replaced.emit()
