"""MNIST with two hidden layers."""

from __future__ import annotations

from netbuilder.data.pictures.mnist import Mnist
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "mnist-64-32",
    _("MNIST: 64 and 32 units"),
    group=_("Pictures"),
    place=50,
    look=(
        _("Two small hidden layers have half the parameters of one of 128 units: see what that costs."),
        _("The second layer sees only 64 numbers of each digit: look at what they say."),
    ),
)
def mnist_64_32() -> ProjectSpec:
    """MNIST, Flatten, Dense 64, Dense 32, Dense 10."""
    source = Mnist()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Flatten(), Dense(units=64), Dense(units=32), Dense(units=10, activation="softmax")),
        training=TrainingSpec(epochs=5, early_stopping=EarlyStopping(on=False)),
    )
