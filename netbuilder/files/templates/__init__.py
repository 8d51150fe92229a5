"""The templates: projects to begin with, each worth looking at. One module a template, found by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pkgutil import iter_modules

from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _

DEFAULT = "digits"
"""The template on which the program opens."""


class UnknownTemplate(LookupError):
    """There is no template of that name; the message names those that are there."""


@dataclass(frozen=True, slots=True)
class Template:
    """A project to begin with.

    ``place`` orders the menu, ``group`` is its heading; ``look`` says in two lines what to look at.
    """

    name: str
    title: str
    group: str
    place: int
    look: tuple[str, str]
    make: Callable[[], ProjectSpec]

    def project(self) -> ProjectSpec:
        """A new project, titled like its template."""
        return replace(self.make(), title=self.title)


_declared: dict[str, Template] = {}


def template(
    name: str, title: str, *, group: str, place: int, look: tuple[str, str]
) -> Callable[[Callable[[], ProjectSpec]], Callable[[], ProjectSpec]]:
    """The decorator that declares a template; stands above a function that makes its project."""

    def declare(make: Callable[[], ProjectSpec]) -> Callable[[], ProjectSpec]:
        _declared[name] = Template(name, title, group, place, look, make)
        return make

    return declare


def templates() -> tuple[Template, ...]:
    """All templates, in the order of the menu."""
    return tuple(sorted(_declared.values(), key=lambda one: one.place))


def template_named(name: str) -> Template:
    """The template of that name. Raises ``UnknownTemplate`` with a sentence."""
    try:
        return _declared[name]
    except KeyError:
        known = ", ".join(one.name for one in templates())
        raise UnknownTemplate(
            _("There is no template named “{name}”. Choose one of: {known}.").format(name=name, known=known)
        ) from None


for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
