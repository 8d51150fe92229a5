"""The default: handwritten digits that read what is drawn on the pad."""

from __future__ import annotations

from netbuilder.data.pictures.pen_digits import PenDigits
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, ProjectSpec, stack
from netbuilder.words import _


@template(
    "digits",
    _("Digits to draw"),
    group=_("Pictures"),
    place=10,
    look=(
        _("Draw a digit on the pad: the network answers at once, also while it is still learning."),
        _("The early stopping ends the training when the validation loss no longer falls."),
    ),
)
def digits() -> ProjectSpec:
    """Pen digits, Flatten, Dense 128, Dense 10."""
    source = PenDigits()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Flatten(), Dense(units=128), Dense(units=10, activation="softmax")),
    )
