"""What one attempt to lose something came to, and what many of them come to together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from benchmarks.figures import Figure, figure


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. ``faults`` are sentences, none where the promise held; ``numbers`` what was measured of it."""

    seed: int
    what: str
    faults: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)


class Promise(Protocol):
    """A module of this package."""

    COUNT: int
    """How many attempts are made unless another number is asked for."""

    @staticmethod
    def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
        """Makes one attempt a seed; all that is left to chance in it follows from its seed."""

    @staticmethod
    def figures(made: Sequence[Attempt]) -> list[Figure]:
        """What is promised of them, each with its bar."""


def broken(what: str, made: Sequence[Attempt]) -> Figure:
    """How many attempts lost something, of which none may."""
    return figure(f"{what}: broken of {len(made):,}", sum(bool(one.faults) for one in made), "", 0.0)


def worst(what: str, made: Sequence[Attempt], name: str, unit: str, bar: float | None = None) -> list[Figure]:
    """The largest of the numbers of that name, and the seed that it is known by; nothing where no attempt has one."""
    found = [(one.numbers[name], one.seed) for one in made if name in one.numbers]
    return (
        [figure(f"{what}: worst of {len(found):,} (seed {max(found)[1]})", max(found)[0], unit, bar)] if found else []
    )
