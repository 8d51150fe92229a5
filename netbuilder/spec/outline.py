"""The outline: shapes, sizes and problems of a project, by arithmetic alone."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.spec import checks  # noqa: F401 - declares the checks
from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.layers import DoesNotFit
from netbuilder.spec.problems import Problem, Row, View, problems
from netbuilder.spec.project import ProjectSpec

BYTES_A_PARAMETER = 4  # float32


@dataclass(frozen=True, slots=True)
class Outline:
    """A project's shapes and sizes, and what does not fit."""

    input_shape: Shape
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    @property
    def parameters(self) -> int:
        return sum(row.parameters or 0 for row in self.rows)

    @property
    def bytes(self) -> int:
        return self.parameters * BYTES_A_PARAMETER

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that must be mended before training."""
        return tuple(problem for problem in self.problems if problem.severity == "blocking")

    def at(self, place: str) -> tuple[Problem, ...]:
        """The problems at a place."""
        return tuple(problem for problem in self.problems if problem.place == place)


def outline(project: ProjectSpec, facts: DataFacts) -> Outline:
    """Shapes, parameter counts and problems; fast (tens of µs), so recompute it rather than keep it."""
    rows = flow(project, facts)
    return Outline(input_shape(project, facts), rows, problems(View(project, facts, rows)))


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
