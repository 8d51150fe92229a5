"""A network from elsewhere becomes a project that trains, and says what was decided for it."""

from dataclasses import dataclass, replace

import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.data.pictures.pen_digits import PenDigits
from netbuilder.data.points.moons import Moons
from netbuilder.data.remote import downloadable
from netbuilder.data.tables.diabetes import Diabetes
from netbuilder.data.tables.iris import Iris
from netbuilder.files.templates import templates
from netbuilder.spec.adoption import adopted
from netbuilder.spec.facts import Shape
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.losses import Loss, SparseCategoricalCrossentropy
from netbuilder.spec.losses.binary import BinaryCrossentropy
from netbuilder.spec.losses.classes import CategoricalCrossentropy
from netbuilder.spec.losses.regression import MeanAbsoluteError, MeanSquaredError
from netbuilder.spec.optimizers import Adam, Optimizer
from netbuilder.spec.outline import outline
from netbuilder.spec.project import DataSpec, Placed, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.scaling import Scaling
from netbuilder.spec.schedules import Constant, Exponential, Schedule
from netbuilder.spec.sources import source

SOFTMAX = Dense(10, "softmax")


@dataclass(frozen=True)
class Model:
    """What a file told."""

    layers: tuple[Placed, ...]
    input_shape: Shape
    scaling: Scaling | None = None
    loss: Loss | None = None
    optimizer: Optimizer | None = None
    schedule: Schedule | None = None
    metrics: tuple[str, ...] = ()


def current() -> ProjectSpec:
    first = templates()[0].project()
    return replace(first, data=DataSpec(Digits8x8(), Digits8x8().usual_split()))


def taken(model: Model, before: ProjectSpec | None = None) -> tuple[ProjectSpec, tuple[str, ...]]:
    others = sorted((entry.kind() for entry in source), key=downloadable)
    project, remarks = adopted(model, before or current(), others)
    facts = project.data.source.facts(project.data.split)
    if not any("No data known" in one for one in remarks):
        assert outline(project, facts).blocking == ()
    return project, remarks


def test_data_that_fit_stay() -> None:
    project, remarks = taken(Model(stack(Flatten(), Dense(16), SOFTMAX), (8, 8)))
    assert project.data == current().data
    assert project.layers == stack(Flatten(), Dense(16), SOFTMAX)
    assert remarks == ()


@pytest.mark.parametrize(
    "layers, shape, expected",
    [
        (stack(Flatten(), SOFTMAX), (28, 28), PenDigits),
        (stack(Dense(3, "softmax")), (4,), Iris),
        (stack(Dense(1, "linear")), (10,), Diabetes),
    ],
)
def test_data_that_do_not_fit_are_replaced_by_some_that_do(
    layers: tuple[Placed, ...], shape: Shape, expected: type
) -> None:
    project, remarks = taken(Model(layers, shape))
    assert isinstance(project.data.source, expected)
    assert "whose examples fit the network" in remarks[0]


def test_where_no_data_fit_the_project_says_so_and_keeps_the_network() -> None:
    model = Model(stack(Dense(7), Dense(5, "softmax")), (77,))
    project, remarks = taken(model)
    assert (project.layers, project.input.shape) == (model.layers, (77,))
    assert project.data == current().data
    assert "No data known here" in remarks[0]
    assert outline(project, project.data.source.facts(project.data.split)).blocking


def test_a_flat_input_is_a_picture_laid_flat() -> None:
    project, remarks = taken(Model(stack(Dense(128), SOFTMAX), (784,)))
    assert isinstance(project.data.source, PenDigits)
    assert [type(one.layer) for one in project.layers] == [Flatten, Dense, Dense]
    assert project.input.shape == (28, 28)
    assert "784 inputs are now examples of 28 × 28" in remarks[1]


def test_a_channel_of_grey_is_no_axis_of_its_own() -> None:
    project, _remarks = taken(Model(stack(Flatten(), Dense(128), SOFTMAX), (28, 28, 1)))
    assert isinstance(project.data.source, PenDigits)
    assert project.layers == stack(Flatten(), Dense(128), SOFTMAX)


@pytest.mark.parametrize(
    "scaling, follows, name, numbers",
    [
        (None, False, "none", None),
        (Scaling(1 / 255, 0.0), True, "unit", None),
        (Scaling(0.003921568859368563, 0.0), True, "unit", None),  # as a float32
        (Scaling(1 / 127.5, -1.0), False, "own", (1 / 127.5, -1.0)),
    ],
)
def test_the_scaling_is_that_of_the_file(
    scaling: Scaling | None, follows: bool, name: str, numbers: tuple[float, float] | None
) -> None:
    project, _remarks = taken(Model(stack(Flatten(), SOFTMAX), (8, 8), scaling))
    assert (project.input.follows_data, project.input.scaling) == (follows, name)
    if numbers:
        assert (project.input.factor, project.input.offset) == numbers


def test_the_training_is_that_of_the_file() -> None:
    asked = Adam(learning_rate=0.01, clipnorm=1.0)
    model = Model(
        stack(Flatten(), SOFTMAX), (8, 8), None, CategoricalCrossentropy(), asked, Exponential(0.5), ("accuracy",)
    )
    project, _remarks = taken(model)
    training = project.training
    assert (training.loss, training.optimizer, training.schedule) == (model.loss, asked, model.schedule)
    assert project.data.labels == "one-hot"


@pytest.mark.parametrize(
    "data, layers, loss",
    [
        (Digits8x8(), stack(Flatten(), SOFTMAX), SparseCategoricalCrossentropy()),
        (Moons(), stack(Dense(1, "sigmoid")), BinaryCrossentropy()),
        (Moons(), stack(Dense(2, "softmax")), SparseCategoricalCrossentropy()),
        (Diabetes(), stack(Dense(1, "linear")), MeanSquaredError()),
    ],
)
def test_a_file_without_training_gets_the_usual_one(data: object, layers: tuple[Placed, ...], loss: Loss) -> None:
    before = replace(current(), data=DataSpec(data), training=TrainingSpec(schedule=Exponential()))  # type: ignore[arg-type]
    shape = before.data.source.facts(before.data.split).shape
    project, _remarks = taken(Model(layers, shape), before)
    assert project.training.loss == loss
    assert project.training.schedule == before.training.schedule


def test_a_schedule_of_before_does_not_bend_the_rate_of_another_optimizer() -> None:
    before = replace(current(), training=replace(current().training, schedule=Exponential()))
    project, _remarks = taken(Model(stack(Flatten(), SOFTMAX), (8, 8), optimizer=Adam()), before)
    assert project.training.schedule == Constant()


def test_what_is_watched_is_measured() -> None:
    before = current()
    watching = replace(before.training.early_stopping, monitor="val_accuracy")
    before = replace(before, training=replace(before.training, early_stopping=watching, goal=Goal(value=0.9)))
    model = Model(stack(Dense(4), Dropout(), Dense(1, "linear")), (10,), loss=MeanAbsoluteError())
    project, _remarks = taken(model, before)
    assert project.training.early_stopping.monitor == "val_loss"
    assert project.training.goal == Goal()
    assert "accuracy" not in project.training.metrics
