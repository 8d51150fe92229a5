"""What netbuilder itself wrote into a Keras file that it exported: the project, and what its outputs mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from netbuilder.files.container import Refused
from netbuilder.files.values import get, listed, name
from netbuilder.spec.inverse import same
from netbuilder.spec.optimizers import Optimizer
from netbuilder.spec.plain import NotAProject, project_from
from netbuilder.spec.project import Placed, ProjectSpec
from netbuilder.words import _

MEMBER = "netbuilder.json"


@dataclass(frozen=True, slots=True)
class Own:
    """The project that the file was exported from, the names of its classes, and sentences about what was left out."""

    project: ProjectSpec | None = None
    classes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def read_own(plain: Any, layers: Sequence[Placed], optimizer: Optimizer | None) -> Own:
    """What the parsed member says. A project that can't be read, or is of another network or optimizer, is left out.

    Raises ``Refused`` if the member is none of ours.
    """
    if not isinstance(plain, dict):
        raise Refused(_("its part “{name}” is no object with named values").format(name=MEMBER))
    classes = get(plain, "classes", listed(name))
    try:
        project = project_from(plain.get("project"))
    except NotAProject as problem:
        return Own(None, classes, (_("The project in the file was left out: {why}").format(why=problem),))
    # The learning rate may have been changed while it learnt.
    learnt = optimizer is not None and same(optimizer.keras(1.0), project.training.optimizer.keras(1.0))
    if not learnt or not _same(project.layers, layers):
        return Own(None, classes, (_("The project in the file was left out, since it is of another network."),))
    return Own(project, classes)


def _same(ours: Sequence[Placed], theirs: Sequence[Placed]) -> bool:
    """Whether they are the same to Keras: settings that are switched off don't reach it."""
    pairs = zip(ours, theirs, strict=False)
    both = all(one.name == other.name and same(one.layer.keras(), other.layer.keras()) for one, other in pairs)
    return len(ours) == len(theirs) and both
