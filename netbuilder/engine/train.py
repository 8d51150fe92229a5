"""Training: from a project and its examples to a trained network, telling events on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from netbuilder.data.examples import Examples
from netbuilder.engine.answers import Answers
from netbuilder.engine.blocks import MOST_STEPS, Blocks, Evaluation, results
from netbuilder.engine.build import build, make
from netbuilder.engine.devices import chosen
from netbuilder.engine.network import TrainedNetwork
from netbuilder.engine.order import order
from netbuilder.engine.pace import Pace
from netbuilder.engine.prepared import Prepared, prepared
from netbuilder.events import BatchesTrained, EpochEnded, Event, Reason, RunEnded, RunPrepared
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.recipe import Recipe, recipe
from netbuilder.words import _

Emit = Callable[[Event], None]
Cancelled = Callable[[], bool]
SAMPLES_TO_COMPARE = 64


def train(
    project: ProjectSpec,
    facts: DataFacts,
    examples: Examples,
    emit: Emit,
    cancelled: Cancelled = lambda: False,
    learning: Callable[[TrainedNetwork], None] = lambda _: None,
) -> TrainedNetwork:
    """Trains a network as the project says. Ends with ``RunEnded``; asked by ``cancelled`` some 10 times a second.

    ``learning`` is handed the network before its first step, so that it can be asked while it learns.
    Raises ``NoSuchDevice``, and whatever TensorFlow raises when memory ends.
    """
    data = prepared(project, facts, examples)
    calls = recipe(project, facts, data.scaling)
    device = chosen(project.training.device)
    with tf.device(device.place):
        model = build(project, calls)
        network = TrainedNetwork(project, facts, data.scaling, model, Answers(model), some(data))
        learning(network)
        emit(
            RunPrepared(
                device=device.label,
                compiled=calls.compiled,
                epochs=project.training.epochs,
                steps_per_epoch=calls.steps_per_epoch,
                train=len(data.train),
                validation=len(data.validation),
                parameters=model.count_params(),
                penalty=bool(model.losses),
            )
        )
        _Run(network, data, calls, emit, cancelled).run()
    return network


def some(data: Prepared) -> NDArray[Any]:
    """A few raw inputs, for comparing an exported network with this one."""
    part = max((data.test, data.validation, data.train), key=lambda one: min(len(one), SAMPLES_TO_COMPARE))
    return part.inputs[:SAMPLES_TO_COMPARE]


@dataclass
class _Run:
    """One run while it goes on; everything that changes during a run is here."""

    network: TrainedNetwork
    data: Prepared
    calls: Recipe
    emit: Emit
    cancelled: Cancelled
    began: float = field(default_factory=perf_counter)
    epochs: int = 0
    reason: Reason = "all_epochs"
    message: str = ""

    def __post_init__(self) -> None:
        self.project, self.model = self.network.project, self.network.model
        training = self.project.training
        self.blocks = Blocks(self.model, self.data.train, compiled=self.calls.compiled)
        self.validation = self._evaluation(self.data.validation, self.calls.validation_batch_size)
        self.callbacks = keras.callbacks.CallbackList([make(one) for one in self.calls.callbacks], model=self.model)
        self.stopping = next(
            (one for one in self.callbacks.callbacks if isinstance(one, keras.callbacks.EarlyStopping)), None
        )
        self.pace = Pace(training.epochs, self.calls.steps_per_epoch, training.batch_size)

    def _evaluation(self, part: Any, batch_size: int) -> Evaluation:
        return Evaluation(self.model, part, batch_size, compiled=self.calls.compiled)

    def run(self) -> None:
        self.callbacks.on_train_begin()
        self.good = self.model.get_weights()
        self.model.stop_training = False
        last = self.project.training.epochs
        for epoch in range(1, last + 1):
            if not self._epoch(epoch):
                break
            if self.model.stop_training and epoch < last:  # at the last epoch it stops nothing
                self.reason = "stopped_early"
                break
        self._finish()

    def _epoch(self, epoch: int) -> bool:
        """Trains and validates one epoch; False where the run ends within it."""
        began = perf_counter()
        self.model.reset_metrics()
        self.callbacks.on_epoch_begin(epoch - 1)
        penalties = []
        for rows, before in self._batches(epoch):
            step = 0
            while step < len(rows):
                count = min(len(rows) - step, MOST_STEPS, self.pace.steps)
                asked = perf_counter()
                losses, penalty = self.blocks.train(rows, step, count)
                self.pace.measured(count, rows.shape[1], perf_counter() - asked)
                penalties.append(penalty)
                if not np.isfinite(losses).all():
                    return self._lost(epoch, before + step + int(np.argmin(np.isfinite(losses))))
                self.network.answers.keep_up()
                self._tell(epoch, before + step, losses)
                step += count
                if self.cancelled():
                    self.reason = "stopped"
                    return False
        return self._close(epoch, began, np.concatenate(penalties))

    def _batches(self, epoch: int) -> list[tuple[NDArray[np.int32], int]]:
        """The epoch's whole batches, and the smaller last one, each with the number of batches before them."""
        size = self.project.training.batch_size
        rows = order(len(self.data.train), self.project.training.seed, epoch)
        whole = len(rows) // size
        groups = [(rows[: whole * size].reshape(whole, size), 0), (rows[whole * size :].reshape(1, -1), whole)]
        return [(group, before) for group, before in groups if group.size]

    def _tell(self, epoch: int, first: int, losses: NDArray[np.float32]) -> None:
        told = self.pace.gather(first, losses)
        if told is not None:
            first, losses = told
            left = self.pace.seconds_left(epoch, first + len(losses))
            self.emit(BatchesTrained(epoch, first, losses, results(self.model), self.pace.samples_per_second, left))

    def _close(self, epoch: int, began: float, penalties: NDArray[np.float32]) -> bool:
        metrics = results(self.model)
        if rest := self.pace.rest():
            self.emit(
                BatchesTrained(
                    epoch,
                    *rest,
                    metrics,
                    self.pace.samples_per_second,
                    self.pace.seconds_left(epoch, self.calls.steps_per_epoch),
                )
            )
        if self.model.losses:
            metrics["penalty"] = float(np.mean(penalties))
            metrics["data_loss"] = metrics["loss"] - metrics["penalty"]
        metrics |= {f"val_{name}": value for name, value in self.validation.measure().items()}
        weights = self.model.get_weights()
        if not all(
            np.isfinite(one).all() for one in weights
        ):  # one NaN and relu leave the loss finite, yet ruin weights
            return self._lost(epoch, None)
        self.good = weights
        rate = float(self.model.optimizer.learning_rate.numpy())
        self.callbacks.on_epoch_end(epoch - 1, metrics)
        self.epochs = epoch
        self.emit(EpochEnded(epoch, perf_counter() - began, metrics, rate, self._best(), self._waited()))
        return True

    def _lost(self, epoch: int, batch: int | None) -> bool:
        self.reason = "not_finite"
        rate = self.project.training.optimizer.learning_rate
        place = (
            _("in epoch {epoch}").format(epoch=epoch)
            if batch is None
            else _("at batch {batch:,} of epoch {epoch}").format(batch=batch + 1, epoch=epoch)
        )
        self.message = _(
            "The numbers grew beyond all bounds {place}; the last good weights are kept. Try a learning rate of {rate:g}."
        ).format(place=place, rate=float(f"{rate / 10:.1g}"))
        self.model.set_weights(self.good)
        return False

    def _finish(self) -> None:
        if self.reason != "not_finite":
            self.model.optimizer.finalize_variable_values(self.model.trainable_weights)
        self.callbacks.on_train_end()
        self.network.answers.take()
        test = self._evaluation(self.data.test, self.calls.test_batch_size).measure()
        stopping = self.stopping
        restored = stopping is not None and stopping.best_weights is not None
        seconds = perf_counter() - self.began
        self.emit(RunEnded(self.reason, self.epochs, self._best(), restored, seconds, test, self.message))

    def _best(self) -> int | None:
        return None if self.stopping is None or self.stopping.best is None else self.stopping.best_epoch + 1

    def _waited(self) -> int:
        return 0 if self.stopping is None else self.stopping.wait
