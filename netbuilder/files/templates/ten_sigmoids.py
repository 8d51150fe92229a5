"""What goes wrong: a gradient that fades away on its way through ten sigmoids."""

from __future__ import annotations

from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.optimizers.descent import SGD
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "ten-sigmoids",
    _("Ten sigmoid layers: stalls"),
    group=_("What goes wrong"),
    place=130,
    look=(
        _("Accuracy stays at one in ten: each sigmoid passes on less than a quarter of the gradient, ten hardly any."),
        _("Make the activations relu, or keep two of the ten layers, and train again."),
    ),
)
def ten_sigmoids() -> ProjectSpec:
    """Small digits through ten layers of 32 sigmoids."""
    source = Digits8x8()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Flatten(), *(Dense(units=32, activation="sigmoid") for _layer in range(10)), Dense(10, "softmax")),
        training=TrainingSpec(optimizer=SGD(learning_rate=0.1), epochs=20, early_stopping=EarlyStopping(on=False)),
    )
