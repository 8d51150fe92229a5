"""Where a run computes: on a device whose memory may end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import tensorflow as tf

from netbuilder.engine.devices import Device
from netbuilder.words import _


class OutOfMemory(MemoryError):
    """The device has not enough memory for the run; the message names the batch size."""


@contextlib.contextmanager
def placed(device: Device, batch_size: int) -> Iterator[None]:
    """Computes on that device. Raises ``OutOfMemory`` where batches of that size do not fit."""
    try:
        with tf.device(device.place):
            yield
    except OutOfMemory:
        raise
    # Copies of weights and rows of numbers are NumPy's, whose memory may be the one that ends.
    except (tf.errors.ResourceExhaustedError, MemoryError) as problem:
        sentence = _(
            "The memory of {device} does not suffice for batches of {size:,}: "
            "choose a smaller batch size or fewer units."
        )
        raise OutOfMemory(sentence.format(device=device.label, size=batch_size)) from problem
