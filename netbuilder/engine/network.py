"""A trained network: an opaque handle that answers, is saved, and remembers what it was trained from."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from netbuilder.checkpoint import Arrays, Checkpoint
from netbuilder.engine.answers import Answers
from netbuilder.engine.build import build
from netbuilder.engine.rate import Rate
from netbuilder.engine.state import DoesNotBelong, Variables
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.recipe import Recipe, recipe
from netbuilder.spec.scaling import Scaling


@dataclass(frozen=True)
class TrainedNetwork:
    """A network as some training left it. ``examples`` are a few raw inputs by which a copy can be compared.

    ``compiled``: whether its steps were an XLA program; None where that is not known.
    """

    project: ProjectSpec
    facts: DataFacts
    scaling: Scaling | None
    model: keras.Model
    answers: Answers
    examples: NDArray[Any]
    compiled: bool | None

    def predict(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """The outputs (n, k) for raw inputs (n, *shape), in batches of 1,024."""
        return np.concatenate([self.answers.to(inputs[at : at + 1024]) for at in range(0, max(1, len(inputs)), 1024)])

    def shares(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """The outputs as a person reads them: raw scores of classes become probabilities.

        With a loss that reads logits, softmax (one unit: sigmoid) is what that loss itself takes them for. Margins are
        no probabilities; the same formula keeps their order and puts the border, 0, at one half.
        """
        outputs = self.predict(inputs)
        if self.facts.task == "numbers" or self.project.training.loss.wants() not in ("logits", "margins"):
            return outputs
        if outputs.shape[-1] == 1:
            return np.asarray(1 / (1 + np.exp(-outputs)), np.float32)
        powers = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)

    def stored(self, weights: Arrays | None = None) -> dict[str, Any]:
        """What a project file keeps of it: the arguments of ``restored``; weights in Keras's order.

        ``weights``: those that it has, if somebody holds them anyway.
        """
        if weights is None:
            weights = tuple(np.array(one) for one in self.model.get_weights())
        return {"project": self.project, "scaling": self.scaling, "weights": weights, "examples": self.examples}

    def save(self, path: Path) -> None:
        """Writes Keras's own ``.keras`` file, optimizer included."""
        self.model.save(path)


def restored(
    project: ProjectSpec,
    scaling: Scaling | None,
    weights: Sequence[NDArray[Any]],
    examples: NDArray[Any],
    checkpoint: Checkpoint | None = None,
) -> TrainedNetwork:
    """The network of a project with weights that were stored earlier, and what its training came to, as far as known.

    Raises ``DoesNotBelong``.
    """
    facts = project.data.source.facts(project.data.split)
    calls = recipe(project, facts, scaling)
    model = build(project, calls)
    expected, given = [tuple(one.shape) for one in model.weights], [tuple(one.shape) for one in weights]
    if expected != given:
        raise DoesNotBelong
    if checkpoint is not None:
        with suppress(DoesNotBelong):  # an optimizer of another version of Keras: the network answers all the same
            _take_up(model, calls, checkpoint)
    model.set_weights(weights)
    compiled = None if checkpoint is None else checkpoint.compiled
    return TrainedNetwork(project, facts, scaling, model, Answers(model), examples, compiled)


def _take_up(model: keras.Model, calls: Recipe, checkpoint: Checkpoint) -> None:
    """Gives the model the optimizer of its training, so that a file of it can be trained for longer anywhere."""
    variables = Variables(model)
    variables.put_back(variables.state_of(checkpoint))
    if checkpoint.replaced_rate is not None:
        rate = Rate(model.optimizer, calls.optimizer.arguments["learning_rate"])
        rate.set(checkpoint.replaced_rate)
        rate.settle()
