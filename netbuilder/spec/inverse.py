"""From a Keras call back to the kind that makes it: read by the declarations, and proven by making the call again.

A setting that a file has, and we don't know, could change what the network computes or how it learns. So nothing is
passed over: each argument is a field's, or has the one value that is declared to mean nothing else.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from reprlib import Repr
from typing import Any, Protocol, TypeVar, runtime_checkable

from netbuilder.spec.calls import Call, long_form
from netbuilder.spec.catalogs import Catalog, Entry
from netbuilder.spec.initializers import initializer
from netbuilder.spec.rules import OneOf, OutsideRule, checked, fields_of
from netbuilder.words import _

Kind = TypeVar("Kind")

_OTHERS = ("Constant", "Identity", "IdentityInitializer", "STFT", "STFTInitializer")  # Keras's that are not ours
_DRAWS = "_initializer"  # how the names of arguments end that only say how first weights are drawn

FLOAT32 = Call("DTypePolicy", {"name": "float32"})
"""The policy of plain numbers, as Keras writes it since it has policies."""


class NotOurs(Exception):
    """No kind of ours makes such a call; the message says why, in words that fit after a colon or "since"."""


@runtime_checkable
class LaidOut(Protocol):
    """A kind whose fields are laid out otherwise in Keras's arguments."""

    @staticmethod
    def from_keras(given: Mapping[str, Any]) -> dict[str, Any]:
        """Those fields, by name."""


def read(
    catalog: Catalog[Kind], given: Call, again: Callable[[Any], Call] | None = None, axes: int | None = None
) -> tuple[Kind, tuple[str, ...]]:
    """The member of the catalog that makes the call, and a sentence for each way of drawing weights that we don't know.

    ``again`` makes the call of a member; unsaid, its own ``keras``. ``axes``: how many axes an example has, so that the
    last one is known by its number. Raises ``NotOurs``.
    """
    entry = of_class(catalog, given.path.rpartition(".")[2])
    missing = [name for name in entry.required if name not in given.arguments]
    if missing:
        raise NotOurs(_("its setting “{name}” is missing").format(name=missing[0]))
    told = {**entry.unsaid, **{name: long_form(value) for name, value in given.arguments.items()}}
    remarks = []
    for name in [name for name in told if name.endswith(_DRAWS)]:
        known = initializer_name(told[name])
        if known is not None and known == entry.beside.get(name, known):
            told[name] = known
        elif _only_draws(told[name]):
            words = _("its setting “{name}” = {value} is not known, and first weights are drawn as usual")
            remarks.append(words.format(name=name, value=shown(told.pop(name))))
    member = _filled(entry.kind, told)
    made = (again or (lambda one: one.keras()))(member).arguments
    for name, value in told.items():
        if not _agreed(name, value, made, entry, axes):
            raise NotOurs(
                _("it has the setting “{name}” = {value}, which netbuilder does not know").format(
                    name=readable(name), value=shown(given.arguments.get(name, value))
                )
            )
    return member, tuple(remarks)


def of_class(catalog: Catalog[Kind], name: str) -> Entry[Kind]:
    """The entry that Keras knows by this class, function or short name. Raises ``NotOurs``."""
    found = _names(catalog).get(name)
    if found is None:
        message = _("netbuilder knows no {family} “{name}”")
        raise NotOurs(message.format(family=catalog.family, name=readable(name)))
    return found


def initializer_name(value: Any) -> str | None:
    """The name of one of our initializers, or None for what draws otherwise."""
    match value:
        case str():
            return value if value in initializer else None
        case Call():
            entry = _names(initializer).get(value.path.rpartition(".")[2])
            if entry is None:
                return None
            rest = {name: one for name, one in value.arguments.items() if name != "seed" and one is not None}
            return entry.name if all(same(one, entry.beside.get(name)) for name, one in rest.items()) else None
        case _:
            return None


def _only_draws(value: Any) -> bool:
    """Whether it is one of Keras's initializers, ours or not, with plain settings: it changes nothing once there are weights."""
    if not isinstance(value, Call) or value.path.rpartition(".")[0] != "initializers":
        return False
    named = value.path.rpartition(".")[2] in (*_names(initializer), *_OTHERS)
    return named and not any(isinstance(one, Call | list) for name, one in value.arguments.items() if name != "seed")


