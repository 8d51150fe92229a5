"""Diabetes: numbers instead of classes."""

from __future__ import annotations

from netbuilder.data.tables.diabetes import Diabetes
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses.regression import MeanSquaredError
from netbuilder.spec.optimizers import Adam
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "diabetes",
    _("Diabetes"),
    group=_("Tables"),
    place=100,
    look=(
        _("A number is predicted, so there is an error instead of an accuracy: the target is 25 to 346."),
        _("The validation error soon stops falling: ten columns do not say more, whatever the network."),
    ),
)
def diabetes() -> ProjectSpec:
    """Diabetes, sixteen relu, one linear."""
    source = Diabetes()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Dense(units=16), Dense(units=1, activation="linear")),
        training=TrainingSpec(
            loss=MeanSquaredError(),
            optimizer=Adam(learning_rate=0.02),
            metrics=("mean_absolute_error",),
            epochs=150,
            early_stopping=EarlyStopping(patience=15),
        ),
    )
