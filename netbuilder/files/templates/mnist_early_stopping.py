"""MNIST with early stopping."""

from __future__ import annotations

from netbuilder.data.pictures.mnist import Mnist
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "mnist-early-stopping",
    _("MNIST: early stopping"),
    group=_("Pictures"),
    place=30,
    look=(
        _("Twenty epochs are asked for; the run ends when the validation loss has not improved for three."),
        _("The weights of the best epoch come back at the end: the test loss is that epoch's, not the last one's."),
    ),
)
def mnist_early_stopping() -> ProjectSpec:
    """MNIST, Flatten, Dense 128, Dense 10, up to twenty epochs."""
    source = Mnist()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Flatten(), Dense(units=128), Dense(units=10, activation="softmax")),
        training=TrainingSpec(epochs=20, early_stopping=EarlyStopping(monitor="val_loss", patience=3)),
    )
