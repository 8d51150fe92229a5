"""Blocks take about 60 ms, and batches are told at most some seven times a second."""

import numpy as np
import pytest

from netbuilder.engine.pace import BLOCK_SECONDS, Pace


def test_blocks_grow_until_they_take_the_time_of_a_block():
    pace = Pace(epochs=5, steps_per_epoch=10_000, batch_size=32)
    for _ in range(12):
        pace.measured(pace.steps, 32, pace.steps * 0.0001)
    assert pace.steps * 0.0001 == pytest.approx(BLOCK_SECONDS, rel=0.1)
    assert pace.samples_per_second == pytest.approx(320_000, rel=0.01)


def test_what_is_kept_back_is_told_later_in_order(monkeypatch):
    monkeypatch.setattr("netbuilder.engine.pace.perf_counter", lambda: 1000.0)  # no time passes between the two
    pace = Pace(epochs=1, steps_per_epoch=10, batch_size=1)
    told = [pace.gather(0, np.array([1.0], np.float32)), pace.gather(1, np.array([2.0], np.float32))]
    assert told[0] is not None
    assert told[1] is None
    first, losses = pace.rest()
    assert (first, losses.tolist()) == (1, [2.0])
    assert pace.rest() is None


def test_the_time_left_counts_down_to_zero():
    pace = Pace(epochs=2, steps_per_epoch=10, batch_size=1)
    pace.measured(10, 1, 20.0)
    assert pace.seconds_left(1, 0) == pace.samples_per_second == 0, "the first block is slower than those that follow"
    assert pace.step_seconds == 2.0, "and yet better than nothing"
    pace.measured(10, 1, 1.0)
    assert pace.step_seconds == 0.1
    assert pace.samples_per_second == 10
    assert pace.seconds_left(1, 0) == pytest.approx(2.0)
    assert pace.seconds_left(2, 10) == 0


def test_the_time_left_counts_what_epochs_take_beside_their_steps():
    pace = Pace(epochs=3, steps_per_epoch=10, batch_size=1)
    pace.measured(10, 1, 1.0)
    pace.measured(10, 1, 1.0)
    pace.epoch_measured(1.5)
    assert pace.epoch_seconds == pytest.approx(1.5)
    assert pace.seconds_left(2, 5) == pytest.approx(0.5 + 0.5 + 1.5)


def test_a_price_is_the_mean_of_all_blocks_but_the_first_whatever_the_latest_took():
    pace = Pace(epochs=2, steps_per_epoch=10, batch_size=1)
    pace.measured(10, 1, 20.0)
    assert pace.mean_step_seconds == 2.0, "better than nothing"
    for seconds in (4.0, 1.0, 1.0):
        pace.measured(10, 1, seconds)
    assert pace.mean_step_seconds == pytest.approx(0.2)
    assert pace.step_seconds != pytest.approx(0.2)


def test_what_the_first_epoch_calls_for_the_first_time_is_not_expected_of_those_that_follow():
    pace = Pace(epochs=100, steps_per_epoch=10, batch_size=1)
    pace.measured(10, 1, 1.0)
    pace.measured(10, 1, 1.0)
    pace.epoch_measured(4.0)
    pace.epoch_measured(1.5)
    assert pace.epoch_seconds == pytest.approx(1.5)
    pace.epoch_measured(2.5)
    assert pace.epoch_seconds == pytest.approx(1.8)


def test_a_batch_that_asks_for_more_examples_than_there_are_is_counted_as_what_it_has():
    pace = Pace(epochs=3, steps_per_epoch=1, batch_size=100_000)
    for _epoch in range(2):
        pace.measured(1, 50, 0.5)
        pace.epoch_measured(0.5)
    assert pace.samples_per_second == 100
    assert pace.seconds_left(2, 1) == pytest.approx(0.5)


def test_a_price_that_was_measured_holds_until_a_run_knows_better():
    pace = Pace(epochs=9, steps_per_epoch=10, batch_size=1)
    pace.measured(8, 1, 8.0)
    assert (pace.price(0.0), pace.price(2.5)) == (0.0, 2.5), "blocks of an epoch that is not over tell too little"
    pace.measured(2, 1, 0.2)
    pace.epoch_measured(1.0)
    assert (pace.price(0.0), pace.price(2.5)) == (pytest.approx(1.0), 2.5)
    for _epoch in range(3):
        pace.epoch_measured(1.0)
    assert pace.price(2.5) == pytest.approx(1.0)
