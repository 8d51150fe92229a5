"""Asking for another network ends: with it, a sentence that names the file, or the network that was there before."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from netbuilder.app.training import Training
from netbuilder.files.templates import template_named
from netbuilder.spec.plain import to_plain
from netbuilder.worker.messages import Ask, Reply, Tell


class Engine(QObject):
    """Notes what it is asked, and says what a test has it say."""

    replaced = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Ask, Any, dict[str, Any]]] = []
        self.ends = 0
        self.worker = SimpleNamespace(pid=1)

    def ask(self, kind: Ask, receiver: Any, **body: Any) -> int:
        self.asked.append((kind, receiver, body))
        return len(self.asked)

    ask_from_thread = ask

    def order(self, _number: int, _order: object) -> None:
        pass

    def replace(self) -> None:
        self.ends += 1

    @property
    def kinds(self) -> list[Ask]:
        return [kind for kind, _receiver, _body in self.asked]

    def say(self, kind: Tell, **body: Any) -> None:
        """Answers the request to open a model."""
        next(receiver for asked, receiver, _body in self.asked if asked is Ask.OPEN)(Reply(kind, body))


@pytest.fixture
def engine(qapp: QApplication) -> Engine:
    return Engine()


@pytest.fixture
def project() -> Any:
    return template_named("iris").project()


@pytest.fixture
def training(engine, project) -> Training:
    """With a network that came from a file, and a model on its way."""
    made = Training(engine)  # type: ignore[arg-type]
    made.restore(network(project))
    engine.asked.clear()
    made.said = []  # type: ignore[attr-defined]
    made.failed.connect(lambda sentence, _details: made.said.append(sentence))  # type: ignore[attr-defined]
    made.open_model(Path("a friend's.keras"), project)
    return made


def network(project: Any) -> dict[str, Any]:
    return {
        "project": project,
        "scaling": None,
        "weights": (),
        "examples": (),
        "checkpoint": SimpleNamespace(compiled=True),
    }


def done(engine: Engine) -> None:
    other = template_named("spirals").project()
    engine.say(Tell.DONE, stored={**network(None), "project": to_plain(other)}, remarks=())


def test_a_model_is_taken_and_the_engine_holds_it(training, engine) -> None:
    done(engine)
    training.take_opened()
    assert training.trained_project == template_named("spirals").project()
    assert engine.kinds == [Ask.OPEN]
    training.go_on(3)
    assert "checkpoint" not in engine.asked[-1][2]
    training.leave()


def test_a_model_is_sent_to_the_next_engine_if_the_one_that_read_it_has_died(training, engine) -> None:
    done(engine)
    engine.replaced.emit()
    training.take_opened()
    assert engine.kinds == [Ask.OPEN, Ask.RESTORE, Ask.RESTORE]
    assert engine.asked[-1][2]["project"] == to_plain(template_named("spirals").project())
    training.go_on(3)
    assert "checkpoint" in engine.asked[-1][2]
    training.leave()


def test_the_next_engine_is_given_what_the_training_of_a_network_came_to(training, engine) -> None:
    done(engine)
    engine.replaced.emit()
    training.take_opened()
    assert engine.asked[-1][2]["checkpoint"] is training.stored["checkpoint"]
    training.restore({**training.stored, "checkpoint": None})
    assert engine.asked[-1][2]["checkpoint"] is None


def test_a_model_that_is_refused_leaves_the_network_before_it(training, engine, project) -> None:
    done(engine)
    training.refuse_opened()
    assert training.trained_project == project
    assert engine.kinds == [Ask.OPEN, Ask.RESTORE]
    training.go_on(3)
    assert "checkpoint" in engine.asked[-1][2], "what the engine holds is the one that was refused"
    training.leave()


def test_a_failure_brings_the_network_back_which_the_engine_may_have_let_go(training, engine, project) -> None:
    engine.say(Tell.FAILED, sentence="It is no model.", details="")
    assert training.said == ["It is no model."]
    assert training.trained_project == project
    assert engine.kinds == [Ask.OPEN, Ask.RESTORE]


def test_a_file_that_kills_the_engine_is_named(training, engine) -> None:
    engine.say(Tell.DIED, sentence="The engine ended.", details="")
    assert len(training.said) == 1
    assert training.said[0].startswith("“a friend's.keras” could not be opened")


def test_what_takes_for_ever_is_given_up_together_with_the_engine(training, engine) -> None:
    training._other._clock.timeout.emit()
    assert engine.ends == 1
    assert training.said == [
        "“a friend's.keras” could not be read within a minute, so the engine was started again: it is damaged."
    ]
    engine.say(Tell.DIED, sentence="The engine ended.", details="")
    assert len(training.said) == 1, "that is known"


def test_a_run_that_begins_meanwhile_is_what_was_wanted_last(training, engine, project) -> None:
    training.start(project)
    assert training.said == [
        "“a friend's.keras” is not opened, since a run has begun: open it again when that is over."
    ]
    done(engine)
    assert training.trained_project == project
    training.leave()


def test_another_project_that_is_opened_meanwhile_is_what_was_wanted_last(training, engine, project) -> None:
    training.restore(None)
    assert not training._other._clock.isActive()
    done(engine)
    assert training.trained_project is None


def test_a_run_that_is_loaded_meanwhile_is_what_was_wanted_last_and_no_death_of_it_concerns_the_file(
    training, engine, project
) -> None:
    training.load("0" * 32, best=False)
    assert not training._other._clock.isActive()
    done(engine)
    assert training.trained_project == project
    assert engine.kinds == [Ask.OPEN, Ask.LOAD], "what comes of it is waited for"
    engine.asked[-1][1](Reply(Tell.DIED, {"sentence": "The engine ended.", "details": ""}))
    assert training.said == ["The engine ended."]
    assert engine.kinds == [Ask.OPEN, Ask.LOAD, Ask.RESTORE]
