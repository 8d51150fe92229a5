"""The step size of a model: read by its compiled steps, and changed by a person while they go on."""

from __future__ import annotations

from math import ceil
from threading import RLock

import keras

from netbuilder.engine.build import make
from netbuilder.events import LearningRateSet
from netbuilder.spec.calls import Call
from netbuilder.spec.project import TrainingSpec
from netbuilder.spec.recipe import rate_left

_Flat = keras.optimizers.schedules.ExponentialDecay


class Rate:
    """The learning rate of an optimizer, which follows a schedule by the clock, or is a number that may be changed."""

    def __init__(self, optimizer: keras.Optimizer, asked: float | Call) -> None:
        """``asked``: what the recipe gives the optimizer as its learning rate."""
        self._optimizer, self._asked, self._settled = optimizer, asked, False
        self._changing = RLock()  # what is compiled beside the training settles it there
        self._number: keras.Variable | None = None  # what steps read that were traced in the schedule's place
        self.replaced: float | None = None
        """What took the place of a schedule, if anything did."""

    def set(self, rate: float) -> bool:
        """Takes another step size; says whether steps must be traced anew, since it takes the place of a schedule.

        Then ``settle`` is to be called once they are. Later ones are read by those very steps.
        """
        if not isinstance(self._asked, Call):
            self._optimizer.learning_rate = rate
            return False
        with self._changing:
            self.replaced = rate
            if self._number is not None:
                self._number.assign(rate)
                if self._settled:
                    self.settle()
                return False
            # Keras takes no number in the place of a schedule, but it takes a schedule that does not change.
            self._number, self._settled = keras.Variable(rate, trainable=False, dtype="float32"), False
            self._optimizer.learning_rate = _Flat(self._number, 1, 1.0)
            return True

    def settle(self) -> None:
        """Tells Keras itself the number, so that a file of the model can hold it: the steps have their variable."""
        with self._changing:
            self._settled = True
            if self.replaced is not None:
                self._optimizer.learning_rate = _Flat(self.replaced, 1, 1.0)

    def put_back(self) -> bool:
        """Follows the schedule again, if something took its place; says so, since steps must be traced anew then."""
        if self.replaced is None:
            return False
        self._number = self.replaced = None
        self._optimizer.learning_rate = make(self._asked)
        return True


def succession(
    training: TrainingSpec, steps_per_epoch: int, made: int, epoch: int, last: int
) -> tuple[LearningRateSet, ...]:
    """What takes the place of a schedule that runs out before the last of more epochs, which would learn nothing else.

    ``made``: the batches that the optimizer was given before ``epoch``, which comes next.
    """
    end, rate = training.schedule.runs_out(steps_per_epoch, training.epochs), rate_left(training)
    if end is None or rate is None:
        return ()
    first = epoch + ceil(max(0, end - made) / steps_per_epoch)
    return (LearningRateSet(first, 0, rate, replaces_schedule=True),) if first <= last else ()
