"""The block loop computes what Keras's own ``fit`` computes: for everything in the catalogs, difference 0.0.

Both in the same jit mode, on the same batches (the last one smaller), the optimizer's variables made first. Members of
different catalogs share a training, since the seconds are those of compiling it: its weights are equal only if the loss,
the optimizer and the schedule are.
"""

import itertools
from dataclasses import dataclass, replace

import keras
import numpy as np
import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.engine.blocks import Batches, Resident, Trainer
from netbuilder.engine.build import build, make
from netbuilder.engine.prepared import Prepared, prepared
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.recipe import recipe
from netbuilder.spec.schedules import schedule
from netbuilder.spec.split import Split

SIZE, WHOLE, REST = 16, 5, 7  # of layers and schedules, the smaller last batch is tried too; it is compiled by itself
EXAMPLES = SIZE * WHOLE + REST
pytestmark = pytest.mark.slow
XLA = pytest.mark.parametrize("compiled", [True, False], ids=["xla", "no xla"])


@dataclass(frozen=True)
class Case:
    project: ProjectSpec
    data: Prepared
    epochs: int
    examples: int


HIDDEN = (Flatten(), Dense(units=12))


def case(kinds=HIDDEN, units=10, activation="softmax", targets=None, epochs=1, rest=False, **training):
    """A project on some digits, with made-up targets where a loss takes no class numbers."""
    project = ProjectSpec(
        DataSpec(Digits8x8(), Split(validation=0.0, test=0.0)),
        stack(*kinds, Dense(units=units, activation=activation)),
        training=TrainingSpec(
            metrics=(), epochs=epochs, batch_size=SIZE, early_stopping=EarlyStopping(on=False), **training
        ),
    )
    source = project.data.source
    data = prepared(project, source.facts(project.data.split), source.read(lambda *_: None, lambda: False))
    rows = data.train[:EXAMPLES]
    inputs, found = data.inputs[rows], data.targets[rows] if targets is None else targets
    examples = EXAMPLES if rest else SIZE * WHOLE
    return Case(project, replace(data, inputs=inputs, targets=found), epochs, examples)


def recipe_of(one: Case, compiled: bool):
    facts = one.project.data.source.facts(one.project.data.split)
    return replace(recipe(one.project, replace(facts, train=one.examples), one.data.scaling), compiled=compiled)


def rows_of(one: Case, epoch: int):
    return np.random.default_rng(epoch).permutation(one.examples).astype(np.int32)


def in_blocks(one: Case, compiled: bool):
    """The model after some epochs in blocks; the value that callbacks watch is the loss."""
    calls = recipe_of(one, compiled)
    model = build(one.project, calls)
    trainer = Trainer(model, Resident(one.data), compiled=compiled)
    callbacks = keras.callbacks.CallbackList([make(call) for call in calls.callbacks], model=model)
    callbacks.on_train_begin()
    for epoch in range(one.epochs):
        callbacks.on_epoch_begin(epoch)
        rows = rows_of(one, epoch)
        whole, rest = Batches(rows[: WHOLE * SIZE], SIZE), rows[WHOLE * SIZE :]
        trainer.train(whole, 0, 2, fresh=True)
        block = trainer.train(whole, 2, WHOLE - 2, fresh=False)
        if rest.size:
            block = trainer.train(Batches(rest, REST), 0, 1, fresh=False)
        callbacks.on_epoch_end(epoch, block.metrics)
    model.optimizer.finalize_variable_values(model.trainable_weights)
    return model, block.metrics["loss"]


