"""What a field of a declaration may hold: the one source for forms, checks on load and the reference page.

A rule states intent ("logarithmic", "one of the activations"), never a widget.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from netbuilder.words import _, plural


class OutsideRule(ValueError):
    """A value lies outside its field's rule; the message names the label, what was expected and what was received."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``at_least`` to ``at_most``."""

    at_least: int
    at_most: int
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class Real:
    """A finite number from ``at_least`` to ``at_most``; without the lower bound itself if ``above``."""

    at_least: float
    at_most: float
    above: bool = False
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some names. ``choices`` is asked late, so that a catalog may still grow; it maps a name to its label."""

    choices: Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Several:
    """Any of some names, in the order in which they were chosen, each once."""

    choices: Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``path`` says that it names a file or folder."""

    longest: int = 4096
    path: bool = False


@dataclass(frozen=True, slots=True)
class Maybe:
    """Off (None), or a value of ``rule``, which begins at ``start`` when switched on."""

    rule: Whole | Real
    start: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """A tuple of whole numbers, such as a shape."""

    fewest: int
    most: int
    at_most: int


Rule = Whole | Real | OneOf | Several | Flag | Text | Maybe | Sizes


@dataclass(frozen=True, slots=True)
class Field:
    """A declared field: its name in files, its words for people, its rule and its default."""

    name: str
    label: str
    rule: Rule
    default: Any
    help: str
    needs: str  # the sibling field that must be on for this one to matter, or must have a value ("name=value"), or ""
    since: str  # the Keras version since which a value other than the default can be used, or ""


_KEY = "netbuilder.field"


def declared(label: str, rule: Rule, *, default: Any, help: str = "", needs: str = "", since: str = "") -> Any:
    """A dataclass field that carries its label, rule, default and help line."""
    return dataclasses.field(default=default, metadata={_KEY: (label, rule, help, needs, since)})


def whole(
    label: str, *, default: int, at_least: int = 0, at_most: int = 2**31 - 1, logarithmic: bool = False, **words: str
) -> Any:
    """A whole number."""
    return declared(label, Whole(at_least, at_most, logarithmic), default=default, **words)


def real(
    label: str,
    *,
    default: float,
    at_least: float = 0.0,
    at_most: float = 1e6,
    above: bool = False,
    logarithmic: bool = False,
    **words: str,
) -> Any:
    """A finite number."""
    return declared(label, Real(at_least, at_most, above, logarithmic), default=default, **words)


def one_of(
    label: str, choices: Mapping[str, str] | Callable[[], Mapping[str, str]], *, default: str, **words: str
) -> Any:
    """One of some names."""
    return declared(label, OneOf(_late(choices)), default=default, **words)


def several(
    label: str,
    choices: Mapping[str, str] | Callable[[], Mapping[str, str]],
    *,
    default: tuple[str, ...] = (),
    **words: str,
) -> Any:
    """Any of some names."""
    return declared(label, Several(_late(choices)), default=default, **words)


def flag(label: str, *, default: bool, **words: str) -> Any:
    """Yes or no."""
    return declared(label, Flag(), default=default, **words)


def text(label: str, *, default: str = "", longest: int = 4096, path: bool = False, **words: str) -> Any:
    """A line of text."""
    return declared(label, Text(longest, path), default=default, **words)


def maybe(label: str, rule: Whole | Real, *, start: float, default: float | None = None, **words: str) -> Any:
    """Off, or a number."""
    return declared(label, Maybe(rule, start), default=default, **words)


def sizes(
    label: str, *, default: tuple[int, ...], fewest: int = 1, most: int = 4, at_most: int = 2**31 - 1, **words: str
) -> Any:
    """A tuple of whole numbers of at least 1."""
    return declared(label, Sizes(fewest, most, at_most), default=default, **words)


def _late(choices: Mapping[str, str] | Callable[[], Mapping[str, str]]) -> Callable[[], Mapping[str, str]]:
    return choices if callable(choices) else lambda: choices


def fields_of(declaration: Any) -> tuple[Field, ...]:
    """The declared fields of a dataclass (or of an instance of it), in the order of their declaration.

    A kind's own fields come before those that it shares with its family by inheritance: they matter more.
    """
    own = (declaration if isinstance(declaration, type) else type(declaration)).__annotations__
    found = []
    for field in sorted(dataclasses.fields(declaration), key=lambda field: field.name not in own):
        if _KEY in field.metadata:
            label, rule, help_line, needs, since = field.metadata[_KEY]
            found.append(Field(field.name, label, rule, field.default, help_line, needs, since))
    return tuple(found)


