"""Wine: 178 wines with 13 columns."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.data.examples import Cancelled, Examples, Tell, table
from netbuilder.data.known import known
from netbuilder.data.scikit import embedded
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.words import plural

_COUNT = 178
_CLASSES = ("grower 1", "grower 2", "grower 3")
_FEATURES = (
    "alcohol",
    "malic acid",
    "ash",
    "alcalinity of ash",
    "magnesium",
    "total phenols",
    "flavanoids",
    "nonflavanoid phenols",
    "proanthocyanins",
    "color intensity",
    "hue",
    "od280/od315 of diluted wines",
    "proline",
)


@source("wine", "Wine", group="Tables")
@dataclass(frozen=True, slots=True)
class Wine:
    """178 wines from three growers of one Italian region, each by 13 chemical measurements: whose is it?"""

    def facts(self, split: Split) -> DataFacts:
        return known(
            split,
            count=_COUNT,
            shape=(len(_FEATURES),),
            value_range=(0.13, 1680.0),
            features=_FEATURES,
            classes=_CLASSES,
        )

    def usual_split(self) -> Split:
        return Split(validation=0.2, test=0.2)

    def summary(self) -> str:
        return plural("{count} wine", "{count} wines", _COUNT)

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        inputs, targets = embedded("wine")
        return table(inputs, targets, features=_FEATURES, classes=_CLASSES)
