"""A real document for the widgets to show."""

from collections.abc import Iterator

import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.app.document import Document
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, ProjectSpec, stack


@pytest.fixture
def project() -> ProjectSpec:
    """flatten_1, dense_1 (64 relu), dropout_1, dense_2 (10 softmax) on 8 × 8 digits."""
    layers = stack(Flatten(), Dense(64), Dropout(), Dense(10, activation="softmax"))
    return ProjectSpec(DataSpec(Digits8x8(), Digits8x8().usual_split()), layers)


@pytest.fixture
def document(qapp, project) -> Iterator[Document]:
    made = Document(project)
    yield made
    made.deleteLater()
