"""Which Keras is the oldest that can open a project's exported model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netbuilder.spec.activations import activation
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.initializers import initializer
from netbuilder.spec.layers import layer
from netbuilder.spec.losses import loss
from netbuilder.spec.metrics import metric
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.rules import OneOf, fields_of, matters
from netbuilder.spec.schedules import schedule

OLDEST = "3.6"
"""Nothing older was tried."""

# Optimizers that are older than the form in which their state is saved today; 3.9.2 refuses Nadam's, 3.10.0 takes it.
_STATE_SINCE = {"nadam": "3.10"}

# Keras 3.6.0 keeps averages and accumulated gradients in another order, and refuses what 3.10.0 and later ones take.
_BOTH_SINCE = "3.10"

_NAMED: tuple[Catalog[Any], ...] = (activation, initializer)


def oldest_keras(project: ProjectSpec) -> str:
    """The version, such as "3.6": the newest that any of its declarations asks for, and never below ``OLDEST``."""
    return max((OLDEST, *_asked(project)), key=_numbers)


def _asked(project: ProjectSpec) -> Iterator[str]:
    training = project.training
    for placed in project.layers:
        yield from _of(layer, placed.layer)
    yield from _of(loss, training.loss)
    yield from _of(optimizer, training.optimizer)
    yield _STATE_SINCE.get(optimizer.of(training.optimizer).name, OLDEST)
    if training.optimizer.use_ema and training.optimizer.gradient_accumulation_steps:
        yield _BOTH_SINCE
    yield from _of(schedule, training.schedule)
    yield from (metric[name].since for name in training.metrics)


def _of(catalog: Catalog[Any], member: Any) -> Iterator[str]:
    yield catalog.of(member).since
    for field in fields_of(member):
        value = getattr(member, field.name)
        if value != field.default and field.since and matters(field, member):
            yield field.since
        # Fields that name an activation or an initializer have the catalog's own titles as their choices.
        if isinstance(field.rule, OneOf):
            choices = getattr(field.rule.choices, "__self__", None)
            yield from (one[value].since for one in _NAMED if one is choices)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
