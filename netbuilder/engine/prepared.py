"""The data of a run, ready for the device: raw inputs, targets in the form that the loss takes, and the scaling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.examples import Examples
from netbuilder.data.scaling import standardization
from netbuilder.data.split import Parts, divide
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.recipe import Scaling
from netbuilder.spec.targets import targets_of


@dataclass(frozen=True, slots=True)
class Part:
    """Examples of one part: raw inputs (n, *shape) uint8 or float32; targets (n,) int32 or (n, k) float32."""

    inputs: NDArray[Any]
    targets: NDArray[Any]

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True, slots=True)
class Prepared:
    """All parts of a project's data; validation and test may be empty."""

    train: Part
    validation: Part
    test: Part
    scaling: Scaling | None


def prepared(project: ProjectSpec, facts: DataFacts, examples: Examples) -> Prepared:
    """Divides the examples, brings their targets into the form of the loss, and measures the training rows' scaling."""
    parts: Parts = divide(examples, project.data.split)
    targets = examples.targets
    if targets_of(project, facts) == "one-hot":
        targets = np.eye(len(examples.classes), dtype=np.float32)[targets]
    train, validation, test = (
        Part(np.ascontiguousarray(examples.inputs[rows]), np.ascontiguousarray(targets[rows]))
        for rows in (parts.train, parts.validation, parts.test)
    )
    return Prepared(train, validation, test, scaling_of(project, facts, train.inputs))


def scaling_of(project: ProjectSpec, facts: DataFacts, inputs: NDArray[Any]) -> Scaling | None:
    """The scaling that the project asks for, its numbers measured on the training inputs alone."""
    follows = "unit" if facts.picture else "standard"
    match follows if project.input.follows_data else project.input.scaling:
        case "unit":
            return Scaling(1 / 255, 0.0)
        case "standard":
            scale, offset = standardization(inputs)
            return Scaling(tuple(scale), tuple(offset))
        case _:
            return None
