"""Diabetes: 442 patients with 10 columns."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.data.examples import Cancelled, Examples, Tell, table
from netbuilder.data.known import known
from netbuilder.data.scikit import embedded
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.words import plural

_COUNT = 442
_FEATURES = (
    "age",
    "sex",
    "body mass index",
    "blood pressure",
    "total cholesterol",
    "LDL",
    "HDL",
    "cholesterol / HDL",
    "log triglycerides",
    "blood sugar",
)


@source("diabetes", "Diabetes", group="Tables")
@dataclass(frozen=True, slots=True)
class Diabetes:
    """442 patients, each by age, sex, body mass, blood pressure and six blood values: how far will diabetes go in a year, as a number?"""

    def facts(self, split: Split) -> DataFacts:
        return known(
            split,
            count=_COUNT,
            shape=(len(_FEATURES),),
            value_range=(1.0, 301.0),
            features=_FEATURES,
            target_range=(25.0, 346.0),
        )

    def usual_split(self) -> Split:
        return Split(validation=0.2, test=0.2)

    def summary(self) -> str:
        return plural("{count} patient", "{count} patients", _COUNT)

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        inputs, targets = embedded("diabetes", scaled=False)
        return table(inputs, targets, features=_FEATURES)
