"""Iris: 150 flowers with 4 columns."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.data.examples import Cancelled, Examples, Tell, table
from netbuilder.data.known import known
from netbuilder.data.scikit import embedded
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.words import plural

_COUNT = 150
_CLASSES = ("setosa", "versicolor", "virginica")
_FEATURES = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")


@source("iris", "Iris", group="Tables")
@dataclass(frozen=True, slots=True)
class Iris:
    """150 iris flowers, each by the length and width of its petals and sepals: which of three species is it?"""

    def facts(self, split: Split) -> DataFacts:
        return known(
            split, count=_COUNT, shape=(len(_FEATURES),), value_range=(0.1, 7.9), features=_FEATURES, classes=_CLASSES
        )

    def usual_split(self) -> Split:
        return Split(validation=0.2, test=0.2)

    def summary(self) -> str:
        return plural("{count} flower", "{count} flowers", _COUNT)

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        inputs, targets = embedded("iris")
        return table(inputs, targets, features=_FEATURES, classes=_CLASSES)
