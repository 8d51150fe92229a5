"""How raw inputs are scaled inside the model, as far as that is known before the data are read."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import InputSpec


@dataclass(frozen=True, slots=True)
class Scaling:
    """How raw inputs are scaled inside the model: ``raw * scale + offset``; a number each, or one a column."""

    scale: float | tuple[float, ...]
    offset: float | tuple[float, ...]


UNIT = Scaling(1 / 255, 0.0)


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
