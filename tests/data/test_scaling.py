"""Standardization: every column to mean 0 and deviation 1, whatever the column."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from netbuilder.data.examples import CannotRead
from netbuilder.data.scaling import standardization


def scaled(inputs: NDArray[np.float32]) -> NDArray[np.float64]:
    scale, offset = standardization(inputs)
    return inputs.astype(np.float64) * scale + offset


def test_columns_come_to_mean_0_and_deviation_1() -> None:
    inputs = (np.random.default_rng(0).normal(size=(500, 3)) * [1e-6, 1, 1e6] + [3, -2, 1e7]).astype(np.float32)
    inputs[:, 0] = np.random.default_rng(1).normal(size=500) * 1e-20
    found = scaled(inputs)
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(found.std(axis=0), 1, rtol=1e-6)


@pytest.mark.parametrize("value", [0.0, 0.1, -7.3, 1e30, 1e-40])
def test_a_constant_column_becomes_0_and_keeps_its_scale(value: float) -> None:
    inputs = np.full((300, 1), value, np.float32)
    scale, _offset = standardization(inputs)
    assert scale == [1.0]
    assert abs(float(scaled(inputs)[0, 0])) <= abs(value) * 1e-12


@pytest.mark.parametrize("values", [[0.0, 1e-40], [1e7, 1e7 + 1], [-3e-31, 3e-31]])
def test_differences_that_float32_cannot_carry_through_count_as_constant(values: list[float]) -> None:
    scale, _offset = standardization(np.array(values, np.float32).reshape(-1, 1))
    assert scale == [1.0]


@given(arrays.arrays(np.float32, (7, 3), elements=st.floats(-(2.0**126), 2.0**126, width=32)))
def test_scale_and_offset_are_finite_float32_for_any_table(inputs: NDArray[np.float32]) -> None:
    scale, offset = standardization(inputs)
    assert np.isfinite(np.array(scale, np.float32)).all()
    assert np.isfinite(np.array(offset, np.float32)).all()
    assert all(type(value) is float for value in [*scale, *offset])


def test_pictures_get_one_scale_for_all_pixels() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (1500, 4, 5), np.uint8)
    (scale,), (offset,) = standardization(pictures)
    assert scale == pytest.approx(1 / pictures.std())
    assert offset == pytest.approx(-pictures.mean() / pictures.std())


def test_black_pictures_are_survived() -> None:
    assert standardization(np.zeros((3, 2, 2), np.uint8)) == ([1.0], [-0.0])


def test_nan_is_refused_and_no_rows_are_an_error() -> None:
    with pytest.raises(CannotRead, match="Row 1"):
        standardization(np.array([[np.nan]], np.float32))
    with pytest.raises(ValueError, match="at least one"):
        standardization(np.empty((0, 2), np.float32))
