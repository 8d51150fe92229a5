"""What Linux says of a process in ``/proc``: its memory, open files and threads, and the processes that it started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


class NoProc(Exception):
    """The system has no ``/proc``, so that memory can't be read; a sentence."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A process at one moment; memory in bytes.

    ``resident`` (RSS) counts every page that it maps, ``share`` (PSS) those it shares with others in equal parts,
    ``own`` (RssAnon) only what it wrote itself, where a leak would be. ``peak`` is the most RSS ever (VmHWM).
    """

    resident: int
    share: int
    own: int
    peak: int
    files: int
    threads: int


def seen(pid: int) -> Seen:
    """The process as it is now. Raises ``NoProc``, and ``OSError`` when it has ended."""
    folder = PROC / str(pid)
    if not PROC.joinpath("self/smaps_rollup").is_file():
        raise NoProc("Memory is read from /proc, which this system does not have: this benchmark runs on Linux alone.")
    status, rollup = _fields(folder / "status"), _fields(folder / "smaps_rollup")
    return Seen(
        resident=1024 * status["VmRSS"],
        share=1024 * rollup["Pss"],
        own=1024 * status["RssAnon"],
        peak=1024 * status["VmHWM"],
        files=len(list((folder / "fd").iterdir())),
        threads=status["Threads"],
    )


def children(pid: int) -> list[int]:
    """The processes that it started and that still live."""
    tasks = (PROC / str(pid) / "task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _fields(path: Path) -> dict[str, int]:
    """The numbers of lines such as "VmRSS:  1234 kB"."""
    lines = (line.split() for line in path.read_text().splitlines())
    return {words[0].removesuffix(":"): int(words[1]) for words in lines if len(words) > 1 and words[1].isdigit()}
