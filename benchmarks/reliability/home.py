"""A person's folders of their own, and what must not be left in them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.programs import environment

_STAY = {"history.db", "history.db-wal", "history.db-shm", "history.lock"}
"""Names in the data folder that are no litter while no program runs."""


class Home:
    """Folders below ``path``; ``work`` is where the person's projects are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.work, self.data = path / "work", path / "data" / "netbuilder"
        for name in ("work", "config", "data", "cache", "state", "run", "temporary"):
            (path / name).mkdir(mode=0o700)

    @property
    def history(self) -> Path:
        """The history of runs, which may not be there."""
        return self.data / "history.db"

    def environment(self) -> dict[str, str]:
        """That of a program which knows no other folders than these."""
        names = ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache")
        more = ("XDG_STATE_HOME", "state"), ("XDG_RUNTIME_DIR", "run"), ("TMPDIR", "temporary")
        found = {name: str(self.path / folder) for name, folder in (*names, *more)}
        found |= {"HOME": str(self.path), "KERAS_HOME": str(self.path / "cache" / "keras")}
        if not os.environ.get("DISPLAY"):
            found["QT_QPA_PLATFORM"] = "offscreen"
        return environment() | found

    def litter(self, *projects: str) -> list[str]:
        """What is there and should not be once all programs have ended: not the named projects, nor their last versions."""
        wanted = {*projects, *(f"{name}~" for name in projects)}
        found = [one for one in self.work.rglob("*") if one.name not in wanted]
        found += [one for one in self.data.rglob("*") if not one.is_dir() and one.name not in _STAY]
        found += [one for one in (self.path / "temporary").rglob("*") if not one.is_dir()]
        found += (self.path / "config").rglob("*.part")
        return sorted(str(one.relative_to(self.path)) for one in found)


@contextmanager
def new_home() -> Iterator[Home]:
    """Folders that vanish in the end."""
    with tempfile.TemporaryDirectory(prefix="reliability-", ignore_cleanup_errors=True) as folder:
        yield Home(Path(folder))
