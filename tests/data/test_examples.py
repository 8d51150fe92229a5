"""Tables of numbers: what is refused, and in which words."""

import numpy as np
import pytest

from netbuilder.data.examples import CannotRead, table


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e39])
def test_what_is_no_finite_float32_is_refused_by_row_and_column(bad: float) -> None:
    inputs = np.zeros((5, 3))
    inputs[3, 1] = bad
    with pytest.raises(CannotRead, match='Row 4, column "width"'):
        table(inputs, np.zeros(5), features=("length", "width", "height"))


def test_a_target_that_is_no_number_is_refused() -> None:
    with pytest.raises(CannotRead, match='Row 2, column "target" holds nan'):
        table(np.zeros((3, 1)), np.array([0.0, np.nan, 1.0]), features=("x",))


def test_targets_are_class_numbers_only_if_there_are_classes() -> None:
    assert table(np.zeros((2, 1)), np.array([0, 1]), classes=("A", "B")).targets.dtype == np.int32
    assert table(np.zeros((2, 1)), np.array([0, 1])).targets.shape == (2, 1)
