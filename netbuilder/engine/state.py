"""All that a step of training changes, read at one moment, and put back at another."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np

from netbuilder.checkpoint import Arrays, Checkpoint
from netbuilder.engine.values import Values
from netbuilder.words import _


class DoesNotBelong(ValueError):
    """Stored weights are not those of the project; the message says so."""

    def __init__(self) -> None:
        super().__init__(_("The stored weights are not those of this network, so it must be trained anew."))


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The model's variables (weights, and the states of its random numbers) and the optimizer's, in Keras's order."""

    variables: Arrays
    optimizer: Arrays


class Variables:
    """The variables of a compiled model, found once: Keras looks for them in all layers each time that it is asked."""

    def __init__(self, model: keras.Model) -> None:
        self._model, self._optimizer = tuple(model.variables), tuple(model.optimizer.variables)
        self._now = Values(self._model), Values(self._optimizer)
        place = {id(one): number for number, one in enumerate(self._model)}
        self._weights = tuple(place[id(one)] for one in model.weights)
        layers = {id(one): layer.name for layer in model.layers for one in layer.weights}
        self._layers = tuple(layers[id(one)] for one in model.weights)
        rate = model.optimizer.learning_rate  # a schedule has none among the variables
        self._rate = next((number for number, one in enumerate(self._optimizer) if one is rate), None)
        self._rate_now = Values(() if self._rate is None else (rate,))
        self._keras_optimizer = model.optimizer

    @property
    def steps(self) -> int:
        """Batches that the optimizer has been given."""
        return int(self._optimizer[0].numpy())  # Keras's count of iterations is its first variable

    def state(self) -> State:
        """What they are now."""
        model, optimizer = self._now
        return State(tuple(model.numbers()), tuple(optimizer.numbers()))

    def weights(self, state: State) -> Arrays:
        """The weights alone, in the order of ``model.get_weights``."""
        return tuple(state.variables[number] for number in self._weights)

    def left(self, checkpoint: Checkpoint) -> Arrays:
        """The weights that a run left whose end the checkpoint is: the very arrays that are in it."""
        if checkpoint.keeps_best and checkpoint.best is not None:
            return checkpoint.best.weights
        return self.weights(State(checkpoint.variables, checkpoint.optimizer))

    def with_arrays(self, state: State, weights: Arrays, optimizer: Arrays) -> State:
        """The state with other weights, in the order of ``model.get_weights``, and another optimizer's unless there is none.

        The learning rate stays that of the project, which is what a person sees.
        """
        variables = list(state.variables)
        for place, values in zip(self._weights, weights, strict=True):
            variables[place] = values
        kept = list(optimizer or state.optimizer)
        if self._rate is not None and len(kept) == len(state.optimizer):
            kept[self._rate] = state.optimizer[self._rate]
        return State(tuple(variables), tuple(kept))

    def ruined(self, state: State) -> str:
        """The name of the first layer with weights that are no numbers, or "".

        One NaN and relu leave the loss finite, yet ruin weights.
        """
        both = zip(self._layers, self.weights(state), strict=True)
        return next((layer for layer, values in both if not np.isfinite(values).all()), "")

    def rate(self, state: State) -> float:
        """The learning rate of the state; where a schedule has it, that of now."""
        return float(self._keras_optimizer.learning_rate.numpy() if self._rate is None else state.optimizer[self._rate])

    def with_rate(self, state: State) -> State:
        """The state with the learning rate as it is now: callbacks may have changed it since."""
        if self._rate is None:
            return state
        optimizer = list(state.optimizer)
        optimizer[self._rate] = self._rate_now.numbers()[0]
        return State(state.variables, tuple(optimizer))

    def put_back(self, state: State, *, rate: bool = True) -> None:
        """Gives the model an earlier state; without ``rate`` its learning rate stays as it is."""
        for variable, value in zip(self._model, state.variables, strict=True):
            variable.assign(value)
        for number, (variable, value) in enumerate(zip(self._optimizer, state.optimizer, strict=True)):
            if rate or number != self._rate:
                variable.assign(value)

    def state_of(self, checkpoint: Checkpoint) -> State:
        """The state in a checkpoint, which may come from a file. Raises ``DoesNotBelong`` if it is another network's."""
        found = State(checkpoint.variables, checkpoint.optimizer)
        expected = [(tuple(one.shape), one.dtype) for one in (*self._model, *self._optimizer)]
        given = [(one.shape, one.dtype.name) for one in (*found.variables, *found.optimizer)]
        best = () if checkpoint.best is None else checkpoint.best.weights
        shapes = [tuple(self._model[number].shape) for number in self._weights]
        if expected != given or (best and [one.shape for one in best] != shapes):
            raise DoesNotBelong
        return found
