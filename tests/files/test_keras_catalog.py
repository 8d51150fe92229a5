"""Whatever the catalogs can say, Keras can write, and comes back from its file: equal settings, bit-equal numbers."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from netbuilder.data.points.moons import Moons
from netbuilder.data.tables.diabetes import Diabetes
from netbuilder.data.tables.iris import Iris
from netbuilder.engine.build import build, make
from netbuilder.export.keras_file import KerasFile
from netbuilder.export.portable import portable
from netbuilder.files.keras_model import KerasModel, read_keras_model
from netbuilder.files.keras_objects import call_of
from netbuilder.spec.activations import activation
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.initializers import initializer
from netbuilder.spec.inverse import read
from netbuilder.spec.layers import DoesNotFit, layer, weights_of
from netbuilder.spec.layers.activation import Activation
from netbuilder.spec.layers.batch_normalization import BatchNormalization
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.losses import loss
from netbuilder.spec.metrics import metric
from netbuilder.spec.optimizers import Adam, optimizer
from netbuilder.spec.project import DataSpec, InputSpec, Placed, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.recipe import recipe
from netbuilder.spec.rules import Flag, Maybe, OneOf, Real, Whole, fields_of
from netbuilder.spec.scaling import Scaling
from netbuilder.spec.schedules import Constant, schedule

SHAPES = ((6,), (4, 4), (4, 4, 3))
SOURCES = {"integers": Iris(), "one-hot": Iris(), "binary": Moons(), "numbers": Diabetes()}


def varied(kind: type[Any]) -> Iterator[Any]:
    """A kind as it is, with each of its fields away from its default in turn, and with all of them that go together."""
    others = {}
    for field in fields_of(kind):
        match field.rule:
            case Flag():
                others[field.name] = not field.default
            case Maybe(rule=Whole()) as rule:
                others[field.name] = int(rule.start)
            case Maybe() as rule:
                others[field.name] = None if field.default is not None else short(rule.start * 0.7)
            case Real(at_least=low, at_most=high):
                other = field.default * 0.7 if field.default else 0.3 * (high if high < 1e3 else 1.0) + low
                others[field.name] = short(other)
            case Whole(at_most=high):
                others[field.name] = min(high, field.default + 1)
            case OneOf():
                others[field.name] = next(name for name in field.rule.choices() if name != field.default)
    yield kind()
    yield from (dataclasses.replace(kind(), **{name: value}) for name, value in others.items())
    for name in ("clipvalue", "global_clipnorm"):  # Keras takes one of three
        others.pop(name, None)
    yield dataclasses.replace(kind(), **others)


def short(value: float) -> float:
    return float(f"{value:.3g}")


def entries_of(*catalogs: Catalog[Any]) -> Any:
    return pytest.mark.parametrize("entry", [entry for one in catalogs for entry in one], ids=lambda entry: entry.name)


def written(described: Any) -> Iterator[Any]:
    """What Keras writes of the call's object, and what is left of it in a portable file."""
    plain = keras.saving.serialize_keras_object(make(described))
    yield from (plain, portable(plain))


def shape_of(one: Any) -> tuple[int, ...]:
    """The first shape of an example that the layer takes."""
    for shape in SHAPES:
        try:
            one.output_shape(shape)
        except DoesNotFit:
            continue
        return shape
    pytest.fail(f"no shape fits {one}")


def heard(one: Any) -> Any:
    """The kind as Keras hears of it: what is switched off, and no argument of its call, has its default."""
    off = {field.name: field.default for field in fields_of(one) if field.needs and not getattr(one, field.needs)}
    return dataclasses.replace(one, **{name: value for name, value in off.items() if name not in one.keras().arguments})


@entries_of(layer)
def test_every_layer_is_read_from_what_keras_writes_of_it(entry: Any) -> None:
    for one in varied(entry.kind):
        for plain in written(one.keras()):
            assert read(layer, call_of(plain)) == (heard(one), ())


@entries_of(activation, initializer)
def test_every_activation_and_initializer_is_read_from_what_keras_writes_of_it(entry: Any) -> None:
    kinds = [Dense(activation=entry.name), Activation(entry.name)] if entry.name in activation else []
    kinds += [Dense(kernel_initializer=entry.name)] if entry.name in initializer else []
    for one in kinds:
        for plain in written(one.keras()):
            assert read(layer, call_of(plain)) == (one, ())


