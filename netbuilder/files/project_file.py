"""Project files (``.netbuilder``): saved whole or not at all, opened only if every part is what it should be."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from textwrap import shorten
from typing import BinaryIO

from netbuilder import __version__, disk
from netbuilder.disk import Fingerprint
from netbuilder.files.attachments import attached_document, read_attached, write_drawings
from netbuilder.files.container import Container, Refused, container
from netbuilder.files.contents import Contents, Stored
from netbuilder.files.json_bulk import parse_bounded
from netbuilder.files.migrations import VERSION, Document, migrated
from netbuilder.files.strict_json import NotStrict, text_of
from netbuilder.files.trained import FOLDER, TRAINED, read_trained, write_trained
from netbuilder.spec.plain import NotAProject, project_from, to_plain
from netbuilder.spec.project import MOST_LAYERS
from netbuilder.words import _

SUFFIX = ".netbuilder"
FORMAT = "netbuilder project"

_PROJECT = "project.json"
_LONGEST_JSON = 8 << 20
_LONGEST_REASON = 180  # characters: what a setting may be can be a list of dozens

__all__ = ["FORMAT", "SUFFIX", "CannotOpen", "Contents", "Stored", "made_by", "open_project", "save"]


class CannotOpen(Exception):
    """A project file is not opened; the message names it, says what was expected and what to do."""


def save(
    path: Path,
    contents: Contents,
    *,
    keep_previous: bool = False,
    at_last: Callable[[], object] = lambda: None,
    maker: str = "",
) -> Fingerprint:
    """Writes the file, so that at every moment the old or the new one is there, whole. Raises ``disk.CannotWrite``.

    ``keep_previous`` and ``at_last`` are ``disk.write_whole``'s, as is what is returned. ``maker``: what ``made_by`` says.
    """
    count = len(contents.project.layers)
    if count > MOST_LAYERS:
        message = _(
            "“{path}” could not be written, since the project has {count:,} layers, and no network can have more than "
            "{most:,}: delete some."
        )
        raise disk.CannotWrite(message.format(path=path, count=count, most=MOST_LAYERS))
    try:
        return disk.write_whole(
            path, lambda file: _write(file, contents, maker), keep_previous=keep_previous, at_last=at_last
        )
    except zipfile.LargeZipFile as problem:
        message = _(
            "“{path}” could not be written, since with its network it would have more than 2 GB: "
            "export the network instead, or make it smaller."
        )
        raise disk.CannotWrite(message.format(path=path)) from problem


def open_project(path: Path) -> Contents:
    """What the file holds; nothing of it is ever run. Raises ``CannotOpen`` with one sentence for all that is no project."""
    try:
        with container(path) as opened:
            return _contents(opened)
    except disk.CannotOpen as problem:
        raise CannotOpen(str(problem)) from problem
    except _Newer as newer:
        message = _("“{path}” was made by a newer netbuilder ({maker}): open it with that one, or update this one.")
        raise CannotOpen(message.format(path=path, maker=newer)) from newer
    except (Refused, NotStrict) as problem:
        message = _(
            "“{path}” should be a netbuilder project, but {why}: choose another file, or an earlier copy of it."
        )
        raise CannotOpen(message.format(path=path, why=problem)) from problem
    except NotAProject as problem:
        message = _("“{path}” holds no project that this netbuilder can open. {why} Choose another file.")
        raise CannotOpen(
            message.format(path=path, why=shorten(str(problem), _LONGEST_REASON, placeholder=" …."))
        ) from problem


def made_by(path: Path) -> str:
    """The program that wrote the file for itself; "" for what a person saved, and for all that is no project."""
    try:
        with container(path) as opened:
            found = _parsed(opened, _PROJECT).get("made_by")
    except (disk.CannotOpen, Refused, NotStrict):
        return ""
    return found if isinstance(found, str) else ""


class _Newer(Exception):
    """The file's version is beyond ours; the message names the program that wrote it."""


def _write(file: BinaryIO, contents: Contents, maker: str) -> None:
    head = {"format": FORMAT, "version": VERSION, "netbuilder": __version__}
    if maker:
        head["made_by"] = maker
    # Without the extensions for large files, which are not read either.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=False) as archive:
        _write_json(
            archive,
            _PROJECT,
            head | {"project": to_plain(contents.project)} | attached_document(contents.attached),
        )
        write_drawings(archive, contents.attached)
        if contents.trained is not None:
            _write_json(archive, TRAINED, write_trained(archive, contents.trained))


def _write_json(archive: zipfile.ZipFile, name: str, document: Document) -> None:
    # The date is fixed, so that the same contents are the same bytes.
    member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    archive.writestr(member, text_of(document), zipfile.ZIP_DEFLATED)


def _contents(opened: Container) -> Contents:
    document = _parsed(opened, _PROJECT)
    if document.get("format") != FORMAT:
        raise Refused(_("it is of another format"))
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise Refused(_("its version is no whole number"))
    if version > VERSION:
        maker = document.get("netbuilder")
        raise _Newer(maker[:40] if isinstance(maker, str) else _("version unknown"))
    document = migrated(document, version)
    project, attached = project_from(document.get("project")), read_attached(opened, document)
    if not opened.names(FOLDER):
        return Contents(project, None, attached)
    trained = migrated(_parsed(opened, TRAINED), version)
    return Contents(project, read_trained(opened, trained), attached)


def _parsed(opened: Container, member: str) -> Document:
    value = parse_bounded(opened.read(member, _LONGEST_JSON))
    if not isinstance(value, dict):
        raise Refused(_("what it begins with is no object with named values"))
    return value
