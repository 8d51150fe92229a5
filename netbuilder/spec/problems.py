"""Problems: what does not fit together, each a sentence at its place with a fix wherever one exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from netbuilder.spec.answer import Answer, answer_of
from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.flow import Row, input_shape
from netbuilder.spec.losses import Takes
from netbuilder.spec.memory import USUAL_MEMORY, Need, needed
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
    """One thing that does not fit. ``place`` is a layer's name, or one of ``project.PLACES``.

    ``field`` is the name of the field there that is at fault, where it is one: the sentence stands beside it, too.
    """

    severity: Severity
    place: str
    sentence: str
    fix: Fix | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What a check looks at; the network's answer, the form of its targets and its memory are found once for all checks.

    ``memory``: how many bytes the machine has.
    """

    project: ProjectSpec
    facts: DataFacts
    rows: tuple[Row, ...]
    memory: int = USUAL_MEMORY
    answer: Answer | None = field(init=False)
    targets: Takes = field(init=False)
    need: Need = field(init=False)

    @property
    def shape(self) -> Shape:
        """The shape of one example as it enters the network."""
        return input_shape(self.project, self.facts)

    @property
    def measured(self) -> tuple[str, ...]:
        """What the run measures, as it may be watched."""
        return measured(self.project.training.metrics, validation=self.facts.validation > 0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "answer", answer_of(self.project))
        object.__setattr__(self, "targets", targets_of(self.project, self.facts))
        object.__setattr__(self, "need", needed(self.project, self.facts, self.rows))


Check = Callable[[View], Iterator[Problem]]

_checks: list[Check] = []


def check(function: Check) -> Check:
    """Declares a check; all are asked on every edit, so each must be fast."""
    _checks.append(function)
    return function


def problems(view: View) -> tuple[Problem, ...]:
    """All problems, in the order of the checks."""
    return tuple(problem for one in _checks for problem in one(view))
