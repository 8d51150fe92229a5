"""MNIST with L2."""

from __future__ import annotations

from netbuilder.data.pictures.mnist import Mnist
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "mnist-l2",
    _("MNIST: L2 0.01"),
    group=_("Pictures"),
    place=40,
    look=(
        _("The penalty on large weights keeps training and validation together: compare with MNIST: 128 units."),
        _("The price is accuracy: 0.01 is strong. Make it 0.0001 and train again."),
    ),
)
def mnist_l2() -> ProjectSpec:
    """MNIST, Flatten, Dense 128 with L2 0.01, Dense 10."""
    source = Mnist()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Flatten(), Dense(units=128, l2=0.01), Dense(units=10, activation="softmax")),
        training=TrainingSpec(epochs=5, early_stopping=EarlyStopping(on=False)),
    )