def is_float32(value: Any) -> bool:
    """Whether a "dtype" is that of plain numbers, in either of the forms that Keras has written."""
    return value == "float32" or same(value, FLOAT32)


def same(one: Any, other: Any) -> bool:
    """Whether two arguments mean the same: numbers as float32, calls in their long form."""
    one, other = long_form(one), long_form(other)
    match one, other:
        case Call(), Call():
            return one.path == other.path and same(dict(one.arguments), dict(other.arguments))
        case dict(), dict():
            return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
        case (list() | tuple(), list() | tuple()):
            return len(one) == len(other) and all(map(same, one, other))
        case (bool(), _) | (_, bool()):
            return one is other
        case (int() | float(), int() | float()):
            return one == other or rounded(one) == rounded(other)
        case _:
            return type(one) is type(other) and bool(one == other)


def rounded(value: Any) -> Any:
    """The shortest number that is the same float32: Keras writes 0.001 as 0.0010000000474974513."""
    if not isinstance(value, float) or value.is_integer():
        return value
    try:
        kept = struct.pack("f", value)
    except OverflowError:
        return value
    if struct.unpack("f", kept)[0] != value:
        return value
    return next((short for short in _shorter(value) if struct.pack("f", short) == kept), value)


def snake(name: str) -> str:
    """A class's name as Keras derives others from it: "BatchNormalization" is "batch_normalization", "SGD" is "sgd"."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def shown(value: Any) -> str:
    """A setting in few characters; of an object, its class and the name that it has, as policies of numbers do."""
    if not isinstance(value, Call):
        return readable(_SHORT.repr(value))
    kind, name = value.path.rpartition(".")[2], value.arguments.get("name")
    return readable(kind if name is None else f"{kind} {_SHORT.repr(name)}")


def readable(text: str) -> str:
    """A text of unknown origin in one short line that can be printed: no line ends, and no halves of characters."""
    words = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:60])
    return words if len(text) <= 60 else words[:57] + "…"


_SHORT = Repr()  # without it a list of a million items would be written first, and cut then
_SHORT.maxstring = _SHORT.maxother = 60


def _shorter(value: float) -> Iterator[float]:
    return (float(f"{value:.{digits}g}") for digits in range(1, 10))


def _filled(kind: type[Any], told: Mapping[str, Any]) -> Any:
    given = {**told, **(kind.from_keras(told) if issubclass(kind, LaidOut) else {})}
    values = {}
    for field in fields_of(kind):
        if field.name in given:
            value = rounded(given[field.name])
            try:
                values[field.name] = checked(field, value)
            except OutsideRule as problem:
                # All activations in one sentence would be no sentence any more.
                short = _("{label} is {value}, which netbuilder does not know")
                words = (
                    short.format(label=field.label, value=shown(value)) if isinstance(field.rule, OneOf) else problem
                )
                raise NotOurs(str(words).rstrip(".")) from None
    return kind(**values)


def _agreed(name: str, value: Any, made: Mapping[str, Any], entry: Entry[Any], axes: int | None) -> bool:
    if name in made:
        return same(value, made[name])
    if any(field.name == name for field in entry.fields):
        return True  # a field whose call leaves out what is Keras's default
    if name in entry.beside and same(value, entry.beside[name]):
        return True
    return value is None or _means_nothing(name, value, axes)


def _means_nothing(name: str, value: Any, axes: int | None) -> bool:
    """Arguments that all of Keras's classes share, with the values that change nothing."""
    match name:
        case "name":
            return isinstance(value, str)
        case "trainable":
            return value is True
        case "dtype":
            return is_float32(value)
        case "seed":  # netbuilder draws its own random numbers
            return isinstance(value, int) or (isinstance(value, Call) and value.path == "random.SeedGenerator")
        case "axis":
            return same(value, -1) or same(value, [-1]) or (bool(axes) and (same(value, axes) or same(value, [axes])))
        case "reduction":
            return bool(value == "sum_over_batch_size")
        case _:
            return False


def _names(catalog: Catalog[Any]) -> dict[str, Entry[Any]]:
    found: dict[str, Entry[Any]] = {}
    for entry in catalog:
        name = entry.kind.__name__
        found |= dict.fromkeys((name, snake(name), name.lower(), entry.name, *entry.also), entry)
    return found
