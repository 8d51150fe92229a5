"""The optimizers: how the weights follow the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from netbuilder.spec.calls import Call, call
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.rules import real
from netbuilder.words import _


class Optimizer(Protocol):
    """What every optimizer declares."""

    learning_rate: float

    def keras(self, learning_rate: float | Call) -> Call:
        """The call that makes it; ``learning_rate`` is a number, or the call of a schedule that starts at its own."""

    def summary(self) -> str: ...


optimizer: Catalog[Optimizer] = Catalog("optimizer")


@optimizer("adam", "Adam")
@dataclass(frozen=True, slots=True)
class Adam:
    """Follows the averaged gradient with a step size of its own for each weight. The usual choice."""

    learning_rate: float = real(_("Learning rate"), default=1e-3, at_most=100.0, above=True, logarithmic=True)

    def keras(self, learning_rate: float | Call) -> Call:
        return call("optimizers.Adam", learning_rate=learning_rate)

    def summary(self) -> str:
        return f"{self.learning_rate:g}"
