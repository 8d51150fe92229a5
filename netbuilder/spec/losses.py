"""The losses: what training makes small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from netbuilder.spec.calls import Call, call
from netbuilder.spec.catalogs import Catalog

Takes = Literal["integers", "one-hot", "binary", "numbers"]


class Loss(Protocol):
    """What every loss declares.

    ``takes``: the targets it is made for: "integers" (class numbers, one output unit a class), "one-hot" (one column a
    class), "binary" (0 or 1, one output unit), "numbers" (regression).
    """

    takes: ClassVar[tuple[Takes, ...]]

    def keras(self) -> Call: ...

    def summary(self) -> str: ...


loss: Catalog[Loss] = Catalog("loss")


@loss("sparse_categorical_crossentropy", "Sparse categorical cross-entropy", group="Classes")
@dataclass(frozen=True, slots=True)
class SparseCategoricalCrossentropy:
    """−log of the probability given to the right class; labels are class numbers."""

    takes: ClassVar[tuple[Takes, ...]] = ("integers",)

    def keras(self) -> Call:
        return call("losses.SparseCategoricalCrossentropy")

    def summary(self) -> str:
        return ""
