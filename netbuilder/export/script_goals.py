"""How the Python script ends at its goals: a small Keras callback for each, and the weights that balance classes."""

from __future__ import annotations

from typing import NamedTuple

from netbuilder.spec.goal import Goal
from netbuilder.spec.monitors import direction


class Printed(NamedTuple):
    """A callback's class, and the call that makes it."""

    declaration: str
    call: str


def printed_goals(goal: Goal) -> tuple[Printed, ...]:
    """What the script needs so that it ends as the engine does; nothing where no goal is set."""
    found = []
    if goal.value is not None:
        found.append(Printed(_reached(goal.monitor, goal.value), "StopWhenReached()"))
    if goal.minutes is not None:
        found.append(Printed(_clock(goal.minutes), "StopByTheClock()"))
    return tuple(found)


def _reached(monitor: str, value: float) -> str:
    sign, missing = (">=", "-np.inf") if direction(monitor) == "max" else ("<=", "np.inf")
    return f'''\
class StopWhenReached(keras.callbacks.Callback):
    """Ends the training after the first epoch with {monitor} {sign} {value!r}."""

    def on_epoch_end(self, epoch, logs=None):
        if logs.get({monitor!r}, {missing}) {sign} np.float32({value!r}):  # Keras measures in float32
            self.model.stop_training = True

'''


def _clock(minutes: float) -> str:
    return f'''\
class StopByTheClock(keras.callbacks.Callback):
    """Ends the training after {minutes!r} minutes, within an epoch.

    A run by the clock is never the same twice. Keras also validates the epoch that was cut short, and early stopping
    judges it like any other; netbuilder does neither.
    """

    def on_train_begin(self, logs=None):
        self.began = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        if time.monotonic() - self.began >= 60 * {minutes!r}:
            self.model.stop_training = True

'''


BALANCE = """\
# Rare classes weigh more, so that all classes together weigh the same; 1 on average.
counts = np.bincount(y_train)
class_weights = len(y_train) / (np.count_nonzero(counts) * np.maximum(counts, 1))
sample_weights = class_weights.astype(np.float32)[y_train]"""
"""Printed before class numbers become columns."""
