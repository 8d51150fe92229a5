"""Digits 8 × 8: 1,797 small pictures of handwritten digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netbuilder.data.examples import Cancelled, Examples, Tell
from netbuilder.data.known import known
from netbuilder.data.scikit import embedded
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.words import plural

_COUNT = 1797
_CLASSES = tuple("0123456789")


@source("digits_8x8", "Digits 8 × 8", group="Pictures")
@dataclass(frozen=True, slots=True)
class Digits8x8:
    """1,797 handwritten digits on 8 × 8 pixels: small enough to train in a blink, and to see every weight."""

    def facts(self, split: Split) -> DataFacts:
        return known(split, count=_COUNT, shape=(8, 8), value_range=(0.0, 255.0), classes=_CLASSES)

    def usual_split(self) -> Split:
        return Split(validation=0.2, test=0.2)

    def summary(self) -> str:
        return plural("{count} picture", "{count} pictures", _COUNT)

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        inks, targets = embedded("digits")  # (1797, 64) in 0…16
        pictures = np.rint(inks * (255 / 16)).astype(np.uint8).reshape(_COUNT, 8, 8)
        return Examples(pictures, targets.astype(np.int32), _CLASSES)
