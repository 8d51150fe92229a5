"""The recipe decides once what engine and script do."""

from dataclasses import replace

import pytest

from netbuilder.spec.layers import layer
from netbuilder.spec.recipe import compiled, even_batch, even_batches


def test_short_runs_and_random_layers_are_not_compiled(small_project):
    from netbuilder.spec.project import Placed

    long = replace(small_project, training=replace(small_project.training, epochs=1000))
    assert compiled(long, 36, "linux")
    assert not compiled(long, 36, "win32")
    assert not compiled(small_project, 36, "linux")
    noisy = replace(long, layers=(*long.layers, Placed("noise", layer["gaussian_noise"].kind())))
    assert not compiled(noisy, 36, "linux")


@pytest.mark.parametrize("examples, size", [(0, 1), (1, 1), (359, 359), (5000, 1000), (10_000, 1000), (7919, 1024)])
def test_evaluation_needs_one_shape_wherever_the_examples_divide_evenly(examples, size):
    assert even_batch(examples) == size


def test_an_evaluation_batch_is_never_tiny_for_many_examples():
    assert all(even_batch(examples) >= 128 for examples in range(1025, 3000))


@pytest.mark.parametrize(
    "validation, test, sizes",
    [
        (5000, 10000, (1000, 1000)),  # one shape for both
        (360, 720, (360, 360)),
        (80, 100, (80, 100)),  # nothing large divides both
        (0, 500, (1, 500)),
        (4096, 1500, (1024, 750)),
    ],
)
def test_validation_and_test_are_evaluated_in_the_same_shape_if_they_can_be(validation, test, sizes):
    assert even_batches(validation, test) == sizes
