"""What differs between the settings of two projects, in the words of their declarations. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.layers import layer
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import Placed, ProjectSpec
from netbuilder.spec.rules import Field, Flag, Maybe, OneOf, Rule, Several, Sizes, Text, Whole, fields_of, matters
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.ui.forms.steps import shown
from netbuilder.words import _

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting, and its value in each of the two."""

    label: str
    one: str
    other: str


def differences(one: ProjectSpec, other: ProjectSpec) -> tuple[Difference, ...]:
    """The settings in which two projects differ, from data to training; titles are no settings."""
    return tuple(_all(one, other))


def _all(one: ProjectSpec, other: ProjectSpec) -> Iterator[Difference]:
    yield from _members(source, _("Data"), one.data.source, other.data.source)
    yield from _fields("", one.data.split, other.data.split)
    yield from _fields("", one.data, other.data)
    yield from _fields(_("Input"), one.input, other.input)
    yield from _layers(one.layers, other.layers)
    if one.output_follows_data != other.output_follows_data:
        yield Difference(_("Output follows the data"), _yes(one.output_follows_data), _yes(other.output_follows_data))
    mine, theirs = one.training, other.training
    yield from _members(loss, _("Loss"), mine.loss, theirs.loss)
    yield from _members(optimizer, _("Optimizer"), mine.optimizer, theirs.optimizer)
    yield from _members(schedule, _("Learning-rate schedule"), mine.schedule, theirs.schedule)
    yield from _fields("", mine, theirs)
    yield from _fields(_("Early stopping"), mine.early_stopping, theirs.early_stopping)
    yield from _fields(_("Goal"), mine.goal, theirs.goal)


def _layers(one: tuple[Placed, ...], other: tuple[Placed, ...]) -> Iterator[Difference]:
    """Layer by layer, as well as their kinds let them be told apart."""
    mine_kinds, their_kinds = ([type(placed.layer) for placed in stack] for stack in (one, other))
    matcher = SequenceMatcher(None, mine_kinds, their_kinds, autojunk=False)
    for what, start, end, begin, stop in matcher.get_opcodes():
        pairs = zip_longest(one[start:end], other[begin:stop])
        for number, (mine, theirs) in enumerate(pairs, start=(start if what != "insert" else begin) + 1):
            label = _("Layer {number}").format(number=number)
            if mine is not None and theirs is not None:
                yield from _names(label, mine, theirs)
                yield from _members(layer, label, mine.layer, theirs.layer)
            else:
                yield Difference(
                    label,
                    NOTHING if mine is None else _named(layer, mine.layer),
                    NOTHING if theirs is None else _named(layer, theirs.layer),
                )


def _names(label: str, one: Placed, other: Placed) -> Iterator[Difference]:
    """The names of two layers of one kind; a layer of another kind is told by that, whatever its name."""
    if type(one.layer) is type(other.layer) and one.name != other.name:
        title = layer.of(one.layer).title
        yield Difference(f"{label}, {title}: {_('Name')}", one.name, other.name)


def _members(catalog: Catalog[Any], label: str, one: Any, other: Any) -> Iterator[Difference]:
    if type(one) is not type(other):
        yield Difference(label, _named(catalog, one), _named(catalog, other))
    else:
        yield from _fields(f"{label}, {catalog.of(one).title}", one, other)


def _fields(label: str, one: Any, other: Any) -> Iterator[Difference]:
    for field in fields_of(one):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if mine != theirs and (matters(field, one) or matters(field, other)):
            said = f"{label}: {field.label}" if label else field.label
            yield Difference(said, _value(field, one, mine), _value(field, other, theirs))


def _value(field: Field, owner: Any, value: Any) -> str:
    """What a field holds; nothing where another one has switched it off."""
    return _said(field.rule, value) if matters(field, owner) else NOTHING


def _said(rule: Rule, value: Any) -> str:
    match rule:
        case Flag():
            return _yes(value)
        case OneOf():
            return rule.choices().get(value, value)
        case Several():
            names = rule.choices()
            return ", ".join(names.get(name, name) for name in value) or _("none")
        case Maybe():
            return _("off") if value is None else _said(rule.rule, value)
        case Sizes():
            return " × ".join(f"{size:,}" for size in value)
        case Whole():
            return f"{value:,}"
        case Text():
            return value or NOTHING
        case _:
            return shown(value)


def _named(catalog: Catalog[Any], member: Any) -> str:
    return " ".join(part for part in (catalog.of(member).title, member.summary()) if part)


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")
