"""What a project file holds: the project, the network that was trained from it, and what else belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.checkpoint import Checkpoint
from netbuilder.data.origins import DataFile
from netbuilder.events import Event
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.scaling import Scaling


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A trained network as plain arrays: what the engine needs to make it again without training.

    The first four are the arguments of the engine's ``restored``, and what its networks give as ``stored``.

    ``project`` is the one that it was trained from, which may differ from the one that is open. ``weights`` are in
    Keras's order, ``examples`` a few raw inputs (n, *shape) by which a copy can be compared. ``reached`` has its metrics,
    such as "val_loss" or "test_accuracy"; ``versions`` the programs that trained it, such as "keras". With a
    ``checkpoint`` it can be trained further as if it had never been saved; ``history`` is what its run told, from which
    its curves are drawn again.
    """

    project: ProjectSpec
    scaling: Scaling | None
    weights: tuple[NDArray[Any], ...]
    examples: NDArray[Any]
    reached: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    history: tuple[Event, ...] = ()

    @property
    def compiled(self) -> bool | None:
        """Whether its steps were an XLA program; None where that is not known."""
        return None if self.checkpoint is None else self.checkpoint.compiled


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A picture that a person drew and kept: uint8 (height, width), and the class it was meant to be, if that was said."""

    pixels: NDArray[np.uint8]
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """What belongs to a project beside its settings and its network; of drawings, the very same ones are equal.

    ``data_files`` are those that its data were read from, if they come from files.
    """

    notes: str = ""
    drawings: tuple[Drawing, ...] = ()
    data_files: tuple[DataFile, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """A project file: the project, its trained network, if it was saved with one, and what else belongs to it.

    ``lacks``: why curves of the network may be missing, in a sentence, or ""; no file keeps that.
    """

    project: ProjectSpec
    trained: Stored | None = None
    attached: Attached = field(default_factory=Attached)
    lacks: str = ""
