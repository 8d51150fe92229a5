"""What can be downloaded: which files, from where, and how a whole one is recognised."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeGuard

from netbuilder.spec.sources import Source


@dataclass(frozen=True, slots=True)
class Remote:
    """A gzipped file with a published checksum.

    ``urls`` are mirrors, tried in turn. ``size`` in bytes is what the mirrors announced, for the progress bar; a
    download that grows to twice that is given up. ``sha256`` is of the unpacked content, or, if not ``unpacked``, of
    the file as it travels.
    """

    name: str
    urls: tuple[str, ...]
    size: int
    sha256: str
    unpacked: bool = True


class Downloadable(Source, Protocol):
    """A data source whose files can be downloaded, if the user asks for it."""

    def present(self) -> bool:
        """Whether the data can be read without a download."""

    def remote(self) -> tuple[Remote, ...]:
        """The files to download."""

    def folder(self) -> Path:
        """Where they are kept."""


def downloadable(source: Source) -> TypeGuard[Downloadable]:
    """Whether the source's files can be downloaded."""
    return hasattr(source, "remote")
