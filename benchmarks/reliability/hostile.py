"""No file can hurt: whatever a file holds, whoever is given it opens it or says one clear sentence, and nothing else happens."""

from __future__ import annotations

import json
import os
import random
import resource
import select
import signal
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, figure
from benchmarks.reliability.attempts import Attempt, broken, worst
from benchmarks.reliability.audit import Audit
from benchmarks.reliability.hostile_case import Hostile
from benchmarks.reliability.hostile_readers import READERS, Reader, fault_of

FAMILIES = ("zip", "projects", "json", "keras", "hdf5", "structures", "npy", "pictures", "picture_parts", "gzip", "odd")
HANGS = 10.0  # seconds
TOO_LONG = 1.0  # seconds of the processor, in which nobody is answered
_MOST_MEMORY = 1 << 30  # bytes more, at which the child's calls fail rather than the machine
_DISTURBED = 12  # times that a file is opened which changes meanwhile


@cache
def corpus() -> tuple[Hostile, ...]:
    """All hostile files, always in the same order."""
    return tuple(one for family in FAMILIES for one in _of(family))


@cache
def _of(family: str) -> tuple[Hostile, ...]:
    return tuple(import_module(f"benchmarks.reliability.hostile_{family}").hostile())


def seeds_of(family: str) -> range:
    """By which its files are tried."""
    before = sum(len(_of(other)) for other in FAMILIES[: FAMILIES.index(family)])
    return range(before + 1, before + len(_of(family)) + 1)


COUNT = len(corpus())


