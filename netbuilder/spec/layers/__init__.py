"""The layer kinds: one module each, found by name, so that a new kind is one new file."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import ClassVar, NamedTuple, Protocol, runtime_checkable

from netbuilder.spec.calls import Call
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.facts import Shape


class DoesNotFit(ValueError):
    """A layer can't take the shape that reaches it; the message says why, in one sentence."""


class Weight(NamedTuple):
    """The shape of one of a layer's weights, and whether training changes it by the gradient."""

    shape: Shape
    trained: bool = True


class Layer(Protocol):
    """What every layer kind declares.

    ``compiles`` says whether steps with it are faster as an XLA program on a CPU, once they are compiled (measured).
    """

    compiles: ClassVar[bool]

    def output_shape(self, shape: Shape) -> Shape:
        """The shape of one output for one input of ``shape``, without the batch axis. Raises ``DoesNotFit``."""

    def parameter_count(self, shape: Shape) -> int:
        """The number of all its variables' elements, trainable or not."""

    def keras(self) -> Call:
        """The call that makes it, without its name."""

    def summary(self) -> str:
        """Its main values for a card, such as "64 · relu"."""


@runtime_checkable
class Weighing(Protocol):
    """What a layer kind declares beside, if it has weights."""

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Its weights in Keras's order, for an input of ``shape``."""


def weights_of(one: Layer, shape: Shape) -> tuple[Weight, ...]:
    """The weights of any layer in Keras's order, for an input of ``shape``, without the batch axis."""
    return one.weights(shape) if isinstance(one, Weighing) else ()


layer: Catalog[Layer] = Catalog("layer")

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
