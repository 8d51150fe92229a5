"""Measuring a part in pieces: all of it, or what a person has time for."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from netbuilder.engine import measuring as module
from netbuilder.engine.measuring import Measuring
from netbuilder.engine.pace import Pace


class Evaluator:
    """Takes so many seconds for a call, and for each batch; notes the batches of each."""

    def __init__(self, call: float, each: float) -> None:
        self.call, self.each = call, each
        self.pieces: list[int] = []
        self.clock = 0.0

    def measure(self, batches, first, count, *, fresh):
        assert fresh == (not self.pieces)
        assert first + count <= batches.count
        self.pieces.append(count)
        self.clock += self.call + count * self.each
        return {"loss": float(sum(self.pieces))}


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Callable[[float, float], tuple[Measuring, Evaluator, Pace]]:
    def made(call: float, each: float) -> tuple[Measuring, Evaluator, Pace]:
        evaluator, pace = Evaluator(call, each), Pace(1, 100, 32)
        monkeypatch.setattr(module, "perf_counter", lambda: evaluator.clock)
        return Measuring(SimpleNamespace(evaluator=evaluator), pace), evaluator, pace

    return made


PART = [SimpleNamespace(count=200, size=1024), SimpleNamespace(count=1, size=5)]


def test_all_of_it_is_measured_in_growing_pieces(measured) -> None:
    measuring, evaluator, _pace = measured(0.0, 1e-4)
    assert measuring.of(PART, lambda: True) == {"loss": 201.0}
    assert evaluator.pieces[:4] == [1, 4, 16, 64]
    assert evaluator.pieces[-1] == 1


def test_it_is_given_up_where_nobody_waits_any_more(measured) -> None:
    measuring, evaluator, _pace = measured(0.0, 1e-4)
    assert measuring.of(PART, lambda: len(evaluator.pieces) < 2) is None
    assert evaluator.pieces == [1, 4]


def test_nothing_is_begun_that_takes_longer_than_there_is_time(measured) -> None:
    measuring, evaluator, _pace = measured(0.0, 0.005)
    assert measuring.of(PART, lambda: True, 0.5) is None
    assert evaluator.pieces == [1]
    assert measuring.of(PART, lambda: True, 0.5) is None
    assert evaluator.pieces == [1], "what it takes is known"


@pytest.mark.parametrize("seconds,begun", [(0.1, False), (1e-5, True)])
def test_what_steps_took_tells_whether_there_is_time(measured, seconds: float, *, begun: bool) -> None:
    measuring, evaluator, pace = measured(0.0, 1e-4)
    pace.measured(1, 32, seconds)  # of 32 examples
    assert (measuring.of(PART, lambda: True, 2.0) is not None) == begun
    assert bool(evaluator.pieces) == begun


def test_a_call_that_takes_longer_than_its_batches_is_no_reason_to_give_up(measured) -> None:
    measuring, _evaluator, _pace = measured(0.0015, 1e-6)
    assert measuring.of(PART, lambda: True, 2.0) == {"loss": 201.0}
