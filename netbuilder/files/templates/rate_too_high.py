"""What goes wrong: steps so long that they jump over the valley."""

from __future__ import annotations

from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.optimizers import Adam
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "rate-too-high",
    _("Learning rate too high: fails"),
    group=_("What goes wrong"),
    place=120,
    look=(
        _("The loss jumps up at the first steps, then stays at chance: nearly every answer is the same digit."),
        _("Make the learning rate a hundred times smaller and train again."),
    ),
)
def rate_too_high() -> ProjectSpec:
    """Small digits with a learning rate of 0.5."""
    source = Digits8x8()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Flatten(), Dense(units=64), Dense(units=32), Dense(units=10, activation="softmax")),
        training=TrainingSpec(optimizer=Adam(learning_rate=0.5), epochs=20, early_stopping=EarlyStopping(on=False)),
    )
