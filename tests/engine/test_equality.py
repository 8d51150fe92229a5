"""The block loop computes what Keras's own ``fit`` computes: for everything in the catalogs, difference 0.0.

Only silu without XLA is rounded otherwise, as ``roundings`` explains.

Both in the same jit mode, on the same batches (the last one smaller), the optimizer's variables made first. Members of
different catalogs share a training, since the seconds are those of compiling it: its weights are equal only if the loss,
the optimizer, the schedule, the activations and the layers are. With XLA losses and optimizers have the settings that they
begin with, without it others.
"""

import itertools
from dataclasses import dataclass, replace

import keras
import numpy as np
import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.data.weights import sample_weights
from netbuilder.engine.blocks import Batches, Resident, Trainer
from netbuilder.engine.build import build, make
from netbuilder.engine.prepared import Prepared, prepared
from netbuilder.spec.activations import activation
from netbuilder.spec.calls import Call
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.losses import loss
from netbuilder.spec.metrics import metric
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.recipe import recipe
from netbuilder.spec.rules import Flag, Real
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
    metrics: tuple[Call, ...] = ()


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
    calls = recipe(one.project, replace(facts, train=one.examples), one.data.scaling)
    return replace(calls, compiled=compiled, metrics=one.metrics)


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
    return model, block.metrics


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
    return model, {name: values[-1] for name, values in history.history.items() if name != "learning_rate"}


def assert_equal(one: Case, compiled: bool):
    (mine, my_values), (theirs, their_values) = in_blocks(one, compiled), in_fit(one, compiled)
    assert_equal_models(mine, theirs, 0.0 if compiled else roundings(one))
    assert my_values["loss"] == their_values["loss"] or roundings(one)
    assert my_values == pytest.approx(their_values, rel=1e-6), "metrics are sums over batches, in an order of their own"
    untrained = build(one.project, recipe_of(one, compiled))
    assert any(np.any(np.array(a) != np.array(b)) for a, b in zip(mine.weights, untrained.weights, strict=True))


def roundings(one: Case):
    """By how much weights may differ without XLA.

    Of x · sigmoid(x), TensorFlow makes one operation of oneDNN's in ``fit`` or in a loop, not in both, and that rounds
    otherwise: with TF_ENABLE_ONEDNN_OPTS=0, or Grappler's remapping off, the difference is 0.0, too.
    """
    return 1e-7 if any(getattr(each.layer, "activation", "") == "silu" for each in one.project.layers) else 0.0


def assert_equal_models(mine, theirs, at_most=0.0):
    ours = [*mine.variables, *mine.optimizer.variables]
    keras_s = [*theirs.variables, *theirs.optimizer.variables]
    differences = [
        float(np.max(np.abs(np.subtract(a, b, dtype=np.float64)), initial=0.0))
        for a, b in zip(ours, keras_s, strict=True)
    ]
    assert [each for each in differences if not each <= at_most] == []


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
        return case(activation="softmax" if kind.wants() == "probabilities" else "linear", loss=kind, **training)
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


def others():
    """Layers of every kind that is neither the first nor the last."""
    return [entry.kind() for entry in layer if entry.name not in ("flatten", "dense")]


def otherwise(kind, fields):
    """The kind with another value in each of its numbers and flags, but those that ``SETTINGS`` change."""
    said = {name for settings in SETTINGS for name in settings}
    found = {}
    for one in fields:
        value = getattr(kind, one.name)
        if one.name in said or value is None:
            continue
        if isinstance(one.rule, Flag):
            found[one.name] = not value
        elif isinstance(one.rule, Real):
            found[one.name] = 0.9 * value if value else min(0.1, one.rule.at_most)
    return replace(kind, **found)


def layers_of(row):
    """The hidden layers of a row: all activations are in some, and each other kind of layer is the only one of it."""
    names = [entry.name for entry in activation][row :: len(TOGETHER)]
    dense = [Dense(units=12, activation=name) for name in names]
    return (Flatten(), *dense, others()[row % len(others())])


def metrics_of(kind, row):
    """Some metric for the targets of a loss: of the same targets, each in its turn."""
    form = next(form for form in ("integers", "one-hot", "binary", "numbers") if form in kind.takes)
    fitting = [entry for entry in metric if form in entry.kind().takes()]
    entry = fitting[row % len(fitting)]
    return (entry.kind().keras(form, entry.name, kind.wants()),)


@XLA
@pytest.mark.parametrize("row", range(len(TOGETHER)), ids=["-".join(filter(None, names)) for names in TOGETHER])
def test_every_loss_optimizer_way_of_averaging_schedule_activation_and_layer(row, compiled):
    one_loss, way, rates = TOGETHER[row]
    kind = loss[one_loss or "sparse_categorical_crossentropy"].kind()
    chosen = {} if way is None else {"optimizer": OPTIMIZERS[way]}
    if not compiled:
        kind = otherwise(kind, loss.of(kind).fields)
        chosen = {name: otherwise(one, optimizer.of(one).fields) for name, one in chosen.items()}
    if rates is not None:
        chosen |= {"schedule": SCHEDULES[rates], "epochs": 3, "rest": True}
    one = case_of_loss(kind, kinds=layers_of(row), **chosen)
    assert_equal(replace(one, metrics=metrics_of(kind, row)), compiled)


def test_the_rows_have_all_activations_and_layers_in_them():
    rows = [layers_of(row) for row in range(len(TOGETHER))]
    assert {one.activation for row in rows for one in row[1:-1]} == {entry.name for entry in activation}
    assert {type(row[-1]) for row in rows} == {type(one) for one in others()}


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


def test_balanced_classes_weigh_as_the_class_weights_of_keras():
    one = case()
    counts = np.bincount(one.data.targets[: one.examples], minlength=10)
    each = (one.examples / (10 * counts)).astype(np.float32)
    weights = sample_weights(one.data.targets[: one.examples], 10)
    assert np.array_equal(weights, each[one.data.targets[: one.examples]])
    assert len(set(weights)) > 1
    mine, _values = in_blocks(
        replace(one, data=replace(one.data, weights=np.resize(weights, EXAMPLES))), compiled=False
    )
    theirs, rows = build(one.project, recipe_of(one, compiled=False)), rows_of(one, 0)
    by_class = dict(enumerate(map(float, each)))
    inputs, targets = one.data.inputs[rows], one.data.targets[rows]
    theirs.fit(inputs, targets, batch_size=SIZE, shuffle=False, verbose=0, class_weight=by_class)
    assert_equal_models(mine, theirs)
