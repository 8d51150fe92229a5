"""The catalog of data sources; each is declared in ``netbuilder.data``, which also reads it."""

from __future__ import annotations

from typing import Protocol

from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.split import Split


class Source(Protocol):
    """What every data source declares to those who don't read it."""

    def facts(self, split: Split) -> DataFacts:
        """What is known of the data without reading them, for that split."""

    def usual_split(self) -> Split:
        """The split that new projects with these data begin with."""

    def summary(self) -> str:
        """Its main values for a card, such as "400 points · noise 0.1"."""


source: Catalog[Source] = Catalog("data source")
