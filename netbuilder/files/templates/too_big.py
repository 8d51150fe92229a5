"""What goes wrong: a network that learns its examples by heart."""

from __future__ import annotations

from netbuilder.data.points.circles import Circles
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses.binary import BinaryCrossentropy
from netbuilder.spec.optimizers import Adam
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.split import Split
from netbuilder.words import _


@template(
    "too-big",
    _("Too big: overfits"),
    group=_("What goes wrong"),
    place=110,
    look=(
        _("Training loss falls on and on, validation loss turns after some 30 epochs and more than doubles."),
        _("Look at the islands around single points; then switch early stopping on, or take 8 units instead of 256."),
    ),
)
def too_big() -> ProjectSpec:
    """130,000 weights for 160 noisy points."""
    return ProjectSpec(
        data=DataSpec(Circles(count=400, noise=0.25), Split(validation=0.4, test=0.2)),
        layers=stack(Dense(units=256), Dense(units=256), Dense(units=256), Dense(units=1, activation="sigmoid")),
        training=TrainingSpec(
            loss=BinaryCrossentropy(),
            optimizer=Adam(learning_rate=0.003),
            epochs=150,
            early_stopping=EarlyStopping(on=False),
        ),
    )
