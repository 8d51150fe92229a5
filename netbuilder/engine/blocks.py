"""Blocks of training steps as one compiled program, over data that stay on the device.

Keras's own layers, loss, metrics and optimizer do the arithmetic, in the order of ``keras.Model.train_step`` (3.15);
only the loop around them is ours: it gathers the rows of each batch on the device and keeps every batch's loss.
Measured on MNIST with 2 cores: an epoch takes 0.17 s instead of 1.56 s, with equal weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from netbuilder.engine.prepared import Prepared

MOST_STEPS = 1024
"""The most steps of one block."""


class Resident:
    """Raw examples on the device, for training and evaluation alike: the parts are only other rows of them.

    Programs take them as an argument: what they capture stays in memory for ever, with the graph of their loop.
    """

    def __init__(self, data: Prepared) -> None:
        """Inputs, targets and, where examples weigh differently, their weights."""
        arrays = (data.inputs, data.targets) if data.weights is None else (data.inputs, data.targets, data.weights)
        self.tensors = tuple(tf.constant(one) for one in arrays)
        # Batches of unknown size, as ``fit`` sees them: where the size is known, TensorFlow rounds other than there.
        self.signature = (
            tf.TensorSpec((None, None), tf.int32),
            tf.TensorSpec((), tf.int32),
            tf.TensorSpec((), tf.int32),
            tf.TensorSpec((), tf.bool),
            tuple(tf.TensorSpec(one.shape, one.dtype) for one in self.tensors),
        )

    def arguments(self, batches: Batches, first: int, count: int, *, fresh: bool) -> tuple[Any, ...]:
        """What a program of that signature is called with; tensors, since Python's numbers cost TensorFlow more."""
        return (
            batches.rows,
            tf.constant(first, tf.int32),
            tf.constant(count, tf.int32),
            tf.constant(fresh),
            self.tensors,
        )


@dataclass(frozen=True, slots=True)
class Block:
    """What some steps came to: each batch's loss, penalty included, and its penalty; and the metrics of the epoch so far."""

    losses: NDArray[np.float32]
    penalties: NDArray[np.float32]
    metrics: dict[str, float]


class Batches:
    """Row numbers of batches of one size on the device: a shape that is compiled once, however many are used."""

    def __init__(self, rows: NDArray[np.int32], size: int, at_least: int = 2) -> None:
        """``rows`` (k · size,) are k batches.

        XLA unrolls a loop over one batch, and then rounds other than in ``fit``: so there are always at least two, of
        which the last may be unused.
        """
        whole = rows.reshape(-1, size)
        self.count, self.size = whole.shape
        spare = np.zeros((max(0, at_least - self.count), size), np.int32)
        self.rows = tf.constant(np.concatenate([whole, spare]))