@entries_of(loss)
def test_every_loss_is_read_from_what_keras_writes_of_it(entry: Any) -> None:
    for one in varied(entry.kind):
        said = dataclasses.replace(one, **{name: getattr(entry.kind(), name) for name in one.never_said})
        for plain in written(one.keras()):
            assert read(loss, call_of(plain)) == (said, ())


@entries_of(optimizer)
def test_every_optimizer_is_read_from_what_keras_writes_of_it(entry: Any) -> None:
    for one in varied(entry.kind):
        for plain in written(one.keras(one.learning_rate)):
            assert read(optimizer, call_of(plain), lambda found: found.keras(found.learning_rate)) == (one, ())


def project(*kinds: Any, shape: tuple[int, ...] = (), targets: str = "integers", **training: Any) -> ProjectSpec:
    labels = "one-hot" if targets == "one-hot" else "integers"
    hand = InputSpec(follows_data=False, shape=shape, scaling="none") if shape else InputSpec()
    return ProjectSpec(DataSpec(SOURCES[targets], labels=labels), stack(*kinds), hand, TrainingSpec(**training))


class Network:
    """A network whose weights were just drawn and whose optimizer made a step."""

    def __init__(self, one: ProjectSpec, scaling: Scaling | None = None) -> None:
        self.project, self.scaling = one, scaling
        self.facts = one.data.source.facts(one.data.split)
        self.model = build(one, recipe(one, self.facts, scaling))
        random = np.random.default_rng(0)
        self.examples = random.random((5, *self.model.input_shape[1:])).astype(np.float32)
        gradients = [random.random(weight.shape).astype(np.float32) for weight in self.model.trainable_variables]
        self.model.optimizer.apply([keras.ops.convert_to_tensor(one) for one in gradients])

    def predict(self, inputs: Any) -> Any:
        return np.asarray(self.model(inputs, training=False))

    def save(self, path: Path) -> None:
        self.model.save(path)


def read_back(network: Network, folder: Path) -> KerasModel:
    network.save(folder / "model.keras")
    found = read_keras_model(folder / "model.keras")
    assert found.layers == tuple(Placed(one.name, heard(one.layer)) for one in network.project.layers)
    assert found.input_shape == network.model.input_shape[1:]
    assert found.scaling == network.scaling
    assert bits(found.weights) == bits(network.model.get_weights())
    return found


def bits(arrays: Any) -> list[tuple[str, tuple[int, ...], bytes]]:
    return [(one.dtype.name, one.shape, one.tobytes()) for one in map(np.asarray, arrays)]


def state_of(network: Network) -> list[tuple[str, tuple[int, ...], bytes]]:
    return bits(network.model.optimizer.variables)


@entries_of(layer)
def test_weights_of_every_layer_come_back_to_the_bit(entry: Any, tmp_path: Path) -> None:
    some = list(varied(entry.kind))
    # Several of a kind: Keras tells their weights apart by counting.
    one = project(*some, Flatten(), Dense(units=3, activation="softmax"), shape=shape_of(some[0]))
    network = Network(one)
    found = read_back(network, tmp_path)
    assert bits(found.optimizer_state) == state_of(network)
    assert found.remarks == ()


@entries_of(layer)
def test_declared_weights_are_those_that_keras_makes(entry: Any) -> None:
    for one in varied(entry.kind):
        by_keras = make(one.keras())
        by_keras.build((None, *shape_of(one)))
        theirs = [(tuple(each.shape), each.trainable) for each in by_keras.weights]
        assert [tuple(each) for each in weights_of(one, shape_of(one))] == theirs


@pytest.mark.parametrize("which", [0, -1], ids=["as it is", "with everything"])
@entries_of(optimizer)
def test_the_state_of_every_optimizer_comes_back_to_the_bit(entry: Any, which: int, tmp_path: Path) -> None:
    one = list(varied(entry.kind))[which]
    network = Network(project(Dense(units=4), BatchNormalization(), Dense(units=3), optimizer=one))
    found = read_back(network, tmp_path)
    assert found.optimizer == one
    assert found.schedule == Constant()
    assert bits(found.optimizer_state) == state_of(network)
    assert found.remarks == ()


@entries_of(optimizer)
def test_declared_variables_of_an_optimizer_are_those_that_keras_makes(entry: Any) -> None:
    weights = [keras.Variable(np.zeros(shape, np.float32)) for shape in ((4, 3), (3,), (3, 2), (2,), (2, 3, 4))]
    for one in varied(entry.kind):
        made = make(one.keras(one.learning_rate))
        made.build(weights)
        theirs = [(tuple(each.shape), each.dtype) for each in made.variables]
        assert [(each.shape, each.dtype) for each in one.kept([tuple(each.shape) for each in weights])] == theirs


