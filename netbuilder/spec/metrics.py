"""The metrics: what is measured beside the loss."""

from __future__ import annotations

from typing import ClassVar, Protocol

from netbuilder.spec.calls import Call, call
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.losses import Outputs, Takes


class Metric(Protocol):
    """What every metric declares; its name in the catalog is also its name in Keras, curves and files."""

    higher_is_better: ClassVar[bool]

    def takes(self) -> tuple[Takes, ...]:
        """The targets it can measure."""

    def keras(self, targets: Takes, name: str, outputs: Outputs = "probabilities") -> Call:
        """The call that makes it for such targets, and for outputs as the loss wants them."""


metric: Catalog[Metric] = Catalog("metric")


class _Kept:
    """A metric that Keras has under one name for each form of targets."""

    __slots__ = ()

    higher_is_better: ClassVar[bool] = True
    names: ClassVar[dict[Takes, str]]
    arguments: ClassVar[dict[str, object]] = {}
    threshold: ClassVar[str] = ""  # the argument that says from which output on the answer is yes
    logits: ClassVar[bool] = False  # whether it has to be told that outputs are raw scores

    def takes(self) -> tuple[Takes, ...]:
        return tuple(self.names)

    def keras(self, targets: Takes, name: str, outputs: Outputs = "probabilities") -> Call:
        raw = outputs in ("logits", "margins")
        more = dict(self.arguments)
        if raw and targets == "binary" and self.threshold:
            more[self.threshold] = 0.0  # a raw score says yes from 0 on, where a probability says it from 0.5
        if raw and self.logits:
            more["from_logits"] = True
        return call(f"metrics.{self.names[targets]}", name=name, **more)


@metric("accuracy", "Accuracy", group="Classes")
class Accuracy(_Kept):
    """The share of examples whose most probable class is the right one."""

    names: ClassVar[dict[Takes, str]] = {
        "integers": "SparseCategoricalAccuracy",
        "one-hot": "CategoricalAccuracy",
        "binary": "BinaryAccuracy",
    }
    threshold: ClassVar[str] = "threshold"
