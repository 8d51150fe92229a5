"""From the words of a command line to a project and its data."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from netbuilder.cli.sentences import BadInput
from netbuilder.data.examples import CannotRead, Examples, Readable
from netbuilder.data.remote import downloadable
from netbuilder.data.shares import agree
from netbuilder.disk import CannotWrite, at_home, is_there
from netbuilder.disk.memory import memory
from netbuilder.files.project_file import SUFFIX, CannotOpen, Contents, open_project
from netbuilder.files.templates import UnknownTemplate, template_named
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.outline import Outline, outline
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.rules import Field, OutsideRule, checked, fields_of
from netbuilder.spec.sources import source
from netbuilder.words import _

Tell = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def opened(words: str) -> tuple[str, Contents]:
    """A short name, and what the project file or the template of that name holds. Raises ``BadInput``."""
    path = Path(words)
    try:
        if path.suffix == SUFFIX or is_there(path):
            return path.stem, open_project(path)
        return words, Contents(template_named(words).project())
    except CannotOpen as problem:
        raise BadInput(str(problem)) from problem
    except UnknownTemplate as problem:
        message = _("“{words}” is no file here, and no template. {known}")
        known = str(problem).partition(". ")[2]
        raise BadInput(message.format(words=words, known=known)) from problem


def with_data(project: ProjectSpec, path: str | None) -> ProjectSpec:
    """The project with its data read from ``path``. Raises ``BadInput`` for data that have no path."""
    if path is None:
        return project
    fields = {field.name: field for field in fields_of(project.data.source)}
    if "path" not in fields:
        message = _("--data is for data that are read from files, but “{title}” are not: leave it out.")
        raise BadInput(message.format(title=source.of(project.data.source).title))
    absolute = str(at_home(path).absolute())  # a saved project must find them from any folder
    changed = dataclasses.replace(cast(Any, project.data.source), path=checked_input(fields["path"], absolute))
    try:
        agree(absolute)
    except CannotWrite as problem:
        raise BadInput(str(problem)) from problem
    return dataclasses.replace(project, data=dataclasses.replace(project.data, source=changed))


def with_training(project: ProjectSpec, **values: object) -> ProjectSpec:
    """The project with other values of its training; None leaves one as it is. Raises ``BadInput``."""
    fields = {field.name: field for field in fields_of(project.training)}
    given: dict[str, Any] = {
        name: checked_input(fields[name], value) for name, value in values.items() if value is not None
    }
    return dataclasses.replace(project, training=dataclasses.replace(project.training, **given))


def checked_input(field: Field, value: object) -> Any:
    """The value as the field holds it. Raises ``BadInput``."""
    try:
        return checked(field, value)
    except OutsideRule as problem:
        raise BadInput(str(problem)) from problem


def facts_of(project: ProjectSpec) -> DataFacts:
    """What is known of the project's data."""
    return project.data.source.facts(project.data.split)


def ready(project: ProjectSpec) -> Outline:
    """The outline of a project that can be trained. Raises ``BadInput`` with the first blocking problem."""
    found = outline(project, facts_of(project), memory())
    if found.blocking:
        first = found.blocking[0]
        raise BadInput(
            _("The project can't be trained yet. {place}: {why}").format(place=first.place, why=first.sentence)
        )
    return found


def read(project: ProjectSpec, *, download: bool, tell: Tell, cancelled: Cancelled) -> Examples:
    """The project's examples, downloaded first if that was asked for. Raises ``BadInput``, and ``Stopped``."""
    data = project.data.source
    try:
        if download and downloadable(data):
            from netbuilder.data.download import fetch

            fetch(data, tell, cancelled)
        return cast(Readable, data).read(lambda _done, _total: None, cancelled)
    except (CannotRead, CannotWrite) as problem:
        raise BadInput(str(problem)) from problem