class Trainer:
    """Trains a compiled model, some steps at a time."""

    def __init__(self, model: keras.Model, resident: Resident, *, compiled: bool) -> None:
        self._model, self._resident = model, resident
        self._tracker = loss_tracker(model)
        self._names: tuple[str, ...] = ()
        self._program = tf.function(
            self._steps, input_signature=resident.signature, jit_compile=compiled, autograph=False
        )

    def train(self, batches: Batches, first: int, count: int, *, fresh: bool) -> Block:
        """Makes ``count`` steps (at most ``MOST_STEPS``) from batch ``first`` on; ``fresh`` begins an epoch's metrics.

        Another shape of batches is compiled anew; other numbers of steps are not. With ``count`` 0 the program is
        compiled and changes nothing, not even beside a training that goes on: TensorFlow holds the variables' locks.
        """
        losses, penalties, values = self._program(*self._resident.arguments(batches, first, count, fresh=fresh))
        metrics = dict(zip(self._names, values.numpy().tolist(), strict=True))
        return Block(losses.numpy()[:count], penalties.numpy()[:count], metrics)

    def _steps(self, rows: Any, first: Any, count: Any, fresh: Any, data: Any) -> tuple[Any, Any, Any]:
        empty = tf.zeros((MOST_STEPS,), tf.float32)

        def body(step: Any, losses: Any, penalties: Any) -> tuple[Any, Any, Any]:
            loss, penalty = self._step([tf.gather(one, tf.gather(rows, first + step)) for one in data])
            at = [[step]]
            losses = tf.tensor_scatter_nd_update(losses, at, [loss])
            return step + 1, losses, tf.tensor_scatter_nd_update(penalties, at, [penalty])

        start_over(self._model, fresh)
        begin = (tf.constant(0), empty, empty)
        _, losses, penalties = tf.while_loop(lambda step, *_: step < count, body, begin, parallel_iterations=1)
        self._names, values = measured(self._model)
        return losses, penalties, values

    def _step(self, batch: list[Any]) -> tuple[Any, Any]:
        model = self._model
        inputs, targets = batch[:2]
        weights = batch[2] if len(batch) > 2 else None
        with tf.GradientTape() as tape:
            outputs = model(inputs, training=True)
            loss = model.compute_loss(x=inputs, y=targets, y_pred=outputs, sample_weight=weights, training=True)
            penalty = tf.add_n(model.losses) if model.losses else tf.zeros((), tf.float32)
            self._tracker.update_state(loss, sample_weight=tf.shape(inputs)[0])
        trained = model.trainable_weights
        model.optimizer.apply_gradients(zip(tape.gradient(loss, trained), trained, strict=True))
        model.compute_metrics(inputs, targets, outputs, sample_weight=weights)
        return loss, penalty


class Evaluator:
    """Measures a compiled model, some batches at a time, without training it."""

    def __init__(self, model: keras.Model, resident: Resident, *, compiled: bool) -> None:
        self._model, self._resident = model, resident
        self._tracker = loss_tracker(model)
        self._names: tuple[str, ...] = ()
        self._program = tf.function(
            self._batches, input_signature=resident.signature, jit_compile=compiled, autograph=False
        )

    def measure(self, batches: Batches, first: int, count: int, *, fresh: bool) -> dict[str, float]:
        """Loss and metrics, as ``model.evaluate`` gives them, of the batches since the last ``fresh``."""
        values = self._program(*self._resident.arguments(batches, first, count, fresh=fresh))
        return dict(zip(self._names, values.numpy().tolist(), strict=True))

    def _batches(self, rows: Any, first: Any, count: Any, fresh: Any, data: Any) -> Any:
        def body(step: Any) -> Any:
            inputs, targets = (tf.gather(one, tf.gather(rows, first + step)) for one in data[:2])
            outputs = self._model(inputs, training=False)
            loss = self._model.compute_loss(x=inputs, y=targets, y_pred=outputs, training=False)
            self._tracker.update_state(loss, sample_weight=tf.shape(inputs)[0])
            self._model.compute_metrics(inputs, targets, outputs)
            return (step + 1,)

        start_over(self._model, fresh)
        tf.while_loop(lambda step: step < count, body, (tf.constant(0),), parallel_iterations=1)
        self._names, values = measured(self._model)
        return values


def start_over(model: keras.Model, fresh: Any) -> None:
    """Sets the metrics back to nothing, if asked, within a program."""

    def reset() -> Any:
        model.reset_metrics()
        return tf.constant(0)

    tf.cond(fresh, reset, lambda: tf.constant(0))


def measured(model: keras.Model) -> tuple[tuple[str, ...], Any]:
    """Names and current values (k,) float32 of loss and metrics, within a program."""
    found = model.get_metrics_result()
    return tuple(found), tf.stack([tf.cast(value, tf.float32) for value in found.values()])


def loss_tracker(model: keras.Model) -> Any:
    """The metric in which a compiled model averages its loss."""
    return next(one for one in model.metrics if one.name == "loss")