@entries_of(loss)
def test_a_compiled_loss_and_its_metrics_are_read_back(entry: Any, tmp_path: Path) -> None:
    targets = entry.kind.takes[0]
    measured = tuple(each.name for each in metric if targets in each.kind().takes())
    units = 1 if targets == "binary" else 3
    one = project(Dense(units=units, activation="sigmoid"), targets=targets, loss=entry.kind(), metrics=measured)
    found = read_back(Network(one), tmp_path)
    assert found.loss == entry.kind()
    assert found.metrics == measured


@pytest.mark.parametrize("targets", SOURCES)
def test_metrics_of_raw_scores_are_read_back(targets: str, tmp_path: Path) -> None:
    fitting = next(entry.kind for entry in loss if targets in entry.kind.takes)
    logits = fitting(from_logits=True) if hasattr(fitting, "from_logits") else fitting()
    measured = tuple(each.name for each in metric if targets in each.kind().takes())
    one = project(Dense(units=1, activation="linear"), targets=targets, loss=logits, metrics=measured)
    assert read_back(Network(one), tmp_path).metrics == measured


@entries_of(schedule)
def test_an_export_brings_its_project_and_the_state_that_its_schedule_needs(entry: Any, tmp_path: Path) -> None:
    one = list(varied(entry.kind))[-1]
    network = Network(project(Dense(units=3), optimizer=Adam(), schedule=one), Scaling((0.5, 1.0, 2.0, 4.0), 0.25))
    KerasFile().prepare(network, tmp_path / "model.keras")
    found = read_keras_model(tmp_path / "model.keras")
    assert found.project == network.project
    assert found.classes == network.facts.classes
    assert found.scaling == network.scaling
    assert bits(found.optimizer_state) == state_of(network)


def test_a_schedule_that_counts_steps_is_told_and_its_rate_is_kept(tmp_path: Path) -> None:
    one = project(Dense(units=3), optimizer=Adam(learning_rate=0.02), schedule=schedule["exponential"].kind())
    network = Network(one)
    found = read_back(network, tmp_path)
    assert found.schedule is None
    assert found.optimizer == Adam(learning_rate=0.02)
    assert any("ExponentialDecay" in remark for remark in found.remarks)
    (steps, rate, *rest) = bits(found.optimizer_state)
    assert [steps, *rest] == state_of(network)
    assert rate == bits([np.float32(0.02)])[0]


@entries_of(layer, loss, optimizer, initializer)
def test_a_kind_is_named_as_keras_names_its_class(entry: Any) -> None:
    rooms = {"layer": layer, "losse": loss, "optimizer": optimizer, "initializer": initializer}
    (room,) = [name for name, catalog in rooms.items() if any(entry is one for one in catalog)]
    assert isinstance(getattr(getattr(keras, f"{room}s"), entry.kind.__name__), type)


def test_names_that_a_project_can_not_have_are_made_valid_and_unique(tmp_path: Path) -> None:
    names = ["a.b", "a-b", "scaling", "input", "___", "x" * 300]
    keras.Sequential([keras.Input((3,)), *(keras.layers.Dense(2, name=name) for name in names)]).save(
        tmp_path / "a.keras"
    )
    found = [placed.name for placed in read_keras_model(tmp_path / "a.keras").layers]
    assert found == ["a_b", "dense_1", "dense_2", "dense_3", "dense_4", "x" * 200]


@pytest.mark.parametrize(
    "other",
    [
        project(Dense(units=3), optimizer=Adam(beta_1=0.5)),
        project(Dense(units=3, activation="tanh"), optimizer=Adam()),
        project(Dense(units=3), Dense(units=3), optimizer=Adam()),
    ],
    ids=["optimizer", "setting", "layers"],
)
def test_a_project_of_another_network_is_left_out_and_said(other: ProjectSpec, tmp_path: Path) -> None:
    network = Network(project(Dense(units=3), optimizer=Adam()))
    network.project = other
    KerasFile().prepare(network, tmp_path / "model.keras")
    found = read_keras_model(tmp_path / "model.keras")
    assert found.project is None
    assert found.classes == network.facts.classes
    (remark,) = found.remarks
    assert "left out, since it is of another network" in remark
