"""A goal is reached exactly when what it watches is as good as it says, or better."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.spec.goal import Goal, as_float32
from netbuilder.spec.monitors import direction, monitors


def test_a_goal_is_off_until_it_is_set() -> None:
    assert Goal().minutes is None
    assert not Goal().reached(dict.fromkeys(monitors(), 1.0))


@pytest.mark.parametrize("monitor", monitors())
def test_better_values_and_the_value_itself_reach_it_and_worse_ones_do_not(monitor: str) -> None:
    goal = Goal(monitor=monitor, value=0.5)
    better, worse = (0.51, 0.49) if direction(monitor) == "max" else (0.49, 0.51)
    assert goal.reached({monitor: 0.5})
    assert goal.reached({monitor: better})
    assert not goal.reached({monitor: worse})


@pytest.mark.parametrize("metrics", [{}, {"accuracy": 1.0}, {"val_accuracy": math.nan}], ids=str)
@pytest.mark.parametrize("value", [-1e9, 0.5, 1e9])
def test_neither_nan_nor_what_is_not_measured_reaches_anything(metrics: dict[str, float], value: float) -> None:
    assert not Goal(value=value).reached(metrics)
    assert not Goal(monitor="val_loss", value=value).reached({"val_loss": math.nan, "loss": 0.0})


@given(st.integers(1, 1000), st.integers(0, 1000))
def test_so_many_right_of_so_many_are_the_accuracy_that_they_are(examples: int, right: int) -> None:
    right = min(right, examples)
    measured = float(np.float32(right) / np.float32(examples))
    assert Goal(value=right / examples).reached({"val_accuracy": measured})
    assert not Goal(value=(right + 1) / examples).reached({"val_accuracy": measured})


@given(st.floats(-1e9, 1e9))
def test_a_value_is_rounded_as_numpy_rounds_it(value: float) -> None:
    assert as_float32(value) == float(np.float32(value))
