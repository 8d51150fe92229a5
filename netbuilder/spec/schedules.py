"""The learning-rate schedules: how the step size changes while training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from netbuilder.spec.calls import Call, call
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.monitors import direction, monitors
from netbuilder.spec.rules import flag, one_of, real, whole
from netbuilder.words import _, plural


class Schedule(Protocol):
    """What every schedule declares."""

    def keras(self, learning_rate: float, steps_per_epoch: int, epochs: int) -> float | Call:
        """What the optimizer gets as its learning rate.

        ``steps_per_epoch`` counts batches, also where an optimizer accumulates the gradients of several: Keras 3.15
        says that its schedules look at the optimizer's steps then, but they count batches.
        """

    def runs_out(self, steps_per_epoch: int, epochs: int) -> int | None:
        """The batches after which its learning rate is 0 for ever; None where it never is."""

    def callbacks(self) -> tuple[Call, ...]:
        """The calls of Keras callbacks that change the learning rate after an epoch."""

    def watches(self) -> str:
        """The name of the value that decides ("val_loss"), or "" where only the time does."""

    def summary(self) -> str:
        """Its main values for a card, such as "× 0.9 an epoch"."""


schedule: Catalog[Schedule] = Catalog("schedule")


class _ByTime:
    """What schedules have in common that only look at the clock."""

    __slots__ = ()

    def runs_out(self, steps_per_epoch: int, epochs: int) -> int | None:
        return None

    def callbacks(self) -> tuple[Call, ...]:
        return ()

    def watches(self) -> str:
        return ""


@schedule("constant", "Constant")
@dataclass(frozen=True, slots=True)
class Constant(_ByTime):
    """The same step size all along."""

    def keras(self, learning_rate: float, steps_per_epoch: int, epochs: int) -> float | Call:
        return learning_rate

    def summary(self) -> str:
        return ""


@schedule("exponential", "Exponential")
@dataclass(frozen=True, slots=True)
class Exponential(_ByTime):
    """Becomes smaller by the same factor again and again."""

    factor: float = real(_("Factor"), default=0.9, at_most=1.0, above=True, help=_("0.9 leaves nine tenths"))
    every: float = real(
        _("Every"), default=1.0, at_most=1e6, above=True, logarithmic=True, help=_("epochs for which the factor is")
    )
    staircase: bool = flag(
        _("In stairs"), default=False, help=_("changes at once when the epochs are over, rather than at each step")
    )

    def keras(self, learning_rate: float, steps_per_epoch: int, epochs: int) -> float | Call:
        return call(
            "optimizers.schedules.ExponentialDecay",
            initial_learning_rate=learning_rate,
            decay_steps=max(1, round(self.every * steps_per_epoch)),
            decay_rate=self.factor,
            staircase=self.staircase,
        )

    def summary(self) -> str:
        one, many = _("× {factor:g} every epoch"), _("× {factor:g} every {epochs:g} epochs")
        return (one if self.every == 1 else many).format(factor=self.factor, epochs=self.every)


@schedule("cosine", "Cosine with warm-up")
@dataclass(frozen=True, slots=True)
class Cosine(_ByTime):
    """Grows for some epochs, then falls along half a cosine until the last one (Loshchilov and Hutter 2016)."""

    warmup: float = real(
        _("Warm-up"), default=1.0, at_most=1e6, help=_("epochs in which the step size grows; 0 starts with the whole")
    )
    final_share: float = real(
        _("Final share"), default=0.0, at_most=1.0, help=_("what is left in the end, of the learning rate")
    )

    def keras(self, learning_rate: float, steps_per_epoch: int, epochs: int) -> float | Call:
        growing, falling = self._parts(steps_per_epoch, epochs)
        if not growing:
            return call(
                "optimizers.schedules.CosineDecay",
                initial_learning_rate=learning_rate,
                decay_steps=falling,
                alpha=self.final_share,
            )
        return call(
            "optimizers.schedules.CosineDecay",
            initial_learning_rate=learning_rate / growing,  # 0 would waste the first step, which may be a whole epoch
            decay_steps=falling,
            alpha=self.final_share,
            warmup_target=learning_rate,
            warmup_steps=growing,
        )

    def runs_out(self, steps_per_epoch: int, epochs: int) -> int | None:
        return None if self.final_share else sum(self._parts(steps_per_epoch, epochs))

    def summary(self) -> str:
        if not self.warmup:
            return ""
        one, many = _("warm-up {epochs:g} epoch"), _("warm-up {epochs:g} epochs")
        return (one if self.warmup == 1 else many).format(epochs=self.warmup)

    def _parts(self, steps_per_epoch: int, epochs: int) -> tuple[int, int]:
        """The batches in which it grows, and those in which it falls."""
        growing = round(self.warmup * steps_per_epoch)
        return growing, max(1, epochs * steps_per_epoch - growing)


@schedule("on_plateau", "On plateau")
@dataclass(frozen=True, slots=True)
class OnPlateau:
    """Becomes smaller whenever a watched value has not improved for some epochs."""

    monitor: str = one_of(_("Watches"), monitors, default="val_loss")
    factor: float = real(
        _("Factor"), default=0.1, at_least=0.0, at_most=0.99, above=True, help=_("0.1 leaves one tenth")
    )
    patience: int = whole(
        _("Patience"), default=10, at_least=1, at_most=10_000, help=_("epochs without improvement before it is cut")
    )
    min_delta: float = real(
        _("Least improvement"), default=1e-4, at_most=1000.0, logarithmic=True, help=_("smaller steps do not count")
    )
    cooldown: int = whole(_("Pause"), default=0, at_most=10_000, help=_("epochs that are not judged after a cut"))
    floor: float = real(_("Floor"), default=0.0, at_most=100.0, logarithmic=True, help=_("never becomes smaller"))

    def keras(self, learning_rate: float, steps_per_epoch: int, epochs: int) -> float | Call:
        return learning_rate

    def runs_out(self, steps_per_epoch: int, epochs: int) -> int | None:
        return None

    def callbacks(self) -> tuple[Call, ...]:
        return (
            call(
                "callbacks.ReduceLROnPlateau",
                monitor=self.monitor,
                mode=direction(self.monitor),
                factor=self.factor,
                patience=self.patience,
                min_delta=self.min_delta,
                cooldown=self.cooldown,
                min_lr=self.floor,
            ),
        )

    def watches(self) -> str:
        return self.monitor

    def summary(self) -> str:
        words = plural("× {{factor:g}} after {count} epoch", "× {{factor:g}} after {count} epochs", self.patience)
        return words.format(factor=self.factor)
