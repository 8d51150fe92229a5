"""XOR: why hidden layers exist."""

from __future__ import annotations

from netbuilder.data.points.xor import Xor
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses.binary import BinaryCrossentropy
from netbuilder.spec.optimizers import Adam
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "xor",
    _("XOR"),
    group=_("Points"),
    place=80,
    look=(
        _("Eight hidden units bend the border around the four squares."),
        _("Delete the hidden layer and train again: one straight line cannot do it, and accuracy stays near 50 %."),
    ),
)
def xor() -> ProjectSpec:
    """XOR, eight relu, one sigmoid."""
    source = Xor()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Dense(units=8), Dense(units=1, activation="sigmoid")),
        training=TrainingSpec(
            loss=BinaryCrossentropy(),
            optimizer=Adam(learning_rate=0.02),
            epochs=60,
            early_stopping=EarlyStopping(on=False),
        ),
    )