def matters(field: Field, owner: Any) -> bool:
    """Whether the field has a say in what its owner is, or another field has switched it off."""
    name, _equals, value = field.needs.partition("=")
    return not name or (getattr(owner, name) == value if value else bool(getattr(owner, name)))


def changed(declaration: Any, *leave_out: str) -> dict[str, Any]:
    """The values of an instance that differ from their defaults, by field name, without those named."""
    return {
        field.name: value
        for field in fields_of(declaration)
        if field.name not in leave_out and (value := getattr(declaration, field.name)) != field.default
    }


def checked(field: Field, value: Any) -> Any:
    """The value as the field holds it (a whole 3.0 given as 3 for a Real becomes 3.0).

    Raises ``OutsideRule`` with a sentence that names the label, what was expected and what was received.
    """
    found = _accept(field.rule, value)
    if found is _REFUSED:
        message = _("{label} must be {expected}, but it is {received}.")
        raise OutsideRule(message.format(label=field.label, expected=expected(field.rule), received=_short(value)))
    return found


def accepts(rule: Rule, value: Any) -> bool:
    """Whether the rule takes the value."""
    return _accept(rule, value) is not _REFUSED


def refusal(field: Field, typed: str) -> str:
    """The sentence for what was typed into a form and not taken; an empty text leaves the value as it was."""
    asked = _("{label} must be {expected}").format(label=field.label, expected=expected(field.rule))
    if not typed.strip():
        return _("{asked}: it stays as it was.").format(asked=asked)
    shown = typed if len(typed) <= 24 else typed[:23] + "…"
    return _("{asked}: “{typed}” is not taken.").format(asked=asked, typed=shown)


_REFUSED = object()


def _accept(rule: Rule, value: Any) -> Any:
    match rule:
        case Whole():
            fits = isinstance(value, int) and not isinstance(value, bool) and rule.at_least <= value <= rule.at_most
            return value if fits else _REFUSED
        case Real():
            if isinstance(value, bool) or not isinstance(value, int | float):
                return _REFUSED
            # Nothing is converted before it is compared: NaN is within no bounds, and 10**400 has no float.
            fits = rule.at_least <= value <= rule.at_most and not (rule.above and value <= rule.at_least)
            return float(value) if fits else _REFUSED
        case OneOf():
            return value if isinstance(value, str) and value in rule.choices() else _REFUSED
        case Several():
            if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
                return _REFUSED
            fits = len(set(value)) == len(value) and set(value) <= set(rule.choices())
            return tuple(value) if fits else _REFUSED
        case Flag():
            return value if isinstance(value, bool) else _REFUSED
        case Text():
            return value if isinstance(value, str) and len(value) <= rule.longest and _writable(value) else _REFUSED
        case Maybe():
            return None if value is None else _accept(rule.rule, value)
        case Sizes():
            if not isinstance(value, list | tuple) or not rule.fewest <= len(value) <= rule.most:
                return _REFUSED
            one = Whole(1, rule.at_most)
            return tuple(value) if all(_accept(one, item) is not _REFUSED for item in value) else _REFUSED


def _writable(text: str) -> bool:
    """Whether a text can be a file's name, and be written as UTF-8: half of a surrogate pair can't."""
    return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text)


def expected(rule: Rule) -> str:
    """What the rule asks for, in words that fit after "must be"."""
    match rule:
        case Whole():
            return _("a whole number from {low:,} to {high:,}").format(low=rule.at_least, high=rule.at_most)
        case Real():
            sentence = (
                _("a number above {low:g}, at most {high:g}") if rule.above else _("a number from {low:g} to {high:g}")
            )
            return sentence.format(low=rule.at_least, high=rule.at_most)
        case OneOf():
            return _("one of {names}").format(names=", ".join(rule.choices()))
        case Several():
            return _("some of {names}, each once").format(names=", ".join(rule.choices()))
        case Flag():
            return _("true or false")
        case Text():
            return plural("a text of at most {count} character", "a text of at most {count} characters", rule.longest)
        case Maybe():
            return _("off (null), or {inner}").format(inner=expected(rule.rule))
        case Sizes():
            sentence = _("{fewest} to {most} whole numbers, each from 1 to {high:,}")
            return sentence.format(fewest=rule.fewest, most=rule.most, high=rule.at_most)


def _short(value: Any) -> str:
    try:
        shown = repr(value)
    except ValueError:  # a whole number of more than 4,300 digits has no decimal text
        return _("a very long number")
    return shown if len(shown) <= 60 else shown[:57] + "…"
