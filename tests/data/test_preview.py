"""The preview: true counts, spread examples, and small whatever the data."""

import dataclasses

import numpy as np
import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.examples import Examples
from netbuilder.data.points.moons import Moons
from netbuilder.data.preview import MOST_PICTURES, MOST_ROWS, Preview, preview
from netbuilder.data.split import divide
from netbuilder.spec.split import Split


def of(examples: Examples, split: Split | None = None) -> Preview:
    return preview(examples, divide(examples, split or Split(0.2, 0.2)))


def pictures(count: int, side: int = 6, classes: int = 10) -> Examples:
    labels = (np.arange(count) % classes).astype(np.int32)
    inputs = np.broadcast_to(labels[:, None, None], (count, side, side)).astype(np.uint8)
    return Examples(inputs, labels, tuple(str(number) for number in range(classes)))


def table(count: int, columns: int) -> Examples:
    inputs = np.random.default_rng(0).normal(size=(count, columns)).astype(np.float32)
    return Examples(inputs, inputs[:, :1] * 2, features=tuple(f"c{number}" for number in range(columns)))


def test_class_counts_are_those_of_each_part() -> None:
    found = of(pictures(100))
    assert (found.train, found.validation, found.test) == (64, 16, 20)
    assert found.test_counts == (2,) * 10
    totals = np.sum([found.train_counts, found.validation_counts, found.test_counts], axis=0)
    assert totals.tolist() == [10] * 10


def test_example_pictures_show_every_class_equally_with_their_labels() -> None:
    found = of(pictures(1000))
    assert len(found.pictures) == MOST_PICTURES
    assert np.bincount(found.picture_classes).tolist() == [4] * 10
    np.testing.assert_array_equal(found.pictures[:, 0, 0], found.picture_classes)
    assert len(found.rows) == 0


def test_points_come_from_all_parts_with_class_and_part() -> None:
    examples = Moons(count=100_000).read(lambda done, total: None, lambda: False)
    found = of(examples)
    assert found.rows.shape == (MOST_ROWS, 2)
    assert found.row_parts.tolist().count(0) == pytest.approx(0.64 * MOST_ROWS, rel=0.1)
    assert 0.4 < found.row_targets.mean() < 0.6
    for row, target in zip(found.rows[:20], found.row_targets[:20], strict=True):
        place = np.flatnonzero((examples.inputs == row).all(axis=1))[0]
        assert examples.targets[place] == target


def test_columns_are_measured_on_training_rows_alone() -> None:
    examples = table(100, 2)
    parts = divide(examples, Split(0.2, 0.2))
    examples.inputs[parts.test] = 1e6
    found = preview(examples, parts)
    assert max(found.highest) < 10
    np.testing.assert_allclose(found.mean, examples.inputs[parts.train].mean(axis=0), rtol=1e-5)
    assert found.train_counts == ()
    assert found.target_range == (float(examples.targets.min()), float(examples.targets.max()))


@pytest.mark.parametrize(
    "examples",
    [pictures(5000, side=300), pictures(3000, classes=3000), pictures(1), table(50_000, 30), table(50, 5000)],
    ids=["large pictures", "many classes", "one picture", "many rows", "many columns"],
)
def test_a_preview_stays_small_whatever_the_data(examples: Examples) -> None:
    found = of(examples)
    arrays = sum(value.nbytes for value in dataclasses.astuple(found) if isinstance(value, np.ndarray))
    others = sum(len(value) for value in dataclasses.astuple(found) if isinstance(value, tuple))
    assert arrays < 3_000_000
    assert others <= 8000


def test_a_preview_is_made_of_texts_numbers_tuples_and_arrays() -> None:
    for examples in (pictures(20), table(20, 2)):
        for value in dataclasses.astuple(of(examples)):
            assert isinstance(value, int | tuple | np.ndarray)
            if isinstance(value, tuple):
                assert {type(item) for item in value} <= {str, int, float}


def test_examples_without_a_training_part_still_have_a_preview() -> None:
    assert len(of(pictures(20), Split(0.0, 1e8)).pictures) == 20
    assert of(table(20, 2), Split(0.0, 1e8)).lowest
