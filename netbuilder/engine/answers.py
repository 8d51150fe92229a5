"""Answers of a network that may be learning at the same time, from a copy of its weights.

Reading live variables waits for the block of steps to end (p99 80 ms measured); a copy answers in some 3 ms.
"""

from __future__ import annotations

import threading
from time import perf_counter
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from netbuilder.engine.values import Values

_OFTEN_ENOUGH = 0.03  # seconds


class Answers:
    """What a network says to raw inputs, as of its latest copied weights. Safe to ask from any thread."""

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self._trained, self._others = Values(model.trainable_variables), Values(model.non_trainable_variables)
        self._lock = threading.Lock()
        # Nothing of it needs autograph, which would leave a file in the temporary folder when the process is killed.
        self._program = tf.function(self._forward, reduce_retracing=True, autograph=False)
        self.take()
        self.to(np.zeros((1, *model.input_shape[1:]), np.float32))  # traced now, not at the first stroke

    def keep_up(self) -> None:
        """Copies the weights unless that would take more than a twentieth of the training's time: large ones wait.

        Neither are they copied more often than somebody can see.
        """
        if perf_counter() - self._taken > max(_OFTEN_ENOUGH, 20 * self._cost):
            self.take()

    def take(self) -> None:
        """Copies the weights; to be called between blocks, by the thread that trains."""
        begun = perf_counter()
        weights = self._trained.tensors(), self._others.tensors()
        with self._lock:
            self._weights = weights
        self._taken = perf_counter()
        self._cost = self._taken - begun

    def to(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """The outputs (n, k) for raw inputs (n, *shape) of any number dtype."""
        with self._lock:
            trained, others = self._weights
        outputs: NDArray[np.float32] = self._program(trained, others, tf.constant(inputs, tf.float32)).numpy()
        return outputs

    def _forward(self, trained: Any, others: Any, inputs: Any) -> Any:
        outputs, _ = self._model.stateless_call(trained, others, inputs, training=False)
        return outputs
