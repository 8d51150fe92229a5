"""What goes wrong: a network that learns its examples by heart."""

from __future__ import annotations

from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.split import Split
from netbuilder.words import _


@template(
    "too-big",
    _("Too big: overfits"),
    group=_("What goes wrong"),
    place=110,
    look=(
        _("The training loss falls to nothing while the validation loss turns and rises: it learns by heart."),
        _("Switch early stopping on, add Dropout, or take fewer units, and compare."),
    ),
)
def too_big() -> ProjectSpec:
    """150 small digits for three layers of 512."""
    source = Digits8x8()
    return ProjectSpec(
        data=DataSpec(source, Split(validation=1000.0, test=0.2)),
        layers=stack(
            Flatten(),
            Dense(units=512),
            Dense(units=512),
            Dense(units=512),
            Dense(units=10, activation="softmax"),
        ),
        training=TrainingSpec(epochs=60, early_stopping=EarlyStopping(on=False)),
    )
