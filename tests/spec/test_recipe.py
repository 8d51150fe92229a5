"""The recipe decides once what engine and script do."""

from dataclasses import replace

import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.spec.layers import layer
from netbuilder.spec.optimizers import Adam
from netbuilder.spec.project import Placed
from netbuilder.spec.recipe import compilable, evaluation_batch, recipe, worth_compiling
from netbuilder.spec.schedules import Exponential

PLATFORMS = ["linux", "darwin", "win32"]


def of(project, **given):
    facts = project.data.source.facts(project.data.split)
    return recipe(project, facts, None, **given)


def with_training(project, **changes):
    return replace(project, training=replace(project.training, **changes))


def test_short_runs_and_random_layers_are_not_compiled(small_project):
    long = with_training(small_project, epochs=1000)
    assert worth_compiling(long, 36, "cpu")
    assert not worth_compiling(small_project, 36, "cpu")
    noisy = replace(long, layers=(*long.layers, Placed("noise", layer["gaussian_noise"].kind())))
    assert not worth_compiling(noisy, 36, "cpu")
    assert worth_compiling(noisy, 36, "gpu:0"), "that XLA is slow at random numbers was measured on a CPU"
    assert not worth_compiling(small_project, 36, "gpu:0")


def test_steps_are_compiled_where_xla_is():
    can = {(device, platform) for device in ("cpu", "gpu:0") for platform in PLATFORMS if compilable(device, platform)}
    assert can == {("cpu", "linux"), ("gpu:0", "linux"), ("cpu", "darwin")}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_choice_of_a_run_holds_whatever_the_rule_says(small_project, platform, monkeypatch):
    monkeypatch.setattr("netbuilder.spec.recipe.sys.platform", platform)
    long = with_training(small_project, epochs=1000)
    assert of(small_project).compiled is False
    assert of(small_project, compiled=True).compiled is (platform != "win32"), "there it can't go on otherwise"
    assert of(long).compiled is (platform != "win32")
    assert of(long, compiled=False).compiled is False


def test_schedules_count_batches_though_gradients_are_accumulated(small_project):
    one, several = (
        of(with_training(small_project, schedule=Exponential(), optimizer=Adam(gradient_accumulation_steps=steps)))
        for steps in (None, 4)
    )
    rates = [found.optimizer.arguments["learning_rate"] for found in (one, several)]
    assert rates[0] == rates[1]
    assert rates[0].arguments["decay_steps"] == one.steps_per_epoch


@pytest.mark.parametrize("examples, size", [(0, 1), (1, 1), (359, 359), (5000, 1024)])
def test_evaluation_takes_all_examples_at_once_unless_they_are_many(examples, size):
    assert evaluation_batch(examples) == size
