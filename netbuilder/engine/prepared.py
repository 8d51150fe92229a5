"""Examples made ready for the device: raw inputs, targets in the form that the loss takes, and the scaling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.examples import Examples
from netbuilder.data.scaling import standardization
from netbuilder.data.split import divide
from netbuilder.data.weights import sample_weights
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.scaling import Scaling, fixed_scaling, scaling_in_effect
from netbuilder.spec.targets import targets_of

SAMPLES_TO_COMPARE = 64


@dataclass(frozen=True, slots=True)
class Prepared:
    """All examples of a project, and which of them are in which part.

    ``inputs`` (n, *shape) uint8 or float32, raw; ``targets`` (n,) int32 or (n, k) float32; ``weights`` (n,) float32, of
    the training examples alone, or None. The parts are row numbers, int32; validation and test may be empty.
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    weights: NDArray[np.float32] | None
    train: NDArray[np.int32]
    validation: NDArray[np.int32]
    test: NDArray[np.int32]
    scaling: Scaling | None


def prepared(project: ProjectSpec, facts: DataFacts, examples: Examples) -> Prepared:
    """Divides the examples, brings their targets into the form of the loss, and measures the training rows' scaling."""
    parts = divide(examples, project.data.split)
    train, validation, test = (
        np.ascontiguousarray(rows, np.int32) for rows in (parts.train, parts.validation, parts.test)
    )
    targets = examples.targets
    if targets_of(project, facts) == "one-hot":
        targets = np.eye(len(examples.classes), dtype=np.float32)[targets]
    weights = None
    if project.training.balance_classes:
        weights = np.ones(len(targets), np.float32)
        weights[train] = sample_weights(examples.targets[train].astype(np.int32), len(examples.classes))
    return Prepared(
        np.ascontiguousarray(examples.inputs),
        np.ascontiguousarray(targets),
        weights,
        train,
        validation,
        test,
        scaling_of(project, facts, examples.inputs, train),
    )


def some(data: Prepared) -> NDArray[Any]:
    """A few raw inputs, for comparing an exported network with this one."""
    rows = max((data.test, data.validation, data.train), key=lambda one: min(len(one), SAMPLES_TO_COMPARE))
    return data.inputs[rows[:SAMPLES_TO_COMPARE]]


def scaling_of(
    project: ProjectSpec, facts: DataFacts, inputs: NDArray[Any], train: NDArray[np.int32]
) -> Scaling | None:
    """The scaling that the project asks for, its numbers measured on the training inputs alone."""
    if scaling_in_effect(project.input, facts) == "standard":
        scale, offset = standardization(inputs[train])
        return Scaling(tuple(scale), tuple(offset))
    return fixed_scaling(project.input, facts)
