"""The metrics: what is measured beside the loss."""

from __future__ import annotations

from typing import Protocol

from netbuilder.spec.calls import Call, call
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.losses import Takes


class Metric(Protocol):
    """What every metric declares; its name in the catalog is also its name in Keras, curves and files."""

    higher_is_better: bool

    def takes(self) -> tuple[Takes, ...]:
        """The targets it can measure."""

    def keras(self, targets: Takes, name: str) -> Call:
        """The call that makes it for such targets."""


metric: Catalog[Metric] = Catalog("metric")


@metric("accuracy", "Accuracy")
class Accuracy:
    """The share of examples whose most probable class is the right one."""

    higher_is_better = True

    def takes(self) -> tuple[Takes, ...]:
        return ("integers", "one-hot", "binary")

    def keras(self, targets: Takes, name: str) -> Call:
        kinds = {"integers": "SparseCategoricalAccuracy", "one-hot": "CategoricalAccuracy", "binary": "BinaryAccuracy"}
        return call(f"metrics.{kinds[targets]}", name=name)
