"""Breast cancer: 569 tumours with 30 columns."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.data.examples import Cancelled, Examples, Tell, table
from netbuilder.data.known import known
from netbuilder.data.scikit import embedded
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.words import plural

_COUNT = 569
_CLASSES = ("malignant", "benign")
_FEATURES = (
    "mean radius",
    "mean texture",
    "mean perimeter",
    "mean area",
    "mean smoothness",
    "mean compactness",
    "mean concavity",
    "mean concave points",
    "mean symmetry",
    "mean fractal dimension",
    "radius error",
    "texture error",
    "perimeter error",
    "area error",
    "smoothness error",
    "compactness error",
    "concavity error",
    "concave points error",
    "symmetry error",
    "fractal dimension error",
    "worst radius",
    "worst texture",
    "worst perimeter",
    "worst area",
    "worst smoothness",
    "worst compactness",
    "worst concavity",
    "worst concave points",
    "worst symmetry",
    "worst fractal dimension",
)


@source("breast_cancer", "Breast cancer", group="Tables")
@dataclass(frozen=True, slots=True)
class BreastCancer:
    """569 tumours, each by 30 measurements of its cell nuclei under the microscope: malignant or benign?"""

    def facts(self, split: Split) -> DataFacts:
        return known(
            split,
            count=_COUNT,
            shape=(len(_FEATURES),),
            value_range=(0.0, 4254.0),
            features=_FEATURES,
            classes=_CLASSES,
        )

    def usual_split(self) -> Split:
        return Split(validation=0.2, test=0.2)

    def summary(self) -> str:
        return plural("{count} tumour", "{count} tumours", _COUNT)

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        inputs, targets = embedded("breast_cancer")
        return table(inputs, targets, features=_FEATURES, classes=_CLASSES)
