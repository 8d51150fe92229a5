"""A model that another program made is opened as a project, answers as it did there, and is trained on."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from netbuilder.data.examples import CannotRead
from netbuilder.data.pictures.pen_digits import PenDigits
from netbuilder.data.split import divide
from netbuilder.data.tables.wine import Wine
from netbuilder.events import EpochEnded
from netbuilder.export.keras_file import KerasFile
from netbuilder.files.contents import Contents, Stored
from netbuilder.files.keras_model import NotAModel
from netbuilder.files.project_file import open_project, save
from netbuilder.files.templates import template_named
from netbuilder.orders import Orders
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.losses.classes import CategoricalCrossentropy
from netbuilder.spec.optimizers import Adam
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.worker.models import open_model
from netbuilder.worker.reading import Reading
from netbuilder.worker.sessions import Sessions

CLASSES = 10


def read(source):
    return Reading().read(source, lambda *_: None, lambda: False)


def missing(_source):
    raise CannotRead("The data are not here.")


@pytest.fixture(scope="module")
def digits():
    """Pictures of pen digits, and their classes."""
    examples = read(PenDigits()).examples
    return examples.inputs[:4000], examples.targets[:4000]


@pytest.fixture(scope="module")
def tutorial(digits, tmp_path_factory) -> tuple[Path, keras.Model]:
    """As tutorials have it: flat pictures, scaled before the model sees them, one-hot targets."""
    pictures, targets = digits
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(0.002), metrics=["accuracy"])
    flat = pictures.reshape(-1, 784).astype("float32") / 255
    model.fit(flat, keras.utils.to_categorical(targets, CLASSES), batch_size=128, epochs=2, verbose=0)
    path = tmp_path_factory.mktemp("tutorial") / "my model.keras"
    model.save(path)
    return path, model


def current() -> ProjectSpec:
    return template_named("iris").project()


def test_a_network_of_flat_scaled_pictures_takes_raw_ones_and_answers_the_same(tutorial, digits) -> None:
    path, model = tutorial
    opened = open_model(path, current(), Sessions(), read)
    assert isinstance(opened.project.data.source, PenDigits)
    assert opened.project.title == "my model"
    assert [type(one.layer).__name__ for one in opened.project.layers] == ["Flatten", "Dense", "Dropout", "Dense"]
    assert opened.project.input.follows_data
    assert opened.project.training.loss == CategoricalCrossentropy()
    assert opened.project.training.optimizer == Adam(learning_rate=0.002)
    assert opened.project.data.labels == "one-hot"
    told = " ".join(opened.remarks)
    assert "so they are divided" in told
    assert "laid flat" in told
    pictures = digits[0][:200]
    expected = model.predict(pictures.reshape(-1, 784).astype("float32") / 255, verbose=0)
    np.testing.assert_allclose(opened.network.predict(pictures), expected, 1e-4, 1e-5)


def test_it_is_trained_on_with_its_optimizer_s_state(tutorial) -> None:
    path, model = tutorial
    sessions = Sessions()
    opened = open_model(path, current(), sessions, read)
    assert opened.checkpoint is not None
    for mine, theirs in zip(opened.checkpoint.optimizer, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(mine, np.asarray(theirs))
    told = []
    session = sessions.last()
    session.run(told.append, Orders(), more=1)
    (epoch,) = [one for one in told if isinstance(one, EpochEnded)]
    assert epoch.epoch == 1
    assert epoch.metrics["accuracy"] > 0.8, "it goes on from what it knew"


def test_raw_pictures_are_left_alone_if_the_network_was_trained_with_such(digits, tmp_path) -> None:
    pictures, targets = digits
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(pictures.astype("float32"), targets, batch_size=128, epochs=2, verbose=0)
    model.save(tmp_path / "raw.keras")
    opened = open_model(tmp_path / "raw.keras", current(), Sessions(), read)
    assert opened.project.input.scaling == "none"
    assert "left alone" in " ".join(opened.remarks)


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> tuple[Path, ProjectSpec, object]:
    """A network of a table, standardized inside the model, as the program exports it."""
    project = ProjectSpec(
        DataSpec(Wine(), Wine().usual_split()),
        stack(Dense(8), Dense(3, "softmax")),
        training=TrainingSpec(epochs=3, early_stopping=EarlyStopping(on=False)),
        title="Wine",
    )
    sessions = Sessions()
    session = sessions.take(project, read)
    session.run(lambda _event: None, Orders())
    path = tmp_path_factory.mktemp("exported") / "wine.keras"
    KerasFile().prepare(session.network, path)
    return path, project, session


def test_what_was_exported_comes_back_with_its_project(exported) -> None:
    path, project, session = exported
    opened = open_model(path, template_named("digits").project(), Sessions(), read)
    assert opened.project == replace(project, title="wine")
    assert opened.remarks == ()
    inputs = session.network.examples
    np.testing.assert_array_equal(opened.network.predict(inputs), session.network.predict(inputs))
    assert opened.checkpoint is not None


def test_without_its_data_it_still_answers_but_can_t_go_on(exported) -> None:
    path, _project, session = exported
    opened = open_model(path, current(), Sessions(), missing)
    assert opened.checkpoint is None
    inputs = session.network.examples
    np.testing.assert_array_equal(opened.network.predict(inputs), session.network.predict(inputs))


def test_columns_that_are_scaled_otherwise_are_not_trained_on(exported) -> None:
    path, project, session = exported
    other = replace(project.data, split=replace(project.data.split, seed=7))
    rows = divide(read(Wine()).examples, other.split).train
    assert len(rows)
    model = keras.Sequential(
        [
            keras.Input((13,)),
            keras.layers.Rescaling(list(range(1, 14)), list(range(13))),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.save(path.with_name("other.keras"))
    opened = open_model(path.with_name("other.keras"), replace(project, data=other), Sessions(), read)
    assert opened.checkpoint is None
    assert "scaled in another way" in opened.remarks[-1]
    inputs = session.network.examples
    np.testing.assert_allclose(opened.network.predict(inputs), model.predict(inputs, verbose=0), 1e-4, 1e-5)


def test_a_network_that_no_data_fit_is_there_to_be_looked_at(tmp_path) -> None:
    model = keras.Sequential([keras.Input((77,)), keras.layers.Dense(5, activation="softmax")])
    model.save(tmp_path / "odd.keras")
    opened = open_model(tmp_path / "odd.keras", current(), Sessions(), read)
    assert opened.project.input.shape == (77,)
    assert opened.checkpoint is None
    assert "No data known here" in opened.remarks[0]
    inputs = np.ones((3, 77), np.float32)
    np.testing.assert_allclose(opened.network.predict(inputs), model.predict(inputs, verbose=0), 1e-4, 1e-5)


def test_layers_are_those_of_the_file(tmp_path) -> None:
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(CLASSES, activation="softmax")]
    )
    model.save(tmp_path / "grey.keras")
    opened = open_model(tmp_path / "grey.keras", current(), Sessions(), read)
    assert [type(one.layer) for one in opened.project.layers] == [Flatten, Dense]
    assert opened.checkpoint is not None, "nothing is said of a training, so the usual one is taken"


def saved(path: Path, *layers: keras.layers.Layer, shape: tuple[int, ...], **compiled: object) -> Path:
    model = keras.Sequential([keras.Input(shape), *layers])
    if compiled:
        model.compile(**compiled)
        model.optimizer.build(model.trainable_variables)
    model.save(path)
    return path


def test_numbers_that_no_form_can_show_are_refused_by_the_name_of_the_file(tmp_path) -> None:
    path = saved(tmp_path / "steep.keras", keras.layers.Rescaling(1e7), keras.layers.Dense(3), shape=(4,))
    with pytest.raises(NotAModel, match=r"“steep.keras” is not opened .*Factor"):
        open_model(path, current(), Sessions(), read)


@pytest.mark.parametrize("scale", [float(np.float32(1 / 255)), [1 / 255]])
def test_a_scaling_that_differs_by_rounding_alone_is_trained_on(tmp_path, scale) -> None:
    layers = (keras.layers.Rescaling(scale), keras.layers.Flatten(), keras.layers.Dense(CLASSES, activation="softmax"))
    opened = open_model(saved(tmp_path / "round.keras", *layers, shape=(28, 28)), current(), Sessions(), read)
    assert opened.project.input.scaling == "unit"
    assert opened.checkpoint is not None


def test_examples_of_large_inputs_are_as_many_as_a_project_file_takes(tmp_path) -> None:
    layers = (keras.layers.Flatten(), keras.layers.Dense(1))
    opened = open_model(saved(tmp_path / "large.keras", *layers, shape=(700, 700, 3)), current(), Sessions(), read)
    stored = Stored(opened.project, None, tuple(opened.network.stored()["weights"]), opened.network.examples)
    assert 0 < len(stored.examples) < 64
    save(tmp_path / "large.netbuilder", Contents(opened.project, stored))
    assert open_project(tmp_path / "large.netbuilder").trained is not None


def test_the_learning_rate_is_the_one_that_the_form_shows(tmp_path) -> None:
    optimizer = keras.optimizers.Adam(0.001)
    layer = keras.layers.Dense(3, activation="softmax")
    path = saved(
        tmp_path / "fast.keras", layer, shape=(4,), optimizer=optimizer, loss="sparse_categorical_crossentropy"
    )
    members = {}
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    weights = io.BytesIO(members["model.weights.h5"])
    with h5py.File(weights, "a") as file:
        file["optimizer/vars/1"][...] = 1e6
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {"model.weights.h5": weights.getvalue()}).items():
            archive.writestr(name, content)
    sessions = Sessions()
    opened = open_model(path, current(), sessions, read)
    assert opened.project.training.optimizer.learning_rate == 0.001
    assert float(sessions.last().model.optimizer.learning_rate.numpy()) == pytest.approx(0.001)


def test_a_title_is_made_of_any_file_name(tmp_path) -> None:
    path = saved(tmp_path / "odd.keras", keras.layers.Dense(3, activation="softmax"), shape=(4,))
    odd = path.rename(tmp_path / "gr\udcfcn.keras")
    assert open_model(odd, current(), Sessions(), read).project.title == "gr?n"
