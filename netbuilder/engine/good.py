"""The last state of a model whose numbers were all finite, to go back to."""

from __future__ import annotations

from typing import Any

import keras

from netbuilder.engine.blocks import numbers_of


class Good:
    """Weights and the optimizer's state: with ruined moments, every step from good weights would ruin them again."""

    def __init__(self, model: keras.Model, weights: list[Any]) -> None:
        """``weights`` are those that the model has now."""
        self._weights = weights
        self._state = numbers_of(model.optimizer.variables)

    def put_back(self, model: keras.Model) -> None:
        """Gives the model all of it but the learning rate: that is what the person said last."""
        model.set_weights(self._weights)
        rate = model.optimizer.learning_rate
        for variable, value in zip(model.optimizer.variables, self._state, strict=True):
            if variable is not rate:
                variable.assign(value)
