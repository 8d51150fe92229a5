"""The numbers of a network in a Keras file: its weights and its optimizer's variables, as our own model has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.files.container import Refused
from netbuilder.files.keras_network import Network
from netbuilder.files.keras_training import Training
from netbuilder.files.keras_weights import Arrays, numbered, read_all
from netbuilder.spec.facts import Shape
from netbuilder.spec.layers import Weight, weights_of
from netbuilder.spec.optimizers import Kept, Optimizer
from netbuilder.words import _

_STATE = "optimizer/vars"
_HEAD = 2  # variables of an optimizer that has made no step yet

_Numbers = tuple[NDArray[Any], ...]


@dataclass(frozen=True, eq=False)
class State:
    """Weights (float32) in the order of ``model.weights``, the optimizer's variables in theirs, and sentences about them."""

    weights: tuple[NDArray[np.float32], ...] = ()
    optimizer: _Numbers = ()
    remarks: tuple[str, ...] = ()


def weights_of_network(network: Network) -> tuple[Weight, ...]:
    """All weights in the order of ``model.weights``."""
    return tuple(one for each in network.layers for one in weights_of(each.placed.layer, each.shape))


def read_state(content: bytes, network: Network, training: Training, *, scheduled: bool) -> State:
    """The numbers in a ``model.weights.h5``. ``scheduled``: our model's learning rate follows a schedule.

    Raises ``Refused`` if they are not those of the network.
    """
    found = Arrays(content, 1000 + 50 * len(network.layers))
    weights: list[NDArray[np.float32]] = []
    remarks = []
    for each in network.layers:
        wanted = [(one.shape, "float32") for one in weights_of(each.placed.layer, each.shape)]
        own = read_all(found, f"layers/{each.group}/vars", wanted)
        if not all(np.isfinite(one).all() for one in own):
            words = _("Layer “{name}” has weights that are no numbers: what the network answers is worth nothing.")
            remarks.append(words.format(name=each.placed.name))
        weights += own
    shapes = [one.shape for one in weights_of_network(network) if one.trained]
    try:
        state = _optimizer_state(found, training, shapes, scheduled=scheduled)
    except Refused:
        state = ()
        remarks.append(_("The state of its optimizer was left out, since it is not that of all its layers."))
    return State(tuple(weights), state, tuple(remarks))


def _optimizer_state(found: Arrays, training: Training, shapes: Sequence[Shape], *, scheduled: bool) -> _Numbers:
    optimizer = training.optimizer
    count = numbered(found, _STATE)
    if optimizer is None or not count:
        return ()
    orders = [optimizer.kept(shapes, scheduled=training.scheduled, older=older) for older in (False, True)]
    if count <= _HEAD < len(orders[0]):
        return ()  # it has made no step
    stored = [found.shape_of(f"{_STATE}/{place}") for place in range(count)]
    fitting = [order for order in dict.fromkeys(orders) if [one.shape for one in order] == stored]
    if len(fitting) != 1:
        raise Refused(_("it is not known which of its numbers are which"))
    (order,) = fitting
    numbers = read_all(found, _STATE, [(one.shape, one.dtype) for one in order])
    return _in_order(
        dict(zip((one.what for one in order), numbers, strict=True)), optimizer, shapes, scheduled=scheduled
    )


def _in_order(
    numbers: Mapping[str, NDArray[Any]], optimizer: Optimizer, shapes: Sequence[Shape], *, scheduled: bool
) -> _Numbers:
    """The variables as our model has them: the learning rate is one of them, unless it follows a schedule there too."""
    rate = {"learning rate": np.asarray(optimizer.learning_rate, np.float32)}
    known: dict[str, NDArray[Any]] = {**rate, **numbers}
    wanted: tuple[Kept, ...] = optimizer.kept(shapes, scheduled=scheduled)
    return tuple(known[one.what] for one in wanted)
