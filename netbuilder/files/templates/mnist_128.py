"""MNIST as every course begins it."""

from __future__ import annotations

from netbuilder.data.pictures.mnist import Mnist
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "mnist-128",
    _("MNIST: 128 units"),
    group=_("Pictures"),
    place=20,
    look=(
        _("Five epochs bring some 97.5 % of the test digits: compare the training and the validation accuracy."),
        _("After the third epoch or so training goes on getting better, validation hardly does: overfitting begins."),
    ),
)
def mnist_128() -> ProjectSpec:
    """MNIST, Flatten, Dense 128, Dense 10, five epochs."""
    source = Mnist()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Flatten(), Dense(units=128), Dense(units=10, activation="softmax")),
        training=TrainingSpec(epochs=5, early_stopping=EarlyStopping(on=False)),
    )
