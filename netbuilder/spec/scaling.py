"""How raw inputs are scaled inside the model, as far as that is known before the data are read."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose

from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.project import InputSpec

_CLOSE = 1e-6  # a float32 has half of that
_BEYOND = 1e38  # a float32 ends at 3.4e38


@dataclass(frozen=True, slots=True)
class Scaling:
    """How raw inputs are scaled inside the model: ``raw * scale + offset``; a number each, or one a column."""

    scale: float | tuple[float, ...]
    offset: float | tuple[float, ...]

    def plain(self) -> Scaling:
        """The same with a number where a list of one stands."""
        return Scaling(_unwrapped(self.scale), _unwrapped(self.offset))

    def fits(self, shape: Shape) -> bool:
        """Whether it is one for inputs of that shape: a number or one for each column, within what a float32 holds."""
        return all(
            len(numbers) in (1, shape[-1]) and all(abs(value) < _BEYOND for value in numbers)
            for numbers in (_listed(self.scale), _listed(self.offset))
        )

    def is_close(self, other: Scaling | None) -> bool:
        """Whether both scale alike, but for what a float32 loses."""
        if other is None:
            return False
        pairs = ((self.scale, other.scale), (self.offset, other.offset))
        return all(_close(mine, theirs) for mine, theirs in pairs)


UNIT = Scaling(1 / 255, 0.0)


def _unwrapped(value: float | tuple[float, ...]) -> float | tuple[float, ...]:
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _listed(value: float | tuple[float, ...]) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def _close(one: float | tuple[float, ...], other: float | tuple[float, ...]) -> bool:
    mine, theirs = _listed(one), _listed(other)
    alike = zip(mine, theirs, strict=False)
    return len(mine) == len(theirs) and all(isclose(*pair, rel_tol=_CLOSE, abs_tol=_CLOSE) for pair in alike)


def scaling_in_effect(one: InputSpec, facts: DataFacts) -> str:
    """The scaling in effect: by 255 for pictures and standardized for tables, where the input follows the data."""
    return ("unit" if facts.picture else "standard") if one.follows_data else one.scaling


def fixed_scaling(one: InputSpec, facts: DataFacts) -> Scaling | None:
    """Its numbers; None for raw values, and for "standard", whose numbers only the training rows tell."""
    match scaling_in_effect(one, facts):
        case "unit":
            return UNIT
        case "own":
            return Scaling(one.factor, one.offset)
        case _:
            return None
