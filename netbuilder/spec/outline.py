"""The outline: shapes, sizes and problems of a project, by arithmetic alone."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.spec import checks  # noqa: F401 - declares the checks
from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.flow import Row, flow, input_shape
from netbuilder.spec.memory import NUMBER, USUAL_MEMORY, Need
from netbuilder.spec.problems import Problem, View, problems
from netbuilder.spec.project import ProjectSpec

__all__ = ["Outline", "flow", "input_shape", "outline"]


@dataclass(frozen=True, slots=True)
class Outline:
    """A project's shapes and sizes, and what does not fit."""

    input_shape: Shape
    rows: tuple[Row, ...]
    need: Need
    problems: tuple[Problem, ...]

    @property
    def parameters(self) -> int:
        return sum(row.parameters or 0 for row in self.rows)

    @property
    def bytes(self) -> int:
        return self.parameters * NUMBER

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that must be mended before training."""
        return tuple(problem for problem in self.problems if problem.severity == "blocking")

    def at(self, place: str) -> tuple[Problem, ...]:
        """The problems at a place."""
        return tuple(problem for problem in self.problems if problem.place == place)


def outline(project: ProjectSpec, facts: DataFacts, memory: int | None = None) -> Outline:
    """Shapes, parameter counts, memory and problems; fast (tens of µs), so recompute it rather than keep it.

    ``memory``: how many bytes the machine has, if it says so.
    """
    view = View(project, facts, flow(project, facts), USUAL_MEMORY if memory is None else memory)
    return Outline(view.shape, view.rows, view.need, problems(view))
