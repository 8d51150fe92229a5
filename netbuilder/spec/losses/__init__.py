"""The losses: what training makes small. One module a family, found by name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import ClassVar, Literal, Protocol

from netbuilder.spec.calls import Call, call
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.rules import changed

Takes = Literal["integers", "one-hot", "binary", "numbers"]
Outputs = Literal["probabilities", "logits", "margins", "positive", "not negative", "numbers"]
Targets = Literal["any", "not negative", "shares"]


class Loss(Protocol):
    """What every loss declares.

    ``takes``: the targets it is made for: "integers" (class numbers, one output unit a class), "one-hot" (one column a
    class), "binary" (0 or 1, one output unit), "numbers" (regression).

    ``targets``: what the target values themselves must be in a regression: "shares" are 0…1 and sum to 1.

    ``least_units``: with fewer output units it compares nothing.

    ``least``: it is never below this value.

    ``over_batch``: it compares a batch as a whole, so that no example has a loss of its own.

    ``never_said``: its fields that Keras does not write into files.
    """

    takes: ClassVar[tuple[Takes, ...]]
    targets: ClassVar[Targets]
    least_units: ClassVar[int]
    least: ClassVar[float]
    over_batch: ClassVar[bool]
    never_said: ClassVar[tuple[str, ...]]

    def wants(self) -> Outputs:
        """The outputs it reads.

        "probabilities", "logits" (raw scores of classes), "margins" (raw scores around −1 and 1), "positive" (the loss
        of a negative one is not a number), "not negative" (negative ones count as 0), or any "numbers".
        """

    def keras(self) -> Call:
        """The call that makes it; what equals Keras's default is left out."""

    def summary(self) -> str:
        """Its main values for a card, such as "δ 1"."""


class KerasLoss:
    """A loss that Keras has under the same name, with arguments of the same names as its fields."""

    __slots__ = ()

    targets: ClassVar[Targets] = "any"
    least_units: ClassVar[int] = 1
    least: ClassVar[float] = 0.0
    over_batch: ClassVar[bool] = False
    never_said: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[Outputs] = "probabilities"
    card: ClassVar[str] = ""  # a format of the summary

    def wants(self) -> Outputs:
        return "logits" if getattr(self, "from_logits", False) else self.reads

    def keras(self) -> Call:
        return call(f"losses.{type(self).__name__}", **changed(self))

    def summary(self) -> str:
        return self.card.format(self)


loss: Catalog[Loss] = Catalog("loss")

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

from netbuilder.spec.losses.classes import SparseCategoricalCrossentropy  # noqa: E402 - declared by the loop above

__all__ = ["KerasLoss", "Loss", "Outputs", "SparseCategoricalCrossentropy", "Takes", "Targets", "loss"]
