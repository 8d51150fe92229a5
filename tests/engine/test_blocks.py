"""The block loop computes what Keras's own ``fit`` computes."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from netbuilder.data.examples import Examples
from netbuilder.engine.blocks import Batches, Evaluator, Resident, Trainer
from netbuilder.engine.build import build
from netbuilder.engine.order import order
from netbuilder.engine.prepared import prepared
from netbuilder.spec.layers.batch_normalization import BatchNormalization
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.layers.gaussian_noise import GaussianNoise
from netbuilder.spec.layers.layer_normalization import LayerNormalization
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
    trainer = Trainer(model, Resident(data), compiled=calls.compiled)
    rows = data.train[order(len(data.train), project.training.seed, 1)]
    whole = len(rows) // size
    batches, rest = Batches(rows[: whole * size], size), Batches(rows[whole * size :], len(rows) - whole * size)
    losses = [trainer.train(batches, 0, 5, fresh=True).losses]
    losses.append(trainer.train(batches, 5, whole - 5, fresh=False).losses)
    losses.append(trainer.train(rest, 0, 1, fresh=False).losses)
    return model, np.concatenate(losses)


def fitted(project, facts, data, size, compiled=True):
    """The same epoch by ``model.fit`` on the same batches."""
    import tensorflow as tf

    model, _ = built(project, facts, data, compiled)
    rows = data.train[order(len(data.train), project.training.seed, 1)]
    batches = tf.data.Dataset.from_tensor_slices((data.inputs[rows], data.targets[rows])).batch(size)
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


def test_every_batch_s_loss_and_penalty_are_told_apart(small_project, read):
    project = replace(small_project, layers=stack(*STACKS["penalties"]))
    facts, data = data_of(project, read)
    model, calls = built(project, facts, data)
    first = float(sum(float(one) for one in model.losses))
    rows = data.train[order(len(data.train), 1, 1)[:64]]
    block = Trainer(model, Resident(data), compiled=calls.compiled).train(Batches(rows, 32), 0, 2, fresh=True)
    assert block.penalties[0] == pytest.approx(first, rel=1e-5)
    assert block.losses[0] > block.penalties[0] > 0
    assert block.metrics["loss"] == pytest.approx(block.losses.mean())


@pytest.mark.parametrize("compiled", [True, False], ids=["xla", "no xla"])
def test_what_is_compiled_beside_a_training_changes_nothing(small_project, read, compiled):
    """A program of 0 steps reads and writes all variables: had TensorFlow no lock on them, steps would be lost."""
    facts, data = data_of(small_project, read)
    rows = data.train[order(len(data.train), 1, 1)]
    batches, other = Batches(rows[:640], 32), Batches(rows[:14], 7)

    def weights(disturbed):
        model, _ = built(small_project, facts, data, compiled)
        trainer = Trainer(model, Resident(data), compiled=compiled)
        for shape in (batches, other):
            trainer.train(shape, 0, 0, fresh=False)
        over, times = threading.Event(), []

        def disturb():
            while disturbed and not over.is_set():
                trainer.train(other, 0, 0, fresh=False)
                times.append(None)

        thread = threading.Thread(target=disturb)
        thread.start()
        for step in range(300):
            while thread.is_alive() and len(times) < step // 10:  # however seldom the system lets it have its turn
                time.sleep(0.001)
            trainer.train(batches, step % 20, 1, fresh=step == 0)
        over.set()
        thread.join()
        assert len(times) >= 29 if disturbed else not times
        assert int(model.optimizer.iterations) == 300
        return model.get_weights()

    for one, other_one in zip(weights(disturbed=False), weights(disturbed=True), strict=True):
        assert np.array_equal(one, other_one)


@pytest.mark.parametrize("batch_size", [100, 288])
def test_evaluation_agrees_with_keras(small_project, read, batch_size):
    facts, data = data_of(small_project, read)
    model, _ = built(small_project, facts, data)
    evaluator = Evaluator(model, Resident(data))
    rows = data.validation
    whole = len(rows) // batch_size
    measured = evaluator.measure(Batches(rows[: whole * batch_size], batch_size), 0, whole, fresh=True)
    if rest := len(rows) % batch_size:
        measured = evaluator.measure(Batches(rows[-rest:], rest), 0, 1, fresh=False)
    loss, accuracy = model.evaluate(data.inputs[rows], data.targets[rows], verbose=0)
    assert measured["loss"] == pytest.approx(loss, rel=1e-5)
    assert measured["accuracy"] == pytest.approx(accuracy, rel=1e-6)
