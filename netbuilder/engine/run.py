"""One run of a session: epochs of blocks, told in events, steered by orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf, isfinite
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netbuilder.checkpoint import Checkpoint
from netbuilder.engine import ruin
from netbuilder.engine.best import Best
from netbuilder.engine.blocks import MOST_STEPS, Batches, Block
from netbuilder.engine.callbacks import Callbacks
from netbuilder.engine.final_test import final_test
from netbuilder.engine.measuring import Measuring
from netbuilder.engine.pace import Pace
from netbuilder.engine.part import Part
from netbuilder.engine.state import State
from netbuilder.engine.steering import Steering
from netbuilder.events import BatchesTrained, EpochEnded, Event, LearningRateSet, Reason, RunEnded
from netbuilder.orders import Orders

if TYPE_CHECKING:
    from netbuilder.engine.session import Session


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
        keep: Callable[[Checkpoint], None] | None = None,
        resumed: Checkpoint | None = None,
        unfinished: Checkpoint | None = None,
        rates: Sequence[LearningRateSet] = (),
    ) -> None:
        """``began``: when the person pressed Train, as ``perf_counter`` says it; compiling is part of a run's time.

        ``best``: the best epoch of those that were trained before, if any. ``tested``: whether the test part is
        measured at the end. ``keep`` is handed a checkpoint after each epoch. ``resumed``: the one from which this
        very run goes on; the model stands there already. ``rates`` were set after it. ``unfinished``: the
        end of the run before, whose last epoch is gone on with if it was not whole.
        """
        self._session, self._emit = session, emit
        self._steering = Steering(session, emit, orders, self._tell_rest, rates)
        self._first, self._last = first, last
        self._model, self._training = session.model, session.project.training
        self._callbacks = Callbacks(session.calls.callbacks, self._model)
        self._best, self._tested, self._keep, self._resumed = best, tested, keep, resumed
        goal, known = self._training.goal, resumed or unfinished
        self._limit = inf if goal.minutes is None else 60 * goal.minutes  # seconds
        good = unfinished is not None and goal.reached(unfinished.metrics)  # who wants more of that wants all of it
        self._past_goal = good or (known is not None and known.past_goal)
        self.pace = Pace(last, session.calls.steps_per_epoch, self._training.batch_size)
        self._began, self._ready = began, inf
        self._seconds_before, self._active_before = (0.0, 0.0) if resumed is None else (resumed.seconds, resumed.active)
        self._measuring = Measuring(session, self.pace)
        self._epochs = first - 1 if resumed is None else resumed.epoch
        self._part = Part(session.model, known)
        self._reason: Reason = "all_epochs"
        self._ruined, self._better_rate = "", 0.0  # where, if anywhere, and what to try instead
        self._metrics = {} if resumed is None else dict(resumed.metrics)  # of the last whole epoch
        self._running: dict[str, float] = {}  # of the epoch so far

    @property
    def start(self) -> Checkpoint:
        """The state from which it begins."""
        return self._checkpoint(self._session.variables.state())

    def run(self) -> int:
        """Runs to the end, and tells it. Returns the number of whole epochs that the model was trained for."""
        self._ready = perf_counter()
        self._callbacks.begin(() if self._resumed is None else self._resumed.callbacks)
        self._model.stop_training = self._resumed is not None and self._resumed.stopped
        self._good = self._session.variables.state()
        for epoch in range(self._epochs + 1, self._last + 1):  # after the last one there is nothing to stop
            start = self._part.steps
            if self._is_over() or not self._obey(epoch, start) or not self._epoch(epoch, start):
                break
        self._finish()
        return self._epochs

    def _is_over(self) -> bool:
        if self._model.stop_training:
            self._reason = "stopped_early"
        elif self._training.goal.reached(self._metrics) and not self._past_goal:
            self._reason = "goal_reached"
        else:
            return False
        return True

    # Steps

    def _epoch(self, epoch: int, start: int) -> bool:
        """Trains and validates one epoch, of which ``start`` steps are made; False where the run ends within it."""
        began, self._compiling, self._is_usual = self._seconds(), self._steering.compiling, start == 0
        self._callbacks.begin_epoch(epoch - 1)
        groups = self._session.groups(epoch)
        self._part.begin()
        if start:  # which says what the metrics are so far
            self._running = self._session.trainer.train(groups[0][0], 0, 0, fresh=False).metrics
        for batches, before in groups:
            step = max(0, start - before)
            while step < batches.count:
                done = before + step
                if (before and not self._compiled(epoch, done)) or not self._obey(epoch, done):
                    return self._leave(epoch, done)
                block = self._block(epoch, batches, step, done)
                if not np.isfinite(block.losses).all():
                    return self._lost(ruin.at_batch(epoch, done, block.losses))
                self._part.add(block.penalties)
                step += len(block.losses)
        return self._close(epoch, began)

    def _block(self, epoch: int, batches: Batches, step: int, done: int) -> Block:
        single = self._steering.allowed == "batch"
        count = self._steering.at_most(epoch, done, min(batches.count - step, MOST_STEPS, self.pace.steps))
        asked = perf_counter()
        self._callbacks.begin_batches(done)
        block = self._session.trainer.train(batches, step, count, fresh=done == 0)
        self._callbacks.end_batches(done + count - 1, block.metrics)
        self._running = block.metrics
        if single:  # which takes what it is told and drawn, too
            self._is_usual = False
        else:
            self.pace.measured(count, batches.size, perf_counter() - asked)
        self._session.network.answers.keep_up()
        told = self.pace.gather(done, block.losses)
        if told is not None:
            self._tell(epoch, *told)
        self._steering.made("batch")
        return block

    def _tell(self, epoch: int, first: int, losses: NDArray[np.float32]) -> None:
        left = min(self.pace.seconds_left(epoch, first + len(losses)), max(0.0, self._limit - self._active()))
        speed = self.pace.samples_per_second
        self._emit(BatchesTrained(epoch, first, losses, self._running, speed, left, self._seconds()))

    def _tell_rest(self, epoch: int) -> None:
        if rest := self.pace.rest():
            self._tell(epoch, *rest)

    def _close(self, epoch: int, began: float) -> bool:
        steps = self._session.calls.steps_per_epoch
        self._tell_rest(epoch)
        validation = self._session.validation  # which has the metrics count anew
        if validation and not self._measuring.is_one_piece(validation):  # or else it is not given up after that
            self._part.count()
        metrics = dict(self._running)
        if self._model.losses:
            metrics["penalty"] = self._part.penalty
            metrics["data_loss"] = metrics["loss"] - metrics["penalty"]
        validated = self._measuring.of(validation, lambda: self._obey(epoch, steps))
        if validated is None:
            return self._leave(epoch, steps)
        metrics |= {f"val_{name}": value for name, value in validated.items()}
        variables = self._session.variables
        state = variables.state()
        if ruined := variables.ruined(state):
            return self._lost(ruin.in_weights(epoch, ruined))
        if not isfinite(metrics["loss"] + metrics.get("val_loss", 0.0)):
            return self._lost(ruin.at_the_end(epoch))
        self._part.close()
        self._good, self._metrics = state, metrics
        rate = variables.rate(state)
        self._callbacks.end_epoch(epoch - 1, metrics)
        self._epochs = epoch
        self._best.take(epoch, metrics, variables.weights(state))
        self._steering.made("epoch")
        seconds = self._seconds() - began
        if self._is_usual:
            # The next one has nothing to wait for.
            self.pace.epoch_measured(seconds - (self._steering.compiling - self._compiling))
        self._emit(EpochEnded(epoch, seconds, metrics, rate, self._callbacks.best_epoch, self._callbacks.waited))
        if self._keep is not None:
            self._keep(self._checkpoint(variables.with_rate(state) if self._callbacks.are_any else state))
        return True

    # Orders

    def _obey(self, epoch: int, done: int) -> bool:
        """Does what was ordered; False where the run shall end here."""
        if not self._steering.obey(epoch, done):
            self._reason = "stopped"
            return False
        return not self._time_is_over()

    def _compiled(self, epoch: int, done: int) -> bool:
        """Waits for what is compiled beside the training; False where the run shall end meanwhile."""
        if not self._steering.compiled(epoch, done):
            self._reason = "stopped"
            return False
        return True

    def _time_is_over(self) -> bool:
        if self._active() < self._limit:
            return False
        self._reason = "time_over"
        return True

    # The end

    def _leave(self, epoch: int, done: int) -> bool:
        """Ends the run within an epoch, of which ``done`` steps were made."""
        self._tell_rest(epoch)
        variables = self._session.variables
        if done and (ruined := variables.ruined(variables.state())):
            return self._lost(ruin.in_weights(epoch, ruined))
        self._part.leave(done)
        return False

    def _lost(self, place: str) -> bool:
        self._reason, self._ruined, self._better_rate = "not_finite", place, self._steering.better_rate
        # With ruined moments, every step from good weights would ruin them again. The rate is what a person said last.
        self._session.variables.put_back(self._good, rate=False)
        self._part.give_up()
        return False

    def _finish(self) -> None:
        model, session, variables = self._model, self._session, self._session.variables
        if self._reason != "not_finite":
            model.optimizer.finalize_variable_values(model.trainable_weights)
        last = variables.state()
        best = self._callbacks.best_epoch
        self._callbacks.end()
        restored = self._best.judged(self._callbacks.restores)
        if self._reason == "stopped":  # then the person has said which weights to keep, whatever early stopping would
            undone, restored = restored, self._best.kept if self._steering.stop == "best" else None
            if restored is not None:
                model.set_weights(restored.weights)
            elif undone is not None:
                model.set_weights(variables.weights(last))
        session.network.answers.take()
        test = final_test(session, self._steering, self._measuring, *self._stands) if self._tested else {}
        if self._steering.stop == "best":  # also where that was said while the test part was measured
            best = None if self._best.kept is None else self._best.kept.epoch
            if restored is None and self._best.kept is not None:
                restored = self._best.kept
                model.set_weights(restored.weights)
                session.network.answers.take()
        if restored is not None:
            self._part.forget()
        end = self._checkpoint(variables.with_rate(last))
        self.end = replace(end, best=restored or self._best.kept, keeps_best=restored is not None)
        seconds, keeps_best = self._seconds(), restored is not None
        falls_back = self._epochs > 0 and not keeps_best
        why = ruin.sentence(self._ruined, self._better_rate, falls_back=falls_back) if self._ruined else ""
        self._emit(RunEnded(self._reason, self._epochs, best, keeps_best, seconds, test, why, self._part.steps))

    @property
    def _stands(self) -> tuple[int, int]:
        """The epoch in which it is, and how many of its steps are made."""
        if self._part.steps or not self._epochs:
            return self._epochs + 1, self._part.steps
        return self._epochs, self._session.calls.steps_per_epoch

    def _seconds(self) -> float:
        return self._seconds_before + perf_counter() - self._began - self._steering.rested

    def _active(self) -> float:
        """Seconds since the first step, without rests and without waiting for what is compiled."""
        waited = self._steering.rested + self._steering.compiling
        return self._active_before + max(0.0, perf_counter() - self._ready - waited)

    def _checkpoint(self, state: State) -> Checkpoint:
        return Checkpoint(
            epoch=self._epochs,
            first=self._first,
            last=self._last,
            compiled=self._session.calls.compiled,
            variables=state.variables,
            optimizer=state.optimizer,
            seconds=self._seconds(),
            active=self._active(),
            metrics=self._metrics,
            stopped=self._model.stop_training,
            replaced_rate=self._session.replaced_rate,
            best=self._best.kept,
            callbacks=self._callbacks.states,
            part_steps=self._part.steps,
            counted=self._part.counted,
            past_goal=self._past_goal,
        )
