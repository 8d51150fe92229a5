"""Balanced weights: every class that occurs weighs the same, whatever its share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.data.weights import class_weights, sample_weights

TARGETS = st.lists(st.integers(0, 9), min_size=1, max_size=200).map(lambda values: np.array(values, np.int32))


def test_a_class_with_a_third_of_the_examples_of_another_weighs_three_times_as_much() -> None:
    weights = class_weights(np.array([0, 0, 0, 1], np.int32), 2)
    assert weights.dtype == np.float32
    assert weights.tolist() == [np.float32(4 / 6), 2.0]
    assert sample_weights(np.array([0, 0, 0, 1], np.int32), 2).tolist() == [np.float32(4 / 6)] * 3 + [2.0]


@given(TARGETS)
def test_all_classes_together_weigh_the_same_and_the_mean_is_1(targets) -> None:
    weights = sample_weights(targets, 10)
    assert weights.shape == targets.shape
    assert weights.dtype == np.float32
    sums = np.bincount(targets, weights=weights, minlength=10)[np.unique(targets)]
    np.testing.assert_allclose(sums, len(targets) / len(sums), rtol=1e-6)
    np.testing.assert_allclose(weights.mean(dtype=np.float64), 1, rtol=1e-6)


@given(TARGETS)
def test_weights_are_those_of_scikit_learn(targets) -> None:
    from sklearn.utils.class_weight import compute_class_weight

    theirs = compute_class_weight("balanced", classes=np.unique(targets), y=targets)
    assert class_weights(targets, 10)[np.unique(targets)].tolist() == theirs.astype(np.float32).tolist()


@pytest.mark.parametrize("targets, weights", [([2, 2], [0, 0, 1, 0]), ([], [0, 0, 0, 0])])
def test_a_class_that_does_not_occur_weighs_nothing(targets, weights) -> None:
    found = class_weights(np.array(targets, np.int32), 4)
    assert found.tolist() == weights
    assert sample_weights(np.array(targets, np.int32), 4).tolist() == [1.0] * len(targets)
