"""The recipe decides once what engine and script do."""

from dataclasses import replace

import pytest

from netbuilder.spec.layers import layer
from netbuilder.spec.recipe import compiled, evaluation_batch


def test_short_runs_and_random_layers_are_not_compiled(small_project):
    from netbuilder.spec.project import Placed

    long = replace(small_project, training=replace(small_project.training, epochs=1000))
    assert compiled(long, 36, "linux")
    assert not compiled(long, 36, "win32")
    assert not compiled(small_project, 36, "linux")
    noisy = replace(long, layers=(*long.layers, Placed("noise", layer["gaussian_noise"].kind())))
    assert not compiled(noisy, 36, "linux")


@pytest.mark.parametrize("examples, size", [(0, 1), (1, 1), (359, 359), (5000, 1024)])
def test_evaluation_takes_all_examples_at_once_unless_they_are_many(examples, size):
    assert evaluation_batch(examples) == size
