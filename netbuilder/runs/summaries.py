"""What was trained, in a few words."""

from __future__ import annotations

from math import prod

from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.outline import input_shape
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _


def summary(project: ProjectSpec) -> str:
    """Such as "784–128–10 · Adam 0.001 · batch 32": inputs and the units of each Dense layer, and how they learnt."""
    training = project.training
    units = [placed.layer.units for placed in project.layers if isinstance(placed.layer, Dense)]
    inputs = prod(input_shape(project, project.data.source.facts(project.data.split)))
    return " · ".join(
        (
            "–".join(map(str, (inputs, *units))),
            f"{optimizer.of(training.optimizer).title} {training.optimizer.summary()}",
            _("batch {size}").format(size=training.batch_size),
        )
    )
