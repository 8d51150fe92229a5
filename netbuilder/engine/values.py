"""The values of a model's variables, read between blocks of steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


class Values:
    """Reads Keras variables, whose resources are found once: on the way there, Keras wraps each of them several times.

    Of small networks, an epoch takes no longer than some hundred such reads.
    """

    def __init__(self, variables: Iterable[Any]) -> None:
        """``variables``: built ones, that is with a shape."""
        self._resources = tuple((one.value.handle, one.value.dtype) for one in variables)

    def tensors(self) -> list[Any]:
        """What they are now, as tensors, which stay as they are when the variables change."""
        return [tf.raw_ops.ReadVariableOp(resource=resource, dtype=dtype) for resource, dtype in self._resources]

    def numbers(self) -> list[NDArray[Any]]:
        """The same as arrays, read-only."""
        return [np.asarray(one.numpy()) for one in self.tensors()]  # of a number, TensorFlow makes no array
