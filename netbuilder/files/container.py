"""The container of project files: a zip that is judged before it is unpacked."""

from __future__ import annotations

import contextlib
import re
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from netbuilder import disk
from netbuilder.words import _

_GIB = 1 << 30
_LARGEST_FILE = 4 * _GIB - 1  # what a plain zip can hold
MOST_MEMBERS = 40_000  # a thousand layers have some four thousand arrays, and their training state four times as many
_LONGEST_DIRECTORY = 128 * MOST_MEMBERS
_MOST_RATIO = 1100  # deflate cannot do better than 1,032 : 1
_END = 22  # bytes of the end record
_NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*\.(json|npy)")


class Refused(Exception):
    """A container is not accepted; the message says why, in words that fit after a colon."""


class Container:
    """An open container; its members are bounded in number, names, packing and size."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {member.filename: member for member in archive.infolist()}
        if len(self._members) < len(archive.infolist()):
            raise Refused(_("two of its parts have the same name"))
        for member in self._members.values():
            _judge(member)

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
def container(path: Path) -> Iterator[Container]:
    """Opens a container. Raises ``disk.CannotOpen``, and ``Refused`` for whatever is damaged or none."""
    with disk.opened(path) as (file, size):
        try:
            _judge_directory(file, size)
            with zipfile.ZipFile(file) as archive:
                yield Container(archive)
        # NotImplementedError: unknown packing; RuntimeError: encrypted; ValueError: broken headers.
        except (
            tokenize.TokenError,  # NumPy's, of a header that is no header
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as bad:
            raise Refused(_("it is damaged, or no project file")) from bad


def _judge_directory(file: BinaryIO, size: int) -> None:
    """Bounds the zip's directory before ``zipfile`` reads it whole: 100,000 members would take 25 s.

    Only the plain form passes, an end record without comment, so that ``zipfile`` cannot find another directory.
    """
    if not _END <= size <= _LARGEST_FILE:
        raise zipfile.BadZipFile
    file.seek(size - _END)
    end = file.read(_END)
    members, length = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if end[:4] != b"PK\5\6" or end[20:] != b"\0\0":
        raise zipfile.BadZipFile
    if members > MOST_MEMBERS or length > _LONGEST_DIRECTORY:
        raise Refused(_("it has too many parts"))
    file.seek(0)


def _judge(member: zipfile.ZipInfo) -> None:
    if not _NAME.fullmatch(member.filename):
        raise Refused(_("one of its parts is named {name!r:.80}, as none should be").format(name=member.filename))
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
        raise Refused(_("“{name}” is packed in an unusual way").format(name=member.filename))
    if member.file_size > _MOST_RATIO * max(1, member.compress_size):
        raise Refused(_("“{name}” would unpack to far more than it is").format(name=member.filename))
