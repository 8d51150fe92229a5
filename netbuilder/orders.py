"""What a person may ask of a run while it goes on: a closed union of frozen values, and the box they come by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from queue import Empty, SimpleQueue
from typing import Literal

from netbuilder.words import _

Unit = Literal["batch", "epoch"]
Keep = Literal["last", "best"]


class NotAStepSize(ValueError):
    """No network can be trained with that learning rate; the message says which it can."""

    def __init__(self) -> None:
        super().__init__(_("The learning rate is a number above 0: choose such a one."))


@dataclass(frozen=True, slots=True)
class Pause:
    """Rest after the current block of steps, until the next order."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on."""


@dataclass(frozen=True, slots=True)
class Step:
    """Go on for one batch, or to the end of the epoch, and rest again."""

    unit: Unit = "batch"


@dataclass(frozen=True, slots=True)
class Stop:
    """End within a block. ``keep``: the weights as they are now, or those of the best epoch so far."""

    keep: Keep = "last"


@dataclass(frozen=True, slots=True)
class SetLearningRate:
    """Take this step size from the next batch on (> 0); it replaces a schedule that looks at the clock.

    Raises ``NotAStepSize``.
    """

    learning_rate: float

    def __post_init__(self) -> None:
        if not 0 < self.learning_rate < inf:
            raise NotAStepSize


Order = Pause | Resume | Step | Stop | SetLearningRate


class Orders:
    """Orders on their way to a run; may be used from any thread."""

    def __init__(self) -> None:
        self._box: SimpleQueue[Order] = SimpleQueue()
        self._at_work = False

    @property
    def at_work(self) -> bool:
        """Whether a run asks for its orders from time to time, and does not rest until the next one."""
        return self._at_work

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While the run waits for what is not its own, such as a disk or another program, it is not at work."""
        before, self._at_work = self._at_work, False
        try:
            yield
        finally:
            self._at_work = before

    def give(self, order: Order) -> None:
        """Adds one; never waits."""
        self._box.put(order)

    def take(self, *, wait: bool = False) -> Order | None:
        """The oldest one; None if there is none and nobody wants to wait for it."""
        self._at_work = not wait
        try:
            return self._box.get(block=wait)
        except Empty:
            return None
        finally:
            self._at_work = True
