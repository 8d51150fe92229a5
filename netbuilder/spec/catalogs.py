"""The catalogs: every kind of layer, loss, optimizer … is one decorated class, and is known only through them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from netbuilder.spec.rules import Field, fields_of
from netbuilder.words import _

Kind = TypeVar("Kind")
Member = TypeVar("Member")


class UnknownKind(LookupError):
    """A name is in no catalog; the message names it and what is known."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[Kind]):
    """A declared kind: ``name`` in files, ``title`` in menus, ``since`` the first Keras that knows it.

    The rest is for reading what Keras wrote. ``also``: further names by which Keras calls it, such as "mse".
    ``beside``: arguments of Keras's class that no field has, each with the one value with which we are of one mind.
    ``required``: arguments that have no default in Keras; ``unsaid``: those whose default there is not ours.
    """

    name: str
    title: str
    kind: type[Kind]
    since: str
    group: str
    also: tuple[str, ...] = ()
    beside: Mapping[str, Any] = field(default_factory=dict, compare=False)
    required: tuple[str, ...] = ()
    unsaid: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def words(self) -> str:
        """What it does, in plain words: the tooltip and the reference page."""
        return inspect.cleandoc(self.kind.__doc__ or "")

    @property
    def fields(self) -> tuple[Field, ...]:
        return fields_of(self.kind)


class Catalog(Generic[Kind]):
    """The kinds of one family, in the order of their declaration."""

    def __init__(self, family: str) -> None:
        self.family = family
        self._by_name: dict[str, Entry[Kind]] = {}
        self._by_kind: dict[type, Entry[Kind]] = {}

    def __call__(
        self,
        name: str,
        title: str,
        *,
        since: str = "3.0",
        group: str = "",
        also: tuple[str, ...] = (),
        beside: Mapping[str, Any] = MappingProxyType({}),
        required: tuple[str, ...] = (),
        unsaid: Mapping[str, Any] = MappingProxyType({}),
    ) -> Callable[[type[Member]], type[Member]]:
        """The decorator that declares a kind; stands above a plain ``@dataclass``."""

        def declare(kind: type[Member]) -> type[Member]:
            if name in self._by_name:
                message = f"two kinds of {self.family} are named {name!r}"
                raise ValueError(message)
            entry: Entry[Any] = Entry(name, title, kind, since, group, also, beside, required, unsaid)
            self._by_name[name] = entry
            self._by_kind[kind] = entry
            return kind

        return declare

    def __iter__(self) -> Iterator[Entry[Kind]]:
        return iter(self._by_name.values())

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Entry[Kind]:
        """The entry of that name. Raises ``UnknownKind`` with a sentence."""
        try:
            return self._by_name[name]
        except (KeyError, TypeError):
            message = _("There is no {family} named {name!r}. Known are: {known}.")
            raise UnknownKind(message.format(family=self.family, name=name, known=", ".join(self._by_name))) from None

    def of(self, member: Any) -> Entry[Kind]:
        """The entry of a value of one of the kinds."""
        return self._by_kind[type(member)]

    def holds(self, member: object) -> bool:
        """Whether the value is of one of the kinds."""
        return type(member) in self._by_kind

    def titles(self) -> Mapping[str, str]:
        """Name → title, as a rule's choices want them."""
        return {entry.name: entry.title for entry in self}
