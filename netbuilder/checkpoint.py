"""The state of a training at the end of an epoch: all that it needs to go on as if it had never been interrupted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite
from typing import Any

from numpy.typing import NDArray

Arrays = tuple[NDArray[Any], ...]


@dataclass(frozen=True, slots=True, eq=False)
class BestEpoch:
    """The best epoch so far: its number, the value that was watched (lower is better), and its weights."""

    epoch: int
    value: float
    weights: Arrays


@dataclass(frozen=True, slots=True, eq=False)
class CallbackState:
    """What one of Keras's callbacks has counted so far, and the weights that it holds, if any."""

    counters: Mapping[str, float | None] = field(default_factory=dict)
    weights: Arrays = ()


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """What a run of a project has come to after ``epoch`` whole epochs, and ``part_steps`` steps of the next one.

    ``variables`` are all of the model's in Keras's order, the states of its random numbers among them; ``optimizer``
    are the optimizer's. ``callbacks`` stand in the order of the run's recipe. With ``first`` and ``last``, the run's
    first and last epoch, and ``stopped``, whether a callback has ended it, the run knows whether anything is left to do.
    ``counted`` is what the metrics have counted in those steps, and each step's penalty; empty without such steps.
    """

    epoch: int
    first: int
    last: int
    compiled: bool  # whether steps run as an XLA program, which draws other random numbers
    variables: Arrays
    optimizer: Arrays
    seconds: float = 0.0  # of the run so far, without pauses
    active: float = 0.0  # of them, those since its first step
    metrics: Mapping[str, float] = field(default_factory=dict)  # of the epoch
    stopped: bool = False
    replaced_rate: float | None = None  # the learning rate that took the place of a schedule
    best: BestEpoch | None = None
    callbacks: tuple[CallbackState, ...] = ()
    keeps_best: bool = False  # the run is over, and left the weights of the best epoch rather than these
    part_steps: int = 0
    counted: Arrays = ()
    past_goal: bool = False  # the goal's value was reached before the run began, and does not end it


LAST_EPOCH = 1 << 27
"""No run has more; what is counted in epochs and steps stays a whole number of 64 bits."""


class NotACheckpoint(ValueError):
    """What was stored is no checkpoint."""


def taken_apart(one: Checkpoint) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """A checkpoint as what JSON can hold and, beside it, its arrays."""
    best, holders = one.best, one.callbacks
    weights = () if best is None else best.weights
    groups = (one.variables, one.optimizer, weights, *(each.weights for each in holders), one.counted)
    plain = {
        "epoch": one.epoch,
        "first": one.first,
        "last": one.last,
        "compiled": one.compiled,
        "seconds": one.seconds,
        "active": one.active,
        "metrics": _plain(one.metrics),
        "stopped": one.stopped,
        "replaced_rate": one.replaced_rate,
        "best": None if best is None else {"epoch": best.epoch, "value": _number(best.value)},
        "callbacks": [_plain(each.counters) for each in holders],
        "keeps_best": one.keeps_best,
        "part_steps": one.part_steps,
        "past_goal": one.past_goal,
        "arrays": [len(group) for group in groups],
    }
    return plain, [array for group in groups for array in group]


def put_together(plain: Any, arrays: Sequence[NDArray[Any]]) -> Checkpoint:
    """What was taken apart. Raises ``NotACheckpoint``; whether it belongs to a network, only that can say."""
    try:
        sizes = [_whole(size) for size in plain["arrays"]]
        holders = [_values(counters) for counters in plain["callbacks"]]
        # Those that were written before an unfinished epoch could be gone on with have no such steps, nor their group.
        part_steps = _whole(plain.get("part_steps", 0))
        if sum(sizes) != len(arrays) or len(sizes) != 3 + len(holders) + ("part_steps" in plain):
            raise NotACheckpoint
        groups = _groups(sizes, arrays)
        variables, optimizer, weights = next(groups), next(groups), next(groups)
        best, rate = plain["best"], plain["replaced_rate"]
        return Checkpoint(
            epoch=_epoch(plain["epoch"]),
            first=_epoch(plain["first"]),
            last=_epoch(plain["last"]),
            compiled=_flag(plain["compiled"]),
            variables=variables,
            optimizer=optimizer,
            seconds=_finite(plain["seconds"]),
            active=_finite(plain.get("active", plain["seconds"])),  # which nobody knew apart before
            metrics={name: value for name, value in _values(plain["metrics"]).items() if value is not None},
            stopped=_flag(plain["stopped"]),
            replaced_rate=None if rate is None else _finite(rate),
            best=None if best is None else BestEpoch(_epoch(best["epoch"]), float(best["value"]), weights),
            callbacks=tuple(CallbackState(counters, next(groups)) for counters in holders),
            keeps_best=_flag(plain["keeps_best"]),
            part_steps=part_steps,
            counted=next(groups, ()),
            past_goal=_flag(plain.get("past_goal", False)),  # those that were written before it was known have none
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise NotACheckpoint from problem


def _groups(sizes: Sequence[int], arrays: Sequence[NDArray[Any]]) -> Iterator[Arrays]:
    rest = iter(arrays)
    for size in sizes:
        yield tuple(islice(rest, size))


def _plain(values: Mapping[str, float | None]) -> dict[str, float | str | None]:
    return {name: None if value is None else _number(value) for name, value in values.items()}


def _number(value: float) -> float | str:
    """JSON has no NaN and no infinity, but a callback may well have counted one."""
    return value if isfinite(value) else str(float(value))


def _values(plain: Mapping[str, Any]) -> dict[str, float | None]:
    return {_name(name): None if value is None else _real(value) for name, value in plain.items()}


def _name(value: str) -> str:
    value.encode()  # half a surrogate could be kept nowhere again
    return value


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise NotACheckpoint
    return value if isinstance(value, int) else float(value)


def _finite(value: Any) -> float:
    number = _real(value)
    if not isfinite(number):
        raise NotACheckpoint
    return number


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 53:
        raise NotACheckpoint
    return value


def _epoch(value: Any) -> int:
    number = _whole(value)
    if number > LAST_EPOCH:
        raise NotACheckpoint
    return number


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise NotACheckpoint
    return value
