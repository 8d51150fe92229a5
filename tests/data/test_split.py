"""The parts of the examples: exact, seeded, stratified and never overlapping."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.data.examples import Examples
from netbuilder.data.split import Parts, divide
from netbuilder.spec.split import Split, part_sizes

sizes = st.one_of(st.floats(0, 0.99), st.integers(1, 300).map(float))
splits = st.builds(Split, validation=sizes, test=sizes, stratified=st.booleans(), seed=st.integers(0, 2**32 - 1))


@st.composite
def some_examples(draw: st.DrawFn) -> Examples:
    labels = draw(st.lists(st.integers(0, 6), min_size=1, max_size=200))
    own_test = draw(st.integers(0, len(labels) - 1))
    return classified(labels, own_test)


def classified(labels: list[int], own_test: int = 0) -> Examples:
    inputs = np.zeros((len(labels), 2), np.float32)
    return Examples(inputs, np.array(labels, np.int32), tuple("ABCDEFG"), own_test=own_test)


def together(parts: Parts) -> list[int]:
    return sorted([*parts.train.tolist(), *parts.validation.tolist(), *parts.test.tolist()])


@given(some_examples(), splits)
def test_every_example_is_in_exactly_one_part(examples: Examples, split: Split) -> None:
    assert together(divide(examples, split)) == list(range(len(examples)))


@given(some_examples(), splits)
def test_parts_have_exactly_the_announced_sizes(examples: Examples, split: Split) -> None:
    parts = divide(examples, split)
    found = (len(parts.train), len(parts.validation), len(parts.test))
    assert found == part_sizes(len(examples), examples.own_test, split)


@given(some_examples(), splits)
def test_the_same_split_gives_the_same_rows(examples: Examples, split: Split) -> None:
    one, two = divide(examples, split), divide(examples, split)
    assert one.train.tolist() == two.train.tolist()
    assert one.validation.tolist() == two.validation.tolist()


@given(some_examples(), splits)
def test_the_own_test_part_is_the_last_examples_and_nothing_else(examples: Examples, split: Split) -> None:
    if examples.own_test:
        count = len(examples)
        assert divide(examples, split).test.tolist() == list(range(count - examples.own_test, count))


@given(some_examples(), splits)
def test_stratified_parts_hold_each_class_within_one_example_of_its_share(examples: Examples, split: Split) -> None:
    if not split.stratified or examples.own_test:
        return
    parts = divide(examples, split)
    for number in range(7):
        share = len(parts.test) * np.mean(examples.targets == number)
        assert abs(np.sum(examples.targets[parts.test] == number) - share) < 1


def test_another_seed_draws_other_rows() -> None:
    examples = classified([0, 1] * 100)
    assert divide(examples, Split(seed=1)).test.tolist() != divide(examples, Split(seed=2)).test.tolist()


def test_a_class_with_one_example_keeps_it_for_training() -> None:
    examples = classified([0] * 60 + [1] * 39 + [2])
    for seed in range(20):
        assert 99 in divide(examples, Split(validation=0.2, test=0.2, seed=seed)).train


def test_not_stratified_shares_are_left_to_chance() -> None:
    examples = classified([0, 1] * 50)
    shares = {int((examples.targets[divide(examples, Split(0.0, 0.2, False, seed)).test]).sum()) for seed in range(20)}
    assert len(shares) > 3


def test_a_regression_is_divided_although_its_targets_all_differ() -> None:
    examples = Examples(np.zeros((100, 1), np.float32), np.arange(100, dtype=np.float32).reshape(-1, 1))
    parts = divide(examples, Split(validation=0.2, test=0.3))
    assert (len(parts.train), len(parts.validation), len(parts.test)) == (56, 14, 30)
    assert parts.test.max() > 60, "not only the first rows"


@pytest.mark.parametrize("split", [Split(0.0, 0.0), Split(1e8, 1e8), Split(0.0, 1e8)])
def test_sizes_at_their_ends_leave_parts_empty(split: Split) -> None:
    assert together(divide(classified([0, 1, 2]), split)) == [0, 1, 2]
