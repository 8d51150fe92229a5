"""Two spirals: the hardest of the plane."""

from __future__ import annotations

from netbuilder.data.points.spirals import Spirals
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses.binary import BinaryCrossentropy
from netbuilder.spec.optimizers import Adam
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "spirals",
    _("Two spirals"),
    group=_("Points"),
    place=70,
    look=(
        _("Nothing seems to happen at first, then the network finds one turn after the other."),
        _("Try 4 units instead of 16, or one layer instead of two: it can no longer wind that often."),
    ),
)
def spirals() -> ProjectSpec:
    """Spirals, two layers of 16 tanh, one sigmoid."""
    source = Spirals()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(
            Dense(units=16, activation="tanh"), Dense(units=16, activation="tanh"), Dense(units=1, activation="sigmoid")
        ),
        training=TrainingSpec(
            loss=BinaryCrossentropy(),
            optimizer=Adam(learning_rate=0.02),
            epochs=150,
            early_stopping=EarlyStopping(on=False),
        ),
    )
