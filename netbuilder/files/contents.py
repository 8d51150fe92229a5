"""What a project file holds: the project, and the network that was trained from it, if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.recipe import Scaling


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A trained network as plain arrays: what the engine needs to make it again without training.

    The first four are the arguments of the engine's ``restored``, and what its networks give as ``stored``.

    ``project`` is the one that it was trained from, which may differ from the one that is open. ``weights`` are in
    Keras's order, ``examples`` a few raw inputs (n, *shape) by which a copy can be compared. ``reached`` has its metrics,
    such as "val_loss" or "test_accuracy"; ``versions`` the programs that trained it, such as "keras".
    """

    project: ProjectSpec
    scaling: Scaling | None
    weights: tuple[NDArray[Any], ...]
    examples: NDArray[Any]
    reached: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """A project file: the project, and its trained network, if it was saved with one."""

    project: ProjectSpec
    trained: Stored | None = None
