"""What a person orders a run while it goes on: to rest, to make a step, to end, to take another learning rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from netbuilder.events import CompilingBegan, Event, LearningRateSet, RunPaused, RunResumed
from netbuilder.orders import Keep, Orders, Pause, Resume, SetLearningRate, Step, Stop, Unit
from netbuilder.spec.schedules import Constant

if TYPE_CHECKING:
    from netbuilder.engine.session import Session

_LOOK = 0.02  # seconds to wait for what is compiled, from one look at the orders to the next


class Steering:
    """Does what is ordered, between two blocks of steps."""

    def __init__(
        self,
        session: Session,
        emit: Callable[[Event], None],
        orders: Orders,
        tell_rest: Callable[[int], None],
        rates: Sequence[LearningRateSet] = (),
    ) -> None:
        """``tell_rest`` tells what an epoch has learned so far.

        ``rates`` were set in a part of the run that is trained once more, and are set again at the very same steps, or
        take the place of a schedule in time.
        """
        self._session, self._emit, self._orders, self._tell_rest = session, emit, orders, tell_rest
        self._rates = list(rates)
        self._resting = self._replacing = False
        self._compiles = False  # beside the training, which comes to its end also while the run rests
        self._announced: tuple[int, int] | None = None
        self.allowed: Unit | None = None  # what a resting run may still do
        self.rested = 0.0  # seconds
        self.compiling = 0.0  # seconds that steps had to wait for others, which were compiled, without rests
        self.rate: float | None = None  # that a person has set since the run began
        self.stop: Keep | None = None  # what to keep, once a person has ended the run

    def obey(self, epoch: int, done: int) -> bool:
        """Does what was ordered, resting as long as it takes; False where the run shall end here.

        ``done`` steps of the epoch are made.
        """
        while self._rates and (self._rates[0].epoch, self._rates[0].step) <= (epoch, done):
            if not self._set_rate(epoch, done, self._rates.pop(0).learning_rate):
                return False
        while True:
            waits = self._waits
            if waits:
                self._announce(epoch, done)
            asked = perf_counter()
            order = self._orders.take(wait=waits and not self._compiles)
            self.rested += perf_counter() - asked if waits else 0.0
            match order:
                case None:
                    return True
                case Stop():
                    self.stop = order.keep
                    return False
                case Pause():
                    self._resting, self.allowed = True, None
                case Resume():
                    self._go_on(None, resting=False)
                case Step():
                    self._go_on(order.unit, resting=True)
                case SetLearningRate():
                    self._rates.clear()  # what a person says now outdoes what was to be set again, or in time
                    if not self._set_rate(epoch, done, order.learning_rate):
                        return False

    def compiled(self, epoch: int, done: int) -> bool:
        """Waits for what is compiled beside the training; False where the run shall end meanwhile."""
        began, before, told = perf_counter() - self.rested, self.compiling, False
        while not self._is_ready():
            if not told:
                self._tell_rest(epoch)
                self._emit(CompilingBegan())
                told = True
            self._compiles = True
            goes_on = self.obey(epoch, done)
            self._compiles = False
            if not goes_on:
                return False
        self.compiling = before + perf_counter() - self.rested - began
        return True

    @property
    def _waits(self) -> bool:
        return self._resting and self.allowed is None

    def _is_ready(self) -> bool:
        asked, waits = perf_counter(), self._waits
        is_ready = self._session.all_ready(_LOOK)
        self.rested += perf_counter() - asked if waits else 0.0
        return is_ready

    def at_most(self, epoch: int, done: int, count: int) -> int:
        """How many of ``count`` steps may be made before the next look."""
        if self.allowed == "batch":
            return 1
        if self._rates and self._rates[0].epoch == epoch:
            return min(count, self._rates[0].step - done)
        return count

    def made(self, unit: Unit) -> None:
        """A batch was trained, or an epoch ended: a person who allowed no more than that is waited for."""
        if self.allowed == unit:
            self.allowed = None

    def end_steps(self) -> None:
        """All steps are made: a run that was to rest after them comes to its end instead, unless it is told to rest anew."""
        self._resting, self.allowed = False, None

    @property
    def chosen_rate(self) -> float:
        """The learning rate as a person chose it last; a schedule or a plateau may have made it smaller since."""
        session, training = self._session, self._session.project.training
        by_hand = self.rate or session.replaced_rate
        if by_hand is None and training.schedule == Constant():  # it may have been set by hand in an earlier run
            by_hand = float(session.model.optimizer.learning_rate.numpy())
        return by_hand or training.optimizer.learning_rate

    @property
    def better_rate(self) -> float:
        """One to try where the chosen one was too large: a tenth, or the usual one where that would still be too fast."""
        tenth, rates = self.chosen_rate / 10, self._session.project.training.optimizer.rates
        return float(f"{tenth:.1g}") if tenth < rates.fastest else rates.usual

    def _set_rate(self, epoch: int, done: int, rate: float) -> bool:
        replaced = self._session.set_learning_rate(rate)
        if self._replacing:  # by one that is told of when its steps are compiled, with the number that holds then
            return True
        if replaced:
            self._replacing = True
            if not self.compiled(epoch, done):
                return False
            self._replacing, rate = False, self._session.replaced_rate or rate
        self.rate = rate
        self._emit(LearningRateSet(epoch, done, rate, replaced))
        return True

    def _go_on(self, allowed: Unit | None, *, resting: bool) -> None:
        self._resting, self.allowed, self._announced = resting, allowed, None
        if allowed != "batch":
            self._emit(RunResumed())

    def _announce(self, epoch: int, done: int) -> None:
        """Tells that the run rests here, once, and all that it has learned so far."""
        if self._announced != (epoch, done):
            self._announced = epoch, done
            self._tell_rest(epoch)
            self._emit(RunPaused(epoch, done))
