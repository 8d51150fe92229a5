"""Values of a parsed JSON object, each of the kind that is expected there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from netbuilder.files.container import Refused
from netbuilder.words import _

Value = TypeVar("Value")
Read = Callable[[Any], Value]

_MOST = 100_000  # classes, features, axes, columns
_LONGEST_NAME = 1000
_LARGEST_WHOLE = 1 << 40


class Wrong(Exception):
    """A value is not of the expected kind."""


def get(plain: Mapping[str, Any], name: str, read: Read[Value]) -> Value:
    """The named value of an object, read by one of the functions below. Raises ``Refused``, which names it."""
    try:
        return read(plain.get(name))
    except Wrong:
        raise Refused(_("“{name}” is not what it should be").format(name=name)) from None


def whole(value: Any) -> int:
    """A whole number from 0 to 10¹²."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LARGEST_WHOLE:
        raise Wrong
    return value


def number(value: Any) -> float:
    """A finite number; JSON that was parsed strictly has no others."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Wrong
    return float(value)


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong
    return value


def name(value: Any) -> str:
    """A short text."""
    return text(_LONGEST_NAME)(value)


def text(longest: int) -> Read[str]:
    """A text of at most so many characters, which can be written as UTF-8: half of a surrogate pair can't."""

    def short(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest:
            raise Wrong
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Wrong from None
        return value

    return short


def maybe(read: Read[Value]) -> Read[Value | None]:
    """The same, or nothing."""
    return lambda value: None if value is None else read(value)


def listed(read: Read[Value], most: int = _MOST) -> Read[tuple[Value, ...]]:
    """A list of at most so many of them."""

    def all_of(value: Any) -> tuple[Value, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise Wrong
        return tuple(read(item) for item in value)

    return all_of


def named(read: Read[Value]) -> Read[dict[str, Value]]:
    """An object with values of that kind."""

    def all_of(value: Any) -> dict[str, Value]:
        if not isinstance(value, dict) or len(value) > _MOST:
            raise Wrong
        return {name(key): read(item) for key, item in value.items()}

    return all_of


def anything(value: Any) -> Mapping[str, Any]:
    """An object with named values of any kind, each of which is still to be read."""
    if not isinstance(value, dict):
        raise Wrong
    return value
