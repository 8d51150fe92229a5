"""``netbuilder new``: a template as a project file."""

from __future__ import annotations

import argparse

from netbuilder.cli.sentences import DONE, BadInput
from netbuilder.disk import CannotWrite, is_there
from netbuilder.files.project_file import SUFFIX, Contents, save
from netbuilder.files.templates import UnknownTemplate, template_named
from netbuilder.words import _


def run(asked: argparse.Namespace) -> int:
    """Writes the file, unless there is one already."""
    if asked.file.name in ("", ".."):
        raise BadInput(_("“{path}” is a folder: give the project a name in it.").format(path=asked.file))
    path = asked.file if asked.file.suffix else asked.file.with_suffix(SUFFIX)
    if path.suffix != SUFFIX:
        raise BadInput(_("A project's name ends in {suffix}, but “{path}” does not.").format(suffix=SUFFIX, path=path))
    if is_there(path):
        raise BadInput(_("“{path}” is there already: choose another name, or move it away.").format(path=path))
    try:
        save(path, Contents(template_named(asked.template).project()))
    except (UnknownTemplate, CannotWrite) as problem:
        raise BadInput(str(problem)) from problem
    print(_("Written: {path}").format(path=path))
    return DONE
