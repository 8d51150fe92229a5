"""Iris: a small table, three classes."""

from __future__ import annotations

from netbuilder.data.tables.iris import Iris
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.optimizers import Adam
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "iris",
    _("Iris"),
    group=_("Tables"),
    place=90,
    look=(
        _("Four measurements, three species: setosa is told apart at once, the other two overlap."),
        _("With 30 test flowers one mistake is 3 %: change the split seed and see how much luck is in the figure."),
    ),
)
def iris() -> ProjectSpec:
    """Iris, sixteen relu, three softmax."""
    source = Iris()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Dense(units=16), Dense(units=3, activation="softmax")),
        training=TrainingSpec(
            optimizer=Adam(learning_rate=0.01), epochs=100, batch_size=16, early_stopping=EarlyStopping(patience=15)
        ),
    )