def in_fit(one: Case, compiled: bool):
    """The same by ``model.fit``."""
    calls = recipe_of(one, compiled)
    model = build(one.project, calls)

    def batches():
        for epoch in itertools.count():
            rows = rows_of(one, epoch)
            for start in range(0, one.examples, SIZE):
                chosen = rows[start : start + SIZE]
                weights = () if one.data.weights is None else (one.data.weights[chosen],)
                yield one.data.inputs[chosen], one.data.targets[chosen], *weights

    history = model.fit(
        batches(),
        steps_per_epoch=-(-one.examples // SIZE),
        epochs=one.epochs,
        shuffle=False,
        verbose=0,
        callbacks=[make(call) for call in calls.callbacks],
    )
    return model, history.history["loss"][-1]


def assert_equal(one: Case, compiled: bool):
    (mine, my_loss), (theirs, their_loss) = in_blocks(one, compiled), in_fit(one, compiled)
    ours = [*mine.variables, *mine.optimizer.variables]
    keras_s = [*theirs.variables, *theirs.optimizer.variables]
    differences = [
        float(np.max(np.abs(np.subtract(a, b, dtype=np.float64)), initial=0.0))
        for a, b in zip(ours, keras_s, strict=True)
    ]
    assert differences == [0.0] * len(differences)
    assert my_loss == their_loss
    untrained = build(one.project, recipe_of(one, compiled))
    assert any(np.any(np.array(a) != np.array(b)) for a, b in zip(mine.weights, untrained.weights, strict=True))


def made_up(kind):
    """Targets (n, k) float32 as the loss wants them, and the activation of the output that it reads."""
    random = np.random.default_rng(3)
    units = max(2, kind.least_units)
    values = random.normal(size=(EXAMPLES, units))
    if kind.targets == "shares":
        values = np.exp(values) / np.exp(values).sum(axis=1, keepdims=True)
    elif kind.targets == "not negative":
        values = np.abs(values)
    reads = {"probabilities": "softmax", "positive": "softplus", "not negative": "relu"}
    return units, reads.get(kind.wants(), "linear"), values.astype(np.float32)


def case_of_loss(kind, **training):
    if "integers" in kind.takes:
        return case(loss=kind, **training)
    if "one-hot" in kind.takes:
        one_hot = np.eye(10, dtype=np.float32)[np.random.default_rng(1).integers(0, 10, EXAMPLES)]
        activation = "softmax" if kind.wants() == "probabilities" else "linear"
        return case(targets=one_hot, activation=activation, loss=kind, **training)
    if "binary" in kind.takes:
        binary = np.random.default_rng(2).integers(0, 2, (EXAMPLES, 1)).astype(np.float32)
        activation = "sigmoid" if kind.wants() == "probabilities" else "tanh"
        return case(units=1, activation=activation, targets=binary, loss=kind, **training)
    units, activation, targets = made_up(kind)
    return case(units=units, activation=activation, targets=targets, loss=kind, **training)


SETTINGS = [
    {"clipnorm": 0.1},
    {"clipvalue": 0.01},
    {"global_clipnorm": 0.1},
    {"use_ema": True},
    {"gradient_accumulation_steps": 2},
    {"weight_decay": 0.01},
]
"""Ways of clipping and averaging, which all optimizers have."""

OPTIMIZERS = {
    **{entry.name: entry.kind() for entry in optimizer},
    **{next(iter(settings)): optimizer["adam"].kind(**settings) for settings in SETTINGS},
}
CHANGED = {"on_plateau": {"monitor": "loss", "patience": 1, "min_delta": 100.0}}
SCHEDULES = {entry.name: entry.kind(**CHANGED.get(entry.name, {})) for entry in schedule}
TOGETHER = list(itertools.zip_longest([entry.name for entry in loss], OPTIMIZERS, SCHEDULES))


@XLA
@pytest.mark.parametrize("one_loss,way,rates", TOGETHER, ids=["-".join(filter(None, names)) for names in TOGETHER])
def test_every_loss_optimizer_way_of_averaging_and_schedule(one_loss, way, rates, compiled):
    chosen = {} if way is None else {"optimizer": OPTIMIZERS[way]}
    if rates is not None:
        chosen |= {"schedule": SCHEDULES[rates], "epochs": 3, "rest": True}
    assert_equal(case(**chosen) if one_loss is None else case_of_loss(loss[one_loss].kind(), **chosen), compiled)


def others():
    """Layers of every kind that is neither the first nor the last."""
    return [entry.kind() for entry in layer if entry.name not in ("flatten", "dense")]


@XLA
def test_every_layer_in_one_network(compiled):
    limited = Dense(units=12, l1=0.001, l2=0.01, bias_l2=0.01, max_norm=1.0)
    assert_equal(case((Flatten(), limited, *others()), rest=True), compiled)


@pytest.mark.parametrize(
    "kinds", [(), *((one,) for one in others())], ids=lambda kinds: "-".join(type(one).__name__ for one in kinds)
)
def test_every_layer_by_itself(kinds):
    assert_equal(case((Flatten(), Dense(units=12), *kinds), rest=True), compiled=False)


@XLA
def test_sample_weights(compiled):
    one = case()
    weights = np.random.default_rng(4).uniform(0.1, 3.0, EXAMPLES).astype(np.float32)
    weighted = replace(one, data=replace(one.data, weights=weights))
    assert_equal(weighted, compiled)
    assert in_blocks(weighted, compiled=False)[1] != in_blocks(one, compiled=False)[1]
