"""A program that is killed while it saves leaves the old project or the new one, whole, and no litter after a restart."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.reliability import works
from benchmarks.reliability.attempts import Attempt, broken
from benchmarks.reliability.home import Home, new_home
from benchmarks.reliability.program import NeverCame, Program
from netbuilder import disk
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import CannotOpen, open_project, save

COUNT = 1_000
WHOLE = 25
"""Every so many seeds, the whole program is killed rather than a process that does nothing but save."""

NAME = "saved.netbuilder"

Save = Callable[[Path, Contents], object]


def keep_previous(path: Path, contents: Contents) -> None:
    """As the program saves."""
    save(path, contents, keep_previous=True)


def attempts(seeds: Sequence[int], saves: Save = keep_previous) -> Iterator[Attempt]:
    """Kills, each at a moment within some two and a half saves, from the first byte to the last. The next begins there."""
    with new_home() as home:
        path = home.work / NAME
        begun = time.perf_counter()
        saves(path, works.numbered(1))
        lasts = time.perf_counter() - begun
        for seed in seeds:
            chance = random.Random(seed)
            if seed % WHOLE:
                yield _saving_alone(seed, path, 2.5 * lasts * chance.random(), saves)
            else:
                yield _whole_program(seed, home, path, 2.5 * lasts * chance.random())
            if number_of(path) is None:  # the next attempt shall be judged by itself
                saves(path, works.numbered(1))


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many were torn or left litter."""
    return [broken("killed while saving: torn file, or litter after a restart", made)]


def judged(before: int, said: Sequence[int], found: int | None, kept: int | None, litter: Sequence[str]) -> list[str]:
    """What is wrong with what a kill left. ``said`` are the saves that had returned, ``kept`` is the version before."""
    newest = max([before, *said])
    faults = []
    if found is None:
        faults.append("the file is torn")
    elif found not in (newest, newest + 1):
        faults.append(f"the file holds save {found}, after save {newest} had returned")
    if kept is None:
        faults.append("the version before is torn")
    elif found is not None and kept not in (found - 1, found):
        faults.append(f"the version before is save {kept}, that of the file is {found}")
    return faults + [f"“{one}” was left behind" for one in litter]


def number_of(path: Path) -> int | None:
    """Which save the file holds; None where it can't be opened, or holds parts of several."""
    try:
        return works.number_in(open_project(path))
    except CannotOpen:
        return None


def _saving_alone(seed: int, path: Path, moment: float, saves: Save) -> Attempt:
    before = number_of(path) or 0
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        _save_until_killed(path, before, tell, saves)
    os.close(tell)
    time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(told, "rb") as lines:
        said = [int(line) for line in lines.read().split(b"\n")[:-1]]
    disk.sweep(path.parent)  # what opening a project does first
    litter = [one.name for one in path.parent.iterdir() if one.name not in (NAME, f"{NAME}~")]
    faults = judged(before, said, number_of(path), _version_before(path), litter)
    return Attempt(seed, f"killed after {moment:.4f} s and {len(said)} saves", tuple(faults))


def _save_until_killed(path: Path, before: int, tell: int, saves: Save) -> None:
    try:
        for number in count(before + 1):
            saves(path, works.numbered(number))
            os.write(tell, b"%d\n" % number)
    finally:
        os._exit(1)


def _whole_program(seed: int, home: Home, path: Path, moment: float) -> Attempt:
    what = f"the whole program, killed {moment:.4f} s after a save"
    before = number_of(path) or 0
    try:
        with Program(home, path) as program:
            program.wait(lambda line: "shown" in line)
            program.order("save_over")
            program.wait(lambda line: "saved" in line)
            time.sleep(moment)
            _when, faults = program.kill()
            said = [line["saved"] for line in program.heard if "saved" in line]
        with Program(home, path) as program:
            program.wait(lambda line: "shown" in line)
            program.until(lambda state: state["path"] == str(path))
            found = program.ask("state")["epochs"]
            if program.ask("answer", label="Discard…")["clicked"]:  # an edit that no save came after
                program.ask("answer", label="Discard")
            faults += program.close()[1]
    except NeverCame as problem:
        return Attempt(seed, what, (str(problem),))
    kept = open_project(disk.previous_of(path)).project.training.epochs
    faults += judged(before, said, found, kept, home.litter(NAME))
    for one in (disk.previous_of(path), path):  # as the others have it: the network bears the number, too
        save(one, works.numbered(found))
    return Attempt(seed, what, tuple(faults))


def _version_before(path: Path) -> int | None:
    kept = disk.previous_of(path)
    return number_of(kept) if kept.exists() else (number_of(path) or 1) - 1
