"""The output follows the data, and keeps what already fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.points.curve import Curve
from netbuilder.data.points.moons import Moons
from netbuilder.data.tables.iris import Iris
from netbuilder.spec.fitting import fitted
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers.activation import Activation
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.losses import SparseCategoricalCrossentropy
from netbuilder.spec.losses.binary import BinaryCrossentropy
from netbuilder.spec.losses.classes import CategoricalCrossentropy
from netbuilder.spec.losses.regression import Huber, MeanSquaredError
from netbuilder.spec.outline import outline
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.schedules import OnPlateau
from netbuilder.spec.sources import source


def project(one: Any, *layers: Any, labels: str = "integers", **training: Any) -> ProjectSpec:
    return ProjectSpec(DataSpec(one, one.usual_split(), labels), stack(*layers), training=TrainingSpec(**training))


def fit(one: ProjectSpec) -> ProjectSpec:
    return fitted(one, one.data.source.facts(one.data.split))


def output(one: ProjectSpec) -> Any:
    placed = one.output()
    assert placed is not None
    return placed.layer


@pytest.mark.parametrize("name", [entry.name for entry in source])
@pytest.mark.parametrize("labels", ["integers", "one-hot"])
def test_nothing_blocks_a_fitted_project_on_any_data(name: str, labels: str) -> None:
    kind = source[name].kind()
    for units, function in ((5, "relu"), (1, "sigmoid"), (10, "softmax"), (2, "linear")):
        one = fit(project(kind, Flatten(), Dense(16), Dense(units, function), labels=labels))
        assert outline(one, kind.facts(one.data.split)).blocking == ()
        assert fit(one) == one


def test_ten_classes_get_ten_units_with_softmax() -> None:
    one = fit(project(Mnist(), Flatten(), Dense(3, "relu"), loss=MeanSquaredError(), metrics=("r2_score",)))
    assert (output(one).units, output(one).activation) == (10, "softmax")
    assert one.training.loss == SparseCategoricalCrossentropy()
    assert one.training.metrics == ("accuracy",)


def test_two_classes_get_one_unit_with_sigmoid() -> None:
    one = fit(project(Moons(), Dense(10, "softmax")))
    assert (output(one).units, output(one).activation) == (1, "sigmoid")
    assert one.training.loss == BinaryCrossentropy()


def test_numbers_get_as_many_linear_units() -> None:
    one = fit(project(Curve(), Dense(10, "softmax")))
    assert (output(one).units, output(one).activation) == (1, "linear")
    assert one.training.loss == MeanSquaredError()
    assert one.training.metrics == ("mean_absolute_error",)


KEPT = [
    project(Curve(), Dense(1, "linear"), loss=Huber(delta=2.0), metrics=("r2_score",)),
    project(Mnist(), Flatten(), Dense(10, "softmax"), labels="one-hot", loss=CategoricalCrossentropy()),
    project(Moons(), Dense(2, "softmax")),
    project(Moons(), Dense(1, "linear"), loss=BinaryCrossentropy(from_logits=True), metrics=("auc",)),
    project(Mnist(), Flatten(), Dense(10, "linear"), Activation("softmax"), metrics=()),
]


@pytest.mark.parametrize("one", KEPT)
def test_what_fits_stays(one: ProjectSpec) -> None:
    assert fit(one) == one


def test_an_unlocked_output_is_left_alone() -> None:
    one = replace(project(Mnist(), Flatten(), Dense(3, "relu")), output_follows_data=False)
    assert fit(one) == one


def test_a_goal_for_what_is_no_longer_measured_gives_up_its_value_but_not_its_minutes() -> None:
    goal = Goal(minutes=5.0, value=0.9)
    assert fit(project(Iris(), Dense(3, "softmax"), goal=goal)).training.goal == goal
    assert fit(project(Curve(), Dense(1, "linear"), goal=goal)).training.goal == Goal(minutes=5.0)


def test_classes_are_balanced_only_where_there_are_classes() -> None:
    assert fit(project(Iris(), Dense(3, "softmax"), balance_classes=True)).training.balance_classes
    assert not fit(project(Curve(), Dense(1, "linear"), balance_classes=True)).training.balance_classes


def test_early_stopping_watches_what_is_still_measured() -> None:
    one = project(
        Curve(),
        Dense(10, "softmax"),
        early_stopping=EarlyStopping(monitor="val_accuracy"),
        schedule=OnPlateau(monitor="accuracy"),
    )
    assert fit(one).training.early_stopping.monitor == "val_loss"
    assert fit(one).training.schedule.watches() == "val_loss"
    assert fit(
        project(Moons(), Dense(1), early_stopping=EarlyStopping(monitor="accuracy"))
    ).training.early_stopping == (EarlyStopping(monitor="accuracy"))
