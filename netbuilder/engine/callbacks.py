"""Keras's callbacks of a run: called as ``fit`` calls them, asked what they know, and taken up where they stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from netbuilder.checkpoint import BestEpoch, CallbackState
from netbuilder.engine.build import make
from netbuilder.spec.calls import Call

_COUNTERS = ("wait", "best", "best_epoch", "stopped_epoch", "cooldown_counter")
"""What Keras's ``EarlyStopping`` and ``ReduceLROnPlateau`` (3.15) count; the others of our recipes count nothing."""


class _Nobody:
    """Hears nothing. Keras prepares what it tells even where nobody hears it, for a twentieth of an epoch of 1 ms."""

    @staticmethod
    def _ignore(number: int, logs: Mapping[str, Any] | None = None) -> None:
        pass

    on_epoch_begin = on_epoch_end = on_train_batch_begin = on_train_batch_end = _ignore


class Callbacks:
    """The callbacks of a model, from the beginning of training to its end."""

    def __init__(self, calls: Sequence[Call], model: keras.Model) -> None:
        self._all = keras.callbacks.CallbackList([make(one) for one in calls], model=model)
        self._stopping = next(
            (one for one in self._all.callbacks if isinstance(one, keras.callbacks.EarlyStopping)), None
        )
        self.are_any = bool(calls)
        heard = self._all if calls else _Nobody
        self.begin_epoch, self.begin_batches = heard.on_epoch_begin, heard.on_train_batch_begin
        self.end_batches, self.end_epoch = heard.on_train_batch_end, heard.on_epoch_end
        self.end = self._all.on_train_end

    def begin(self, states: Sequence[CallbackState] = ()) -> None:
        """Begins the training; ``states``, if there are any, are those of the same callbacks at an earlier time."""
        self._all.on_train_begin()
        for callback, state in zip(self._all.callbacks, states, strict=False):
            for name, value in state.counters.items():
                if name in _COUNTERS:
                    setattr(callback, name, value)
            if state.weights:
                callback.best_weights = list(state.weights)

    @property
    def states(self) -> tuple[CallbackState, ...]:
        """What they have counted so far, in the order of their calls."""
        return tuple(CallbackState(_counters(one), _weights(one)) for one in self._all.callbacks)

    @property
    def best_epoch(self) -> int | None:
        """The best epoch of what early stopping watches, counted from 1; None where it is off or knows of none."""
        stopping = self._stopping
        return None if stopping is None or stopping.best is None else stopping.best_epoch + 1

    @property
    def waited(self) -> int:
        """Epochs since the best one, of early stopping's patience."""
        return 0 if self._stopping is None else self._stopping.wait

    @property
    def restores(self) -> BestEpoch | None:
        """The epoch whose weights early stopping puts back at the end, its value as Keras has it; None if it does not."""
        stopping = self._stopping
        if stopping is None or stopping.best_weights is None:
            return None
        return BestEpoch(stopping.best_epoch + 1, float(stopping.best or 0.0), tuple(stopping.best_weights))


def _counters(callback: Any) -> Mapping[str, float | None]:
    found = {name: getattr(callback, name) for name in _COUNTERS if hasattr(callback, name)}
    return {name: value if value is None or isinstance(value, int) else float(value) for name, value in found.items()}


def _weights(callback: Any) -> tuple[Any, ...]:
    return tuple(getattr(callback, "best_weights", None) or ())
