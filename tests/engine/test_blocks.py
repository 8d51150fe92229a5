"""The block loop computes what Keras's own ``fit`` computes."""

from dataclasses import replace

import numpy as np
import pytest

from netbuilder.data.examples import Examples
from netbuilder.engine.blocks import Blocks, Evaluation
from netbuilder.engine.build import build
from netbuilder.engine.order import order
from netbuilder.engine.prepared import Part, prepared
from netbuilder.spec.layers.batch_normalization import BatchNormalization
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.layers.gaussian_noise import GaussianNoise
from netbuilder.spec.layers.layer_normalization import LayerNormalization
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import stack
from netbuilder.spec.recipe import recipe

STACKS = {
    "plain": (Flatten(), Dense(units=12), Dense(units=10, activation="softmax")),
    "penalties": (
        Flatten(),
        Dense(units=12, l1=0.001, l2=0.01, bias_l2=0.01, max_norm=1.0),
        Dense(units=10, activation="softmax"),
    ),
    "random": (Flatten(), GaussianNoise(), Dense(units=12), Dropout(rate=0.3), Dense(units=10, activation="softmax")),
    "normalized": (
        Flatten(),
        Dense(units=12, activation="linear"),
        BatchNormalization(),
        LayerNormalization(),
        Dense(units=10, activation="softmax"),
    ),
}


@pytest.fixture
def read(small_project):
    return small_project.data.source.read(lambda *_: None, lambda: False)


def data_of(project, read: Examples):
    facts = project.data.source.facts(project.data.split)
    return facts, prepared(project, facts, read)


def built(project, facts, data, compiled=True):
    calls = replace(recipe(project, facts, data.scaling), compiled=compiled)
    return build(project, calls), calls


def one_epoch(project, facts, data, size, compiled=True):
    """Weights and losses after an epoch in blocks, the smaller last batch included."""
    model, calls = built(project, facts, data, compiled)
    blocks = Blocks(model, data.train, compiled=calls.compiled)
    rows = order(len(data.train), project.training.seed, 1)
    whole = len(rows) // size
    losses = [blocks.train(rows[: whole * size].reshape(whole, size), 0, 5)[0]]
    losses.append(blocks.train(rows[: whole * size].reshape(whole, size), 5, whole - 5)[0])
    losses.append(blocks.train(rows[whole * size :].reshape(1, -1), 0, 1)[0])
    return model, np.concatenate(losses)


def fitted(project, facts, data, size, compiled=True):
    """The same epoch by ``model.fit`` on the same batches."""
    import tensorflow as tf

    model, _ = built(project, facts, data, compiled)
    rows = order(len(data.train), project.training.seed, 1)
    batches = tf.data.Dataset.from_tensor_slices((data.train.inputs[rows], data.train.targets[rows])).batch(size)
    model.fit(batches, epochs=1, shuffle=False, verbose=0)
    return model


@pytest.mark.parametrize("compiled", [True, False], ids=["xla", "no xla"])
@pytest.mark.parametrize("kinds", STACKS.values(), ids=STACKS.keys())
def test_an_epoch_in_blocks_gives_the_weights_that_fit_gives(small_project, read, kinds, compiled):
    project = replace(small_project, layers=stack(*kinds))
    facts, data = data_of(project, read)
    mine, losses = one_epoch(project, facts, data, 32, compiled)
    theirs = fitted(project, facts, data, 32, compiled)
    assert len(losses) == recipe(project, facts, data.scaling).steps_per_epoch
    for ours, keras in zip(mine.get_weights(), theirs.get_weights(), strict=True):
        assert np.array_equal(ours, keras)


@pytest.mark.parametrize("name", ["sgd", "rmsprop", "adamw", "nadam", "adafactor", "lion", "muon"])
def test_optimizers_step_as_they_do_in_fit(small_project, read, name):
    training = replace(small_project.training, optimizer=optimizer[name].kind())
    project = replace(small_project, training=training)
    facts, data = data_of(project, read)
    mine, _ = one_epoch(project, facts, data, 32)
    theirs = fitted(project, facts, data, 32)
    for ours, keras in zip(mine.get_weights(), theirs.get_weights(), strict=True):
        assert np.array_equal(ours, keras)


def test_every_batch_s_loss_and_penalty_are_told_apart(small_project, read):
    project = replace(small_project, layers=stack(*STACKS["penalties"]))
    facts, data = data_of(project, read)
    model, calls = built(project, facts, data)
    first = float(sum(float(one) for one in model.losses))
    rows = order(len(data.train), 1, 1)[:64].reshape(2, 32)
    losses, penalties = Blocks(model, data.train, compiled=calls.compiled).train(rows, 0, 2)
    assert penalties[0] == pytest.approx(first, rel=1e-5)
    assert losses[0] > penalties[0] > 0


@pytest.mark.parametrize("batch_size", [100, 288])
def test_evaluation_agrees_with_keras(small_project, read, batch_size):
    facts, data = data_of(small_project, read)
    model, _ = built(small_project, facts, data)
    measured = Evaluation(model, data.validation, batch_size, compiled=True).measure()
    loss, accuracy = model.evaluate(data.validation.inputs, data.validation.targets, verbose=0)
    assert measured["loss"] == pytest.approx(loss, rel=1e-5)
    assert measured["accuracy"] == pytest.approx(accuracy, rel=1e-6)


def test_an_empty_part_measures_nothing(small_project, read):
    facts, data = data_of(small_project, read)
    model, _ = built(small_project, facts, data)
    nothing = Part(data.test.inputs[:0], data.test.targets[:0])
    assert Evaluation(model, nothing, 1, compiled=True).measure() == {}
