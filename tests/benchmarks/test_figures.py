"""The statistics of the benchmarks say what they are said to."""

import pytest

from benchmarks.figures import after_first, exponent, figure, ratio, slope


def test_a_line_has_the_exponent_one_and_a_square_two() -> None:
    sizes = [10, 100, 1_000]
    assert exponent(sizes, [3 * size for size in sizes]) == pytest.approx(1)
    assert exponent(sizes, [size**2 for size in sizes]) == pytest.approx(2)


def test_one_value_that_sticks_out_does_not_move_the_slope() -> None:
    rising = [2.0 * step for step in range(30)]
    rising[7] = 1e9
    assert slope(rising) == pytest.approx(2, rel=0.05)


def test_the_first_epoch_is_left_out_where_there_are_others() -> None:
    assert after_first([9.0, 1.0, 3.0, 2.0]) == 2.0
    assert after_first([9.0]) == 9.0


def test_a_figure_has_a_bar_only_where_something_is_promised() -> None:
    assert figure("epoch", 0.123456, "s") == {"what": "epoch", "figure": 0.1235, "unit": "s"}
    assert ratio("epoch ÷ plain fit", 1.0, 8.0, 0.15)["bar"] == 0.15
