"""The optimizers: how the weights follow the gradient. One module a family, found by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, ClassVar, NamedTuple, Protocol

from netbuilder.spec.calls import Call, call
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.facts import Shape
from netbuilder.spec.rules import Real, Whole, changed, flag, maybe, real
from netbuilder.words import _


class Rates(NamedTuple):
    """Learning rates that suit an optimizer: below ``slowest`` it hardly moves, above ``fastest`` it jumps about."""

    slowest: float
    usual: float
    fastest: float


class Kept(NamedTuple):
    """A variable of an optimizer: what it is, and its shape and dtype."""

    what: str
    shape: Shape
    dtype: str = "float32"


class Optimizer(Protocol):
    """What every optimizer declares."""

    rates: ClassVar[Rates]

    @property
    def learning_rate(self) -> float: ...
    @property
    def clipnorm(self) -> float | None: ...
    @property
    def clipvalue(self) -> float | None: ...
    @property
    def global_clipnorm(self) -> float | None: ...
    @property
    def use_ema(self) -> bool: ...
    @property
    def ema_momentum(self) -> float: ...
    @property
    def gradient_accumulation_steps(self) -> int | None: ...

    def keras(self, learning_rate: float | Call) -> Call:
        """The call that makes it; ``learning_rate`` is a number, or the call of a schedule that starts at its own."""

    def memory(self) -> int:
        """How many numbers it keeps beside each weight."""

    def kept(self, weights: Sequence[Shape], *, scheduled: bool = False, older: bool = False) -> tuple[Kept, ...]:
        """Its variables in Keras's order, for trained weights of these shapes.

        With a schedule (``scheduled``) the learning rate is none of them. ``older`` is the order of Keras up to 3.8.
        """

    def summary(self) -> str:
        """Its main values for a card, such as "0.001"."""


@dataclass(frozen=True, slots=True)
class KerasOptimizer:
    """An optimizer that Keras has under the same name, with arguments of the same names as its fields.

    Here are the fields that all have. Two of Keras's are left out: ``loss_scale_factor`` serves half precision, and
    ``ema_overwrite_frequency`` would put averages in the place of weights in the middle of training.
    """

    rates: ClassVar[Rates] = Rates(1e-6, 1e-3, 0.05)
    slots: ClassVar[int] = 2  # numbers beside each weight
    own_defaults: ClassVar[tuple[str, ...]] = ()  # fields whose default is not Keras's
    more_slots: ClassVar[tuple[str, ...]] = ()  # fields that take one more where they are on

    learning_rate: float = real(_("Learning rate"), default=1e-3, at_most=100.0, above=True, logarithmic=True)
    weight_decay: float | None = maybe(
        _("Weight decay"),
        Real(0.0, 10.0, above=True, logarithmic=True),
        start=4e-3,
        help=_("makes every weight shrink by this share of the learning rate at each step"),
    )
    clipnorm: float | None = maybe(
        _("Clip norm"),
        Real(0.0, 1e6, above=True, logarithmic=True),
        start=1.0,
        help=_("the longest that the gradient of one layer's weights may be"),
    )
    clipvalue: float | None = maybe(
        _("Clip value"),
        Real(0.0, 1e6, above=True, logarithmic=True),
        start=0.5,
        help=_("the largest that any number of a gradient may be"),
    )
    global_clipnorm: float | None = maybe(
        _("Clip global norm"),
        Real(0.0, 1e6, above=True, logarithmic=True),
        start=1.0,
        help=_("the longest that the gradient of all weights together may be"),
    )
    use_ema: bool = flag(
        _("Average the weights"), default=False, help=_("the trained network gets a moving average of its weights")
    )
    ema_momentum: float = real(
        _("Average momentum"), default=0.99, at_most=0.99999, needs="use_ema", help=_("how slowly the average follows")
    )
    gradient_accumulation_steps: int | None = maybe(
        _("Accumulate gradients"),
        Whole(2, 10_000),
        start=4,
        help=_("batches whose gradients are averaged into one step: like a larger batch, without its memory"),
    )

    def keras(self, learning_rate: float | Call) -> Call:
        given = {name: getattr(self, name) for name in self.own_defaults}
        given |= changed(self, "learning_rate", *self.own_defaults)
        return call(f"optimizers.{type(self).__name__}", learning_rate=learning_rate, **given)

    def memory(self) -> int:
        fields = (*self.more_slots, "use_ema", "gradient_accumulation_steps")
        return self.slots + sum(bool(getattr(self, name)) for name in fields)

    def kept(self, weights: Sequence[Shape], *, scheduled: bool = False, older: bool = False) -> tuple[Kept, ...]:
        head = (Kept("steps", (), "int64"), Kept("learning rate", ()))
        averages, sums = (
            [Kept(f"{what} of {place}", shape) for place, shape in enumerate(weights) if on]
            for what, on in (("average", self.use_ema), ("sum", self.gradient_accumulation_steps))
        )
        in_turns = [one for both in zip(averages, sums, strict=True) for one in both] if averages and sums else []
        shared = in_turns if older and in_turns else averages + sums
        return (*head[: 1 if scheduled else 2], *shared, *self.own(weights, older=older))

    def own(self, weights: Sequence[Shape], *, older: bool) -> tuple[Kept, ...]:
        """The variables that only this kind has: the slots of each weight in turn, then one more for all weights."""
        extra = [name for name in self.more_slots if getattr(self, name)]
        return (
            *(Kept(f"{slot} of {place}", one) for place, one in enumerate(weights) for slot in range(self.slots)),
            *(Kept(f"{name} of {place}", one) for name in extra for place, one in enumerate(weights)),
        )

    def summary(self) -> str:
        momentum = getattr(self, "momentum", 0.0)
        return f"{self.learning_rate:g}" + (f" · momentum {momentum:g}" if momentum else "")


def rate(default: float = 1e-3) -> Any:
    """A learning rate of another default than most have."""
    return real(_("Learning rate"), default=default, at_most=100.0, above=True, logarithmic=True)


def epsilon(default: float = 1e-7) -> Any:
    """The small number that most optimizers divide by at least."""
    return real(
        _("Epsilon"), default=default, at_most=1.0, above=True, logarithmic=True, help=_("avoids dividing by zero")
    )


def share(label: str, default: float, help_line: str, *, above: bool = False) -> Any:
    """How much of a running average is kept at each step, from 0 (not 0 itself if ``above``) to just below 1."""
    return real(label, default=default, at_most=0.999999, above=above, help=help_line)


optimizer: Catalog[Optimizer] = Catalog("optimizer")

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

from netbuilder.spec.optimizers.adaptive import Adam  # noqa: E402 - declared by the loop above

__all__ = ["Adam", "Kept", "KerasOptimizer", "Optimizer", "Rates", "epsilon", "optimizer", "rate", "share"]
