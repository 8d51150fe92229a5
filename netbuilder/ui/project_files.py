"""What the window needs of projects: those in files, and those to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from netbuilder.app.recovery_folder import RecoveryFolder
from netbuilder.spec.project import ProjectSpec


class Template(Protocol):
    """A project to begin with; ``look`` says what to look at."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def look(self) -> tuple[str, ...]: ...
    def project(self) -> ProjectSpec: ...


class Files(Protocol):
    """Reads and writes projects. What it raises says in a sentence what went wrong.

    ``open`` and ``save`` raise ``InUse`` for what another window has open, ``save`` also ``Changed``, and ``open``
    ``OtherProject`` where the project ``of`` a run is not there; ``check`` raises what that would, and opens nothing.
    ``save`` returns why curves may be missing in the file, or "".
    """

    def open(self, path: Path, *, of: ProjectSpec | None = None) -> ProjectSpec: ...
    def check(self, path: Path, of: ProjectSpec) -> None: ...
    def look(self, path: Path) -> ProjectSpec: ...
    def recover(self, folder: RecoveryFolder, path: Path | None) -> ProjectSpec: ...
    def save(self, path: Path, spec: ProjectSpec, *, anyway: bool = False) -> str: ...
    def templates(self) -> Sequence[Template]: ...
