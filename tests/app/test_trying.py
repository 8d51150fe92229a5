"""Questions to the network: one at a time, the newest first, and no answer to pins that are no longer there."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject

from netbuilder.app.trying import Trying
from netbuilder.worker.messages import Ask, Reply, Tell


class Engine(QObject):
    """Holds questions until a test answers them, each with what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[Callable[[Reply], None], Any]] = []

    def ask(self, kind: Ask, receiver: Callable[[Reply], None], inputs: Any) -> None:
        self.open.append((receiver, inputs))

    def answer(self) -> None:
        receiver, inputs = self.open.pop(0)
        receiver(Reply(Tell.DONE, {"outputs": inputs}))


@pytest.fixture
def engine(qapp) -> Engine:
    return Engine()


@pytest.fixture
def trying(engine: Engine) -> Trying:
    return Trying(engine)  # type: ignore[arg-type]


def test_of_questions_that_wait_the_newest_is_asked(engine: Engine, trying: Trying) -> None:
    heard: list[int] = []
    trying.answered.connect(lambda output: heard.append(int(output)))
    for number in (1, 2, 3):
        trying.ask(np.array(number))
    assert len(engine.open) == 1
    engine.answer()
    engine.answer()
    assert heard == [1, 3], "what is drawn is answered as it was a moment ago, rather than not at all"
    assert engine.open == []


def test_an_answer_about_earlier_pins_is_not_told(engine: Engine, trying: Trying) -> None:
    heard: list[list[int]] = []
    trying.pins_answered.connect(lambda outputs: heard.append(outputs.tolist()))
    trying.ask_pins(np.array([1, 2]))
    trying.ask_pins(np.array([3, 4]))
    engine.answer()
    assert heard == []
    engine.answer()
    assert heard == [[3, 4]]


def test_an_answer_about_other_data_is_not_told(engine: Engine, trying: Trying) -> None:
    heard: list[object] = []
    trying.answered.connect(heard.append)
    trying.ask(np.array(1))
    trying.forget()
    trying.ask(np.array(2))
    engine.answer()
    assert heard == []
    engine.answer()
    assert heard == [2]
    assert engine.open == []
