"""An epoch that is begun: its steps, and what its metrics have counted, so that an unfinished one can be gone on with."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from netbuilder.checkpoint import Arrays, Checkpoint
from netbuilder.engine.state import DoesNotBelong
from netbuilder.engine.values import Values


class Part:
    """The unfinished epoch of a run: of none while epochs are whole."""

    def __init__(self, model: keras.Model, begun: Checkpoint | None) -> None:
        """``begun``: the checkpoint that the run goes on from, if it does."""
        self._model, self._counted = model, Values(model.metrics_variables)
        self._good: tuple[int, Arrays] = (0, ()) if begun is None else (begun.part_steps, begun.counted)
        self.steps, self.counted = self._good
        self._penalties: list[NDArray[np.float32]] = []

    def begin(self) -> None:
        """Begins an epoch, or goes on with the unfinished one: its metrics count on."""
        *numbers, penalties = self.counted or ((),)
        if self.steps:
            for variable, value in zip(self._model.metrics_variables, numbers, strict=True):
                variable.assign(value)
        self._penalties = [np.asarray(penalties, np.float32)]
        self.steps, self.counted = 0, ()

    def add(self, penalties: NDArray[np.float32]) -> None:
        """Takes note of the penalties of some steps."""
        self._penalties.append(penalties)

    @property
    def penalty(self) -> float:
        """The mean of the epoch so far."""
        return float(np.mean(np.concatenate(self._penalties)))

    def count(self) -> None:
        """Keeps what the metrics have counted, before they count something else."""
        self.counted = (*self._counted.numbers(), np.concatenate(self._penalties))

    def leave(self, steps: int) -> None:
        """Leaves the epoch unfinished, with so many steps."""
        self.steps = steps
        if steps and not self.counted:
            self.count()

    def close(self) -> None:
        """The epoch is whole."""
        self.counted = ()
        self._good = 0, self.counted

    def give_up(self) -> None:
        """What was learned in it is given up, but for what the run has begun with."""
        self.steps, self.counted = self._good

    def forget(self) -> None:
        """The weights are those of another epoch now, so it begins anew."""
        self.steps, self.counted = 0, ()


def refuse_other_part(model: keras.Model, steps_per_epoch: int, checkpoint: Checkpoint) -> None:
    """Raises ``DoesNotBelong`` where the unfinished epoch of a checkpoint, which may come from a file, is another model's."""
    steps = checkpoint.part_steps
    if not steps:
        return
    expected = [(tuple(one.shape), one.dtype) for one in model.metrics_variables] + [((steps,), "float32")]
    if steps > steps_per_epoch or [(one.shape, one.dtype.name) for one in checkpoint.counted] != expected:
        raise DoesNotBelong