def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
    """Each seed is one file of the corpus; it is given to all readers, in a process of its own."""
    _open_the_genuine()
    for seed in seeds:
        yield _attempt(seed, corpus()[(seed - 1) % COUNT])


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many did something or said no sentence, and how long and how much memory it took to say it."""
    said = sorted(one.numbers["seconds"] for one in made if "seconds" in one.numbers)
    found = [broken("hostile files: code run, crash, hang, other file touched, or no clear sentence", made)]
    if len(said) > 1:
        slow = statistics.quantiles(said, n=100, method="inclusive")[98]
        found.append(figure(f"until it is refused, p99 of {len(said):,}", slow, "s", 0.05))
        slow = statistics.quantiles((one.numbers["work"] for one in made if "work" in one.numbers), n=100)[98]
        found.append(figure(f"processor's time until it is refused, p99 of {len(said):,}", slow, "s", 0.05))
    return (
        found
        + worst("until it is refused", made, "seconds", "s")
        + worst("memory over the start while it is opened", made, "memory", "MB", 200.0)
    )


def _open_the_genuine() -> None:
    """Who refuses everything is safe, too: what is right must open. Also imports all that is needed."""
    with tempfile.TemporaryDirectory() as folder:
        for name, reader in READERS.items():
            path = Path(folder) / name
            path.write_bytes(reader.genuine())
            reader.read(path)


def _attempt(seed: int, case: Hostile) -> Attempt:
    with tempfile.TemporaryDirectory(prefix="hostile-", ignore_cleanup_errors=True) as name:
        folder = Path(os.path.realpath(name))
        for inner in ("files", "here"):
            (folder / inner).mkdir()
        path = folder / "files" / os.fsdecode(case.name or b"hostile" + case.suffix.encode())
        case.write(path, random.Random(seed))
        disturber = _disturb(case, path)
        try:
            told, faults = _read_apart(path, folder / "here", case)
        finally:
            if disturber:
                os.kill(disturber, signal.SIGKILL)
                os.waitpid(disturber, 0)
        faults += [
            f"“{one.name}” was written"
            for one in (*folder.iterdir(), *(folder / "here").iterdir())
            if one.name not in ("files", "here")
        ]
    for one in told:
        faults += judged(case, one)
    numbers: dict[str, float] = {}
    if told:
        numbers["memory"] = max(one["memory"] for one in told) / 2**20
        refused = [one["seconds"] for one in told if one["sentence"] is not None]
        if refused and not case.disturb:
            numbers["seconds"] = max(refused)
            numbers["work"] = max(one["work"] for one in told if one["sentence"] is not None)
    return Attempt(seed, f"{case.what} ({case.suffix})", tuple(faults), numbers)


def judged(case: Hostile, one: dict[str, Any]) -> list[str]:
    """What is wrong with what a reader made of the file."""
    reader, path = one["reader"], Path(os.fsdecode(bytes.fromhex(one["path"])))
    faults = [f"as {reader}, {seen}" for seen in one["seen"]]
    if one["work"] > TOO_LONG:
        faults.append(f"as {reader}, it took {one['work']:.1f} s of the processor")
    if one["raised"] is not None:
        faults.append(f"as {reader}, it raised {one['raised']}")
    elif one["sentence"] is None and reader not in case.opens:
        faults.append(f"as {reader}, it was opened")
    elif one["sentence"] is not None:
        if case.sound and reader in case.opens:
            faults.append(f"as {reader}, it was refused: {one['sentence']}")
        wrong = fault_of(one["sentence"], path)
        faults += [] if wrong is None else [f"as {reader}, {wrong}"]
    return faults


def _disturb(case: Hostile, path: Path) -> int:
    """A process that changes the file until it is ended; 0 where there is none to be."""
    if case.disturb is None:
        return 0
    child = os.fork()
    if not child:
        while True:
            try:
                case.disturb(path)
            except OSError:
                time.sleep(0.001)  # what it was before has just gone
            if os.getppid() == 1:
                os._exit(0)
    return child


def _read_apart(path: Path, here: Path, case: Hostile) -> tuple[list[dict[str, Any]], list[str]]:
    """What all readers made of it, and what became of the process that they ran in."""
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(told)
            _read_all(path, here, tell, _DISTURBED if case.disturb else 1)
        finally:
            os._exit(1)  # whatever it is, nobody below is to go on with it
    os.close(tell)
    lines = _lines(told)
    os.close(told)
    faults = []
    if lines is None:
        os.kill(child, signal.SIGKILL)
        faults.append(f"it hangs for more than {HANGS:.0f} s")
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code and lines is not None:
        faults.append(f"the process ended with {code} in reader number {len(lines) + 1}")
    return lines or [], faults


def _lines(told: int) -> list[dict[str, Any]] | None:
    """What a process tells until it ends; None where it is silent for too long."""
    content = b""
    while select.select([told], [], [], HANGS)[0]:
        piece = os.read(told, 1 << 16)
        if not piece:
            return [json.loads(line) for line in content.split(b"\n")[:-1]]
        content += piece
    return None


def _read_all(path: Path, here: Path, tell: int, times: int) -> None:
    os.chdir(here)
    own = _memory("VmRSS")
    taken = _memory("VmData") + _MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_DATA, (taken, taken))
    audit = Audit()
    for name, reader in READERS.items():
        for _ in range(times):
            said = read(reader, path, audit, own)
            os.write(tell, json.dumps({"reader": name, "path": os.fsencode(path).hex(), **said}).encode() + b"\n")
    os._exit(0)


def read(reader: Reader, path: Path, audit: Audit, own: int) -> dict[str, Any]:
    """What one reader makes of a file: ``sentence`` or None, what it ``raised`` else, and what the audit has ``seen``.

    ``seconds`` it took, ``work`` of them by the processor, and ``memory``, the most bytes meanwhile beyond ``own``.
    """
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the most memory so far is forgotten (man 5 proc)
    sentence = raised = None
    audit.seen.clear()
    begun, worked = time.perf_counter(), time.process_time()
    try:
        with audit.watched(path):
            reader.read(path)
    except reader.refusals as problem:
        sentence = str(problem)
    except BaseException as problem:  # noqa: BLE001 - whatever it is, it is what is looked for
        raised = repr(problem)[:500]
    seconds, work = time.perf_counter() - begun, time.process_time() - worked
    memory = max(0, _memory("VmHWM") - own)
    return {
        "seconds": seconds,
        "work": work,
        "memory": memory,
        "sentence": sentence,
        "raised": raised,
        "seen": audit.seen,
    }


def _memory(name: str) -> int:
    """Bytes, as Linux tells of this process: "VmRSS" now, "VmHWM" at the most."""
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)
