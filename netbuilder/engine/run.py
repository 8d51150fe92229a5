"""One run of a session: epochs of blocks, told in events, steered by orders."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING

import keras
import numpy as np
from numpy.typing import NDArray

from netbuilder.engine.best import Best, Weights
from netbuilder.engine.blocks import MOST_STEPS, Batches, Block, numbers_of
from netbuilder.engine.build import make
from netbuilder.engine.good import Good
from netbuilder.engine.measuring import Measuring
from netbuilder.engine.pace import Pace
from netbuilder.events import (
    BatchesTrained,
    EpochEnded,
    Event,
    LearningRateSet,
    Reason,
    RunEnded,
    RunPaused,
    RunResumed,
)
from netbuilder.orders import Keep, Orders, Pause, Resume, SetLearningRate, Step, Stop, Unit
from netbuilder.words import _

if TYPE_CHECKING:
    from netbuilder.engine.session import Session


_PATIENCE = 0.05  # seconds for the test of a run that was stopped


class Run:
    """Trains the model of a session from the epoch ``first`` to the epoch ``last``, unless something ends it early."""

    def __init__(
        self,
        session: Session,
        emit: Callable[[Event], None],
        orders: Orders,
        first: int,
        last: int,
        began: float,
        best: Best,
        *,
        tested: bool = True,
    ) -> None:
        """``began``: when the person pressed Train, as ``perf_counter`` says it; compiling is part of a run's time.

        ``best``: the best epoch of those that were trained before, if any. ``tested``: whether the test part is
        measured at the end.
        """
        self._session, self._emit, self._orders = session, emit, orders
        self._first, self._last = first, last
        self._model, self._training = session.model, session.project.training
        self._callbacks = keras.callbacks.CallbackList(
            [make(one) for one in session.calls.callbacks], model=self._model
        )
        self._stopping = next(
            (one for one in self._callbacks.callbacks if isinstance(one, keras.callbacks.EarlyStopping)), None
        )
        self._best, self._tested = best, tested
        minutes = self._training.goal.minutes
        self._limit = inf if minutes is None else 60 * minutes  # seconds
        self.pace = Pace(last, session.calls.steps_per_epoch, self._training.batch_size)
        self._began, self._ready, self._rested = began, perf_counter(), 0.0
        self._resting = False
        self._allowed: Unit | None = None  # what a resting run may still do
        self._measuring = Measuring(session)
        self._epochs, self._part_steps = first - 1, 0
        self._reason: Reason = "all_epochs"
        self._keep: Keep = "last"
        self._message = ""
        self._metrics: dict[str, float] = {}  # of the last whole epoch
        self._running: dict[str, float] = {}  # of the epoch so far
        self._announced: tuple[int, int] | None = None

    def run(self) -> int:
        """Runs to the end, and tells it. Returns the number of whole epochs that the model was trained for."""
        self._model.stop_training = False
        self._callbacks.on_train_begin()
        self._good = Good(self._model, self._weights())
        for epoch in range(self._first, self._last + 1):
            if not self._obey(epoch, 0) or not self._epoch(epoch):
                break
            if self._model.stop_training and epoch < self._last:  # at the last epoch it stops nothing
                self._reason = "stopped_early"
                break
            if self._training.goal.reached(self._metrics) and epoch < self._last:
                self._reason = "goal_reached"
                break
        self._finish()
        return self._epochs

    # Steps

    def _epoch(self, epoch: int) -> bool:
        """Trains and validates one epoch; False where the run ends within it."""
        began = self._seconds()
        self._callbacks.on_epoch_begin(epoch - 1)
        penalties = []
        for batches, before in self._session.groups(epoch):
            step = 0
            while step < batches.count:
                done = before + step
                if (before and not self._compiled(epoch, done)) or not self._obey(epoch, done):
                    return self._leave(epoch, done)
                block = self._block(epoch, batches, step, done)
                if not np.isfinite(block.losses).all():
                    return self._lost(epoch, done + int(np.argmin(np.isfinite(block.losses))))
                penalties.append(block.penalties)
                step += len(block.losses)
        return self._close(epoch, began, np.concatenate(penalties))

    def _block(self, epoch: int, batches: Batches, step: int, done: int) -> Block:
        count = 1 if self._allowed == "batch" else min(batches.count - step, MOST_STEPS, self.pace.steps)
        asked = perf_counter()
        self._callbacks.on_train_batch_begin(done)
        block = self._session.trainer.train(batches, step, count, fresh=done == 0)
        self._callbacks.on_train_batch_end(done + count - 1, block.metrics)
        self._running = block.metrics
        if self._allowed != "batch":
            self.pace.measured(count, batches.size, perf_counter() - asked)
        self._session.network.answers.keep_up()
        told = self.pace.gather(done, block.losses)
        if told is not None:
            self._tell(epoch, *told)
        if self._allowed == "batch":
            self._allowed = None
        return block

    def _tell(self, epoch: int, first: int, losses: NDArray[np.float32]) -> None:
        left = min(self.pace.seconds_left(epoch, first + len(losses)), max(0.0, self._limit - self._active()))
        speed = self.pace.samples_per_second
        self._emit(BatchesTrained(epoch, first, losses, self._running, speed, left, self._seconds()))

    def _tell_rest(self, epoch: int) -> None:
        if rest := self.pace.rest():
            self._tell(epoch, *rest)

    def _close(self, epoch: int, began: float, penalties: NDArray[np.float32]) -> bool:
        steps = self._session.calls.steps_per_epoch
        self._tell_rest(epoch)
        metrics = dict(self._running)
        if self._model.losses:
            metrics["penalty"] = float(np.mean(penalties))
            metrics["data_loss"] = metrics["loss"] - metrics["penalty"]
        validated = self._measuring.of(self._session.validation, lambda: self._obey(epoch, steps))
        if validated is None:
            return self._leave(epoch, steps)
        metrics |= {f"val_{name}": value for name, value in validated.items()}
        weights = self._weights()
        # One NaN and relu leave the loss finite, yet ruin weights.
        if not all(np.isfinite(one).all() for one in weights):
            return self._lost(epoch, None)
        self._good, self._metrics = Good(self._model, weights), metrics
        rate = float(self._model.optimizer.learning_rate.numpy())
        self._callbacks.on_epoch_end(epoch - 1, metrics)
        self._epochs = epoch
        self._best.take(epoch, metrics, weights)
        if self._allowed == "epoch":
            self._allowed = None
        seconds = self._seconds() - began
        self.pace.epoch_measured(seconds)
        self._emit(EpochEnded(epoch, seconds, metrics, rate, self._best_epoch(), self._waited()))
        return True

    def _compiled(self, epoch: int, done: int) -> bool:
        """Waits for what is compiled beside the training; False where the run shall end meanwhile."""
        while not self._session.all_ready(0.02):
            if not self._obey(epoch, done):
                return False
        return True

    # Orders

    def _obey(self, epoch: int, done: int) -> bool:
        """Does what was ordered, resting as long as it takes; False where the run shall end here."""
        while True:
            waits = self._resting and self._allowed is None
            if waits:
                self._announce(epoch, done)
            asked = perf_counter()
            order = self._orders.take(wait=waits)
            self._rested += perf_counter() - asked if waits else 0.0
            match order:
                case None:
                    return not self._time_is_over()
                case Stop():
                    self._reason, self._keep = "stopped", order.keep
                    return False
                case Pause():
                    self._resting, self._allowed = True, None
                case Resume():
                    self._go_on(None, resting=False)
                case Step():
                    self._go_on(order.unit, resting=True)
                case SetLearningRate():
                    replaced = self._session.set_learning_rate(order.learning_rate)
                    if replaced and not self._compiled(epoch, done):
                        return False
                    self._emit(LearningRateSet(epoch, done, order.learning_rate, replaced))

    def _go_on(self, allowed: Unit | None, *, resting: bool) -> None:
        self._resting, self._allowed, self._announced = resting, allowed, None
        if allowed != "batch":
            self._emit(RunResumed())

    def _announce(self, epoch: int, done: int) -> None:
        """Tells that the run rests here, once, and all that it has learned so far."""
        if self._announced != (epoch, done):
            self._announced = epoch, done
            self._tell_rest(epoch)
            self._emit(RunPaused(epoch, done))

    def _time_is_over(self) -> bool:
        if self._active() < self._limit:
            return False
        self._reason = "time_over"
        return True

    # The end

    def _leave(self, epoch: int, done: int) -> bool:
        """Ends the run within an epoch, of which ``done`` steps were made."""
        self._tell_rest(epoch)
        self._part_steps = done
        return False

    def _lost(self, epoch: int, batch: int | None) -> bool:
        self._reason = "not_finite"
        rate = float(self._model.optimizer.learning_rate.numpy())
        place = (
            _("in epoch {epoch}").format(epoch=epoch)
            if batch is None
            else _("at batch {batch:,} of epoch {epoch}").format(batch=batch + 1, epoch=epoch)
        )
        self._message = _(
            "The numbers grew beyond all bounds {place}; the last good weights are kept. Try a learning rate of {rate:g}."
        ).format(place=place, rate=float(f"{rate / 10:.1g}"))
        self._good.put_back(self._model)
        return False

    def _finish(self) -> None:
        model, session = self._model, self._session
        if self._reason != "not_finite":
            model.optimizer.finalize_variable_values(model.trainable_weights)
        last = self._weights()
        self._callbacks.on_train_end()
        restored = self._stopping is not None and self._stopping.best_weights is not None
        if self._reason == "stopped":  # then the person has said which weights to keep, whatever early stopping would
            chosen = self._best.weights if self._keep == "best" else None
            restored = chosen is not None
            model.set_weights(last if chosen is None else chosen)
        session.network.answers.take()
        best = self._best.epoch if self._keep == "best" else self._best_epoch()
        self._emit(
            RunEnded(
                self._reason,
                self._epochs,
                best,
                restored,
                self._seconds(),
                self._test(),
                self._message,
                self._part_steps,
            )
        )

    def _test(self) -> dict[str, float]:
        """Loss and metrics on the test part; whoever stopped a run is not kept waiting for it, nor for its compilation."""
        stopped, end = self._reason == "stopped", perf_counter() + _PATIENCE
        if not self._tested or not self._session.all_ready(0.0 if stopped else None):
            return {}
        return self._measuring.of(self._session.test, lambda: not stopped or perf_counter() < end) or {}

    # Small things

    def _seconds(self) -> float:
        return perf_counter() - self._began - self._rested

    def _active(self) -> float:
        """Seconds since the first step, without rests."""
        return perf_counter() - self._ready - self._rested

    def _weights(self) -> Weights:
        return numbers_of(self._model.weights)

    def _best_epoch(self) -> int | None:
        return None if self._stopping is None or self._stopping.best is None else self._stopping.best_epoch + 1

    def _waited(self) -> int:
        return 0 if self._stopping is None else self._stopping.wait
