"""Which files examples come from, and by what those files are known again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeGuard

from netbuilder import disk
from netbuilder.spec.sources import Source


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file as it was read: its size in bytes, when it was written (ns since 1970, UTC), and its SHA-256 in hex."""

    path: str
    size: int
    modified: int
    sha256: str


class FromFiles(Source, Protocol):
    """A data source that reads files."""

    def read_from(self) -> tuple[Path, ...]:
        """Those that it would read now; empty if they are not there."""


def from_files(source: Source) -> TypeGuard[FromFiles]:
    """Whether the source reads files; others make their examples up or bring them along."""
    return hasattr(source, "read_from")


def seen(source: Source) -> tuple[tuple[Path, disk.Fingerprint | None], ...]:
    """The source's files as they are now, without reading them: another answer means that they are others."""
    paths = source.read_from() if from_files(source) else ()
    return tuple((path, disk.fingerprint(path)) for path in paths)


def data_files(source: Source) -> tuple[DataFile, ...]:
    """The source's files, with what is in them; those that can't be read are left out. MNIST's 11 MB take some 10 ms."""
    found = []
    for path, known in seen(source):
        try:
            digest = _digest(path)
        except (disk.CannotOpen, OSError):
            continue
        if known is not None:
            found.append(DataFile(str(path), known.size, known.modified, digest))
    return tuple(found)


def _digest(path: Path) -> str:
    import hashlib  # no file is read at the start

    found = hashlib.sha256()
    with disk.opened(path) as (file, _size):
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()
