"""How much memory this program may have: the machine's, or less where a limit is set; and how little it keeps."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path, PurePosixPath

_CGROUPS = Path("/sys/fs/cgroup")
_M_ARENA_MAX = -8  # of glibc's malloc.h


@cache
def memory() -> int | None:
    """Bytes of the machine's memory, or of the smallest limit on this process; None where the system does not say.

    Asked once: neither changes while the program runs, or only by an administrator's hand.
    """
    return min((size for size in (_machine(), *_limits()) if size), default=None)


def share_heap() -> None:
    """Lets all threads have one heap, where glibc gives each its own: what one gives back, serves the others, too.

    A window that trained 70 networks grew by 12 KB with each rather than by 24.
    """
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _machine() -> int | None:
    if sys.platform == "win32":
        return _windows()
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None


def _limits() -> Iterator[int]:
    yield from _resource_limits()
    with suppress(OSError):
        yield from control_group_limits(Path("/proc/self/cgroup").read_text("utf-8"), _CGROUPS)


def _resource_limits() -> Iterator[int]:
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        soft, _hard = resource.getrlimit(limit)
        if soft != resource.RLIM_INFINITY:
            yield soft


def control_group_limits(own: str, root: Path) -> Iterator[int]:
    """The limits of the control groups that a process is in and of those around them, such as a container's.

    ``own`` is the text of ``/proc/self/cgroup``, a line a hierarchy: "4:memory:/inside/group" in version 1, "0::/group"
    in version 2 (man 7 cgroups). A container may see its own group as the root, so the root is asked too.
    """
    for line in own.splitlines():
        kinds, _colon, group = line.partition(":")[2].partition(":")
        if "memory" in kinds.split(","):
            folder, name = root / "memory", "memory.limit_in_bytes"
        elif not kinds:
            folder, name = root, "memory.max"
        else:
            continue
        inside = PurePosixPath(group.lstrip("/"))
        for part in (inside, *inside.parents):
            with suppress(OSError, ValueError):  # not mounted here, or "max"
                yield int((folder / part / name).read_text("ascii"))


def _windows() -> int | None:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong)
            for name in ("total", "free", "pages", "free_pages", "space", "free_space", "more")
        ]

    status = Status(length=ctypes.sizeof(Status))
    known = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined,unused-ignore]
    return int(status.total) if known else None
