"""Fashion-MNIST: clothes instead of digits."""

from __future__ import annotations

from netbuilder.data.pictures.fashion_mnist import FashionMnist
from netbuilder.files.templates import template
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
from netbuilder.words import _


@template(
    "fashion",
    _("Fashion-MNIST"),
    group=_("Pictures"),
    place=60,
    look=(
        _("The same size as MNIST and harder: compare what the same network reaches with both."),
        _("Look at which are mixed up: shirts, pullovers and coats look alike at 28 × 28."),
    ),
)
def fashion() -> ProjectSpec:
    """Fashion-MNIST, Flatten, Dense 128, Dropout, Dense 10."""
    source = FashionMnist()
    return ProjectSpec(
        data=DataSpec(source, source.usual_split()),
        layers=stack(Flatten(), Dense(units=128), Dropout(rate=0.2), Dense(units=10, activation="softmax")),
        training=TrainingSpec(epochs=15, early_stopping=EarlyStopping(patience=3)),
    )
