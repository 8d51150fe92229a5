"""The flow: what reaches each layer and leaves it, from the shape of one example down."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.layers import DoesNotFit
from netbuilder.spec.project import ProjectSpec


@dataclass(frozen=True, slots=True)
class Row:
    """A layer's line in the outline; shapes are without the batch axis, None below a layer that does not fit."""

    name: str
    shape_in: Shape | None
    shape_out: Shape | None
    parameters: int | None
    misfit: str = ""  # why it does not fit, in a sentence


def input_shape(project: ProjectSpec, facts: DataFacts) -> Shape:
    """The shape of one example as it enters the network."""
    return facts.shape if project.input.follows_data else project.input.shape


def flow(project: ProjectSpec, facts: DataFacts) -> tuple[Row, ...]:
    """Each layer's shapes and parameters; below a layer that does not fit, nothing is known."""
    shape: Shape | None = input_shape(project, facts)
    rows = []
    for placed in project.layers:
        if shape is None:
            rows.append(Row(placed.name, None, None, None))
            continue
        try:
            after: Shape | None = placed.layer.output_shape(shape)
            rows.append(Row(placed.name, shape, after, placed.layer.parameter_count(shape)))
        except DoesNotFit as misfit:
            after = None
            rows.append(Row(placed.name, shape, None, None, str(misfit)))
        shape = after
    return tuple(rows)
