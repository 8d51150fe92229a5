"""Problems: what does not fit together, each a sentence at its place with a fix wherever one exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from netbuilder.spec.answer import Answer, answer_of
from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.losses import Takes
from netbuilder.spec.monitors import measured
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.targets import targets_of

Severity = Literal["blocking", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A button's words, and the function from spec to spec behind it."""

    label: str
    apply: Callable[[ProjectSpec], ProjectSpec]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not fit. ``place`` is a layer's name, or one of ``project.PLACES``."""

    severity: Severity
    place: str
    sentence: str
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A layer's line in the outline; shapes are without the batch axis, None below a layer that does not fit."""

    name: str
    shape_in: Shape | None
    shape_out: Shape | None
    parameters: int | None
    misfit: str = ""  # why it does not fit, in a sentence


@dataclass(frozen=True, slots=True)
class View:
    """What a check looks at; the network's answer and the form of its targets are found once for all checks."""

    project: ProjectSpec
    facts: DataFacts
    rows: tuple[Row, ...]
    answer: Answer | None = field(init=False)
    targets: Takes = field(init=False)

    @property
    def shape(self) -> Shape:
        """The shape of one example as it enters the network."""
        wanted = self.project.input
        return self.facts.shape if wanted.follows_data else wanted.shape

    @property
    def measured(self) -> tuple[str, ...]:
        """What the run measures, as it may be watched."""
        return measured(self.project.training.metrics, validation=self.facts.validation > 0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "answer", answer_of(self.project))
        object.__setattr__(self, "targets", targets_of(self.project, self.facts))


Check = Callable[[View], Iterator[Problem]]

_checks: list[Check] = []


def check(function: Check) -> Check:
    """Declares a check; all are asked on every edit, so each must be fast."""
    _checks.append(function)
    return function


def problems(view: View) -> tuple[Problem, ...]:
    """All problems, in the order of the checks."""
    return tuple(problem for one in _checks for problem in one(view))
