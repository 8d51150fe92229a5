"""No file can hurt, however it is damaged: a million genuine files with changes by chance open, or are refused in a sentence."""

from __future__ import annotations

import json
import mmap
import os
import resource
import select
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, figure
from benchmarks.reliability.attempts import Attempt, broken, worst
from benchmarks.reliability.audit import Audit
from benchmarks.reliability.hostile_readers import READERS, fault_of
from benchmarks.reliability.mutating_files import mutated

COUNT = 1_000
FILES = 1_000
"""Changed files of one attempt: file n of seed S is ``mutating_files.mutated(S, n)``."""

_HANGS = 10.0  # seconds for one file
_LOOKS = 1.0  # seconds from one look at how far it is to the next
_MOST_MEMORY = 1 << 30  # bytes more, at which the child's calls fail rather than the machine
_MOST_FAULTS = 20  # that are told of an attempt
_MEMORY = 200  # MB over the start


def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
    """A thousand files each, in a process of its own; where that dies or hangs, another goes on with the next file."""
    shared = Path("/dev/shm")  # in memory, where there is such a folder
    with tempfile.TemporaryDirectory(prefix="mutating-", dir=shared if shared.is_dir() else None) as name:
        folder = Path(os.path.realpath(name))
        for reader in READERS.values():  # all that is needed is imported before the first fork
            path = folder / "genuine"
            path.write_bytes(reader.genuine())
            reader.read(path)
            path.unlink()
        for seed in seeds:
            yield _attempt(seed, folder)


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many did anything else than to open or to say a sentence, and how long and how much memory it took."""
    files = sum(one.numbers.get("files", 0) for one in made)
    found = [broken(f"{FILES:,} mutated files each: code run, crash, hang, or no clear sentence", made)]
    if files:
        spent = sum(one.numbers["all_seconds"] for one in made if "all_seconds" in one.numbers)
        opened = sum(one.numbers.get("opened", 0) for one in made)
        found += [
            figure("mutated files", files, ""),
            figure("of them opened", opened, ""),
            figure("files a second", files / spent, ""),
        ]
    return (
        found
        + worst("longest of a thousand files", made, "seconds", "s")
        + worst("memory over the start", made, "memory", "MB", _MEMORY)
    )


def _attempt(seed: int, folder: Path) -> Attempt:
    faults: list[str] = []
    total: Counter[str] = Counter()
    longest = memory = 0.0
    begun = time.perf_counter()
    first = 0
    with mmap.mmap(-1, mmap.PAGESIZE) as place:  # how far the child is, which a death leaves here
        while first < FILES:
            told, code = _child(seed, first, folder, place)
            faults += [one["fault"] for one in told if "fault" in one]
            for one in told:
                longest, memory = max(longest, one.get("seconds", 0.0)), max(memory, one.get("memory", 0.0))
                total.update({key: one[key] for key in ("opened", "refused") if key in one})
            if not code:
                break
            first = _number(place)
            faults.append(f"file {first}, {mutated(seed, first)[0]}: {code}")
            first += 1
    numbers = {"files": float(FILES), "opened": float(total["opened"]), "seconds": longest, "memory": memory / 2**20}
    numbers["all_seconds"] = time.perf_counter() - begun
    return Attempt(seed, f"{FILES:,} mutated files", tuple(faults[:_MOST_FAULTS]), numbers)


def _child(seed: int, first: int, folder: Path, place: mmap.mmap) -> tuple[list[dict[str, Any]], str]:
    """What a process tells that opens the files from the first on, and in words how it ended before its time, if so."""
    told, tell = os.pipe()
    place[:8] = first.to_bytes(8, "little")
    child = os.fork()
    if not child:
        code = 1
        try:
            os.close(told)
            _open_all(seed, first, folder, place, tell)
            code = 0
        finally:
            os._exit(code)  # nobody below is to go on with it
    os.close(tell)
    content, end, hangs = b"", time.monotonic() + _HANGS, False
    before = first
    while True:
        if select.select([told], [], [], _LOOKS)[0]:
            piece = os.read(told, 1 << 16)
            if not piece:
                break
            content += piece
        if _number(place) != before:
            before, end = _number(place), time.monotonic() + _HANGS
        elif time.monotonic() > end and not hangs:
            hangs = True
            os.kill(child, signal.SIGKILL)
    os.close(told)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    lines = [json.loads(line) for line in content.split(b"\n")[:-1]]
    if hangs:
        return lines, f"it hangs for more than {_HANGS:.0f} s"
    return lines, f"the process ended with {code}" if code else ""


def _number(place: mmap.mmap) -> int:
    return int.from_bytes(place[:8], "little")


def _open_all(seed: int, first: int, folder: Path, place: mmap.mmap, tell: int) -> None:
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (used + _MOST_MEMORY, used + _MOST_MEMORY))
    here, path = folder / "here", folder / "mutated"
    here.mkdir(exist_ok=True)
    os.chdir(here)
    audit = Audit()
    found: Counter[str] = Counter()
    longest = 0.0
    for number in range(first, FILES):
        place[:8] = number.to_bytes(8, "little")
        what, reader, content = mutated(seed, number)
        path.write_bytes(content)
        since = time.perf_counter()
        outcome, fault = opened(reader, path, audit)
        longest = max(longest, time.perf_counter() - since)
        found[outcome] += 1
        if fault is not None:
            _tell(tell, {"fault": f"file {number}, {what}: {fault}"})
    if any(here.iterdir()):
        _tell(tell, {"fault": f"one of the files wrote “{next(here.iterdir()).name}”"})
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun) * 1024
    _tell(tell, {**found, "seconds": longest, "memory": memory})


def _tell(tell: int, what: dict[str, Any]) -> None:
    os.write(tell, json.dumps(what).encode() + b"\n")


def opened(reader: str, path: Path, audit: Audit) -> tuple[str, str | None]:
    """Whether a reader "opened" or "refused" the file, and what is wrong with how it did."""
    audit.seen.clear()
    outcome, fault = "opened", None
    try:
        with audit.watched(path):
            READERS[reader].read(path)
    except READERS[reader].refusals as problem:
        outcome, fault = "refused", fault_of(str(problem), path)
    except BaseException as problem:  # noqa: BLE001 - whatever it is, it is what is looked for
        fault = f"it raised {problem!r:.500}"
    return outcome, audit.seen[0] if audit.seen else fault
