"""The container of project files, and of Keras's: a zip that is judged before it is unpacked."""

from __future__ import annotations

import contextlib
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from netbuilder import disk
from netbuilder.words import _

_GIB = 1 << 30
_LARGEST_FILE = 4 * _GIB - 1  # what a plain zip can hold
MOST_MEMBERS = 40_000  # a thousand layers have some four thousand arrays, and their training state four times as many
_LONGEST_ENTRY = 128  # bytes of the directory for each member
_MOST_RATIO = 1100  # deflate cannot do better than 1,032 : 1
_LARGE = 64 << 20  # bytes
_END = 22  # bytes of the end record
_LOCATOR = 20  # bytes of what precedes it in a zip beyond 4 GB


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of container may hold: the names of its members, how many, and what a sentence calls it.

    ``large_ratio``: how much smaller than itself a member of more than 64 MiB may be packed. ``as_it_is``: the ending of
    members that are not packed, so that all of them together unpack to no more than the file has.
    """

    names: re.Pattern[str]
    most: int
    called: str
    large_ratio: int = _MOST_RATIO
    as_it_is: str | None = None


PROJECT = Form(re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*\.(json|npy)"), MOST_MEMBERS, _("project file"), as_it_is=".npy")


class Refused(Exception):
    """A container is not accepted; the message says why, in words that fit after a colon."""


class Container:
    """An open container; its members are bounded in number, names, packing and size."""

    def __init__(self, archive: zipfile.ZipFile, size: int, form: Form) -> None:
        self._archive = archive
        self._members = {member.filename: member for member in archive.infolist()}
        if len(self._members) < len(archive.infolist()):
            raise Refused(_("two of its parts have the same name"))
        for member in self._members.values():
            _judge(member, form)
        if sum(member.compress_size for member in self._members.values()) > size:
            raise Refused(_("its parts lie upon each other"))

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def names(self, folder: str) -> list[str]:
        """The sorted names of the members within a folder, such as "trained/weights/"."""
        return sorted(name for name in self._members if name.startswith(folder))

    @contextlib.contextmanager
    def opened(self, name: str, at_most: int) -> Iterator[tuple[IO[bytes], int]]:
        """A member's bytes, open to be read, and how many they say they are. Raises ``Refused``."""
        member = self._members.get(name)
        if member is None:
            raise Refused(_("its part “{name}” is missing").format(name=name))
        if member.file_size > at_most:
            raise Refused(_("its part “{name}” is too large").format(name=name))
        with self._archive.open(member) as stream:
            # Asked beyond its end it checks the CRC; it never gives more than it announced.
            yield stream, member.file_size

    def read(self, name: str, at_most: int) -> bytes:
        """A whole member. Raises ``Refused``."""
        with self.opened(name, at_most) as (stream, size):
            return stream.read(size + 1)


@contextlib.contextmanager
def container(path: Path, form: Form = PROJECT) -> Iterator[Container]:
    """Opens a container of that form. Raises ``disk.CannotOpen``, and ``Refused`` for whatever is damaged or none."""
    with disk.opened(path) as (file, size):
        try:
            _judge_directory(file, size, form)
            with zipfile.ZipFile(file) as archive:
                yield Container(archive, size, form)
        # NotImplementedError: unknown packing; RuntimeError: encrypted; ValueError: broken headers.
        except (
            struct.error,  # a file that shrinks while it is read
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as bad:
            raise Refused(_("it is damaged, or no {form}").format(form=form.called)) from bad


def _judge_directory(file: BinaryIO, size: int, form: Form) -> None:
    """Bounds the zip's directory before ``zipfile`` reads it whole: 100,000 members would take 25 s.

    Only the plain form passes, so that ``zipfile`` cannot find another directory: one disk, an end record without
    comment, the directory right before it, and none of the kind beyond 4 GB.
    """
    if not _END <= size <= _LARGEST_FILE:
        raise zipfile.BadZipFile
    file.seek(max(0, size - _END - _LOCATOR))
    tail = file.read()
    before, end = tail[:-_END], tail[-_END:]
    mark, disk_number, begins_on, here, members, length, start, comment = struct.unpack("<4s4H2LH", end)
    if mark != b"PK\5\6" or disk_number or begins_on or here != members or comment or before[:4] == b"PK\6\7":
        raise zipfile.BadZipFile
    if members > form.most or length > _LONGEST_ENTRY * form.most:
        raise Refused(_("it has too many parts"))
    if start + length + _END != size:
        raise zipfile.BadZipFile
    file.seek(0)


def _judge(member: zipfile.ZipInfo, form: Form) -> None:
    if not form.names.fullmatch(member.filename):
        raise Refused(_("one of its parts is named {name!r:.80}, as none should be").format(name=member.filename))
    as_it_is = form.as_it_is is not None and member.filename.endswith(form.as_it_is)
    packings = {zipfile.ZIP_STORED} if as_it_is else {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    if member.compress_type not in packings or member.flag_bits & 1:
        raise Refused(_("“{name}” is packed in an unusual way").format(name=member.filename))
    ratio = form.large_ratio if member.file_size > _LARGE else _MOST_RATIO
    if member.file_size > ratio * max(1, member.compress_size):
        raise Refused(_("“{name}” would unpack to far more than it is").format(name=member.filename))
