"""Two programs with one history and one project: nothing is lost, and nothing is overwritten without a word."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.reliability import works
from benchmarks.reliability.attempts import Attempt, broken
from benchmarks.reliability.home import Home, new_home
from benchmarks.reliability.program import NeverCame, Program
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import CannotOpen, open_project, save
from netbuilder.runs.history import History

COUNT = 20
NAME, COPY, RESCUED = "shared.netbuilder", "copy.netbuilder", "rescued.netbuilder"
_FIRST, _FOREIGN = 10, 999  # epochs of the file, and of what a third program puts in its place


def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
    """Pairs of programs that open, edit, train and save at the same time."""
    for seed in seeds:
        with new_home() as home:
            what = "two programs with one project and one history"
            try:
                yield Attempt(seed, what, tuple(_attempt(home, random.Random(seed))))
            except NeverCame as problem:
                yield Attempt(seed, what, (str(problem),))


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many lost something."""
    return [broken("two programs, one history, one project: something lost or overwritten without a word", made)]


def _attempt(home: Home, chance: random.Random) -> list[str]:
    path = home.work / NAME
    save(path, Contents(works.learner(_FIRST)))
    ours, theirs = 20 + chance.randrange(200), 300 + chance.randrange(200)
    with Program(home, path) as one:
        one.until(lambda state: state["path"] == str(path))
        with Program(home, path) as other:
            state = other.until(lambda state: state["says"])
            faults = [] if "already open" in state["says"] else [f"the second one says “{state['says']}”"]
            faults += [] if state["path"] is None else ["both can save to the file"]
            _train_both(one, ours, other, theirs, chance.uniform(0.0, 2.0))
            faults += _save_both(home, one, other)
            faults += _replaced_by_a_third(home, one, path)
            for program in (one, other):
                program.ask("plan", roles={"Save the changes": "destructive"})
                faults += program.close()[1]
    faults += _files(home, path, ours, theirs)
    faults += _runs(home, [ours, theirs])
    return faults + [f"“{one}” was left behind" for one in home.litter(NAME, COPY, RESCUED)]


def _train_both(one: Program, ours: int, other: Program, theirs: int, apart: float) -> None:
    for program in (one, other):
        program.until(lambda state: state["ready"])
    one.ask("set", epochs=ours)
    one.order("press", action="train")
    time.sleep(apart)
    other.ask("set", epochs=theirs)
    other.order("press", action="train")
    for program in (one, other):
        program.wait(lambda line: "ended" in line)


def _save_both(home: Home, one: Program, other: Program) -> list[str]:
    """The second one may not take the first one's file, and can save beside it."""
    faults = []
    other.ask("plan", roles={"already exists": "accept", "replace": "accept"}, path=str(home.work / NAME))
    refused = other.ask("save")
    if refused["saved"] or "already open" not in refused["says"]:
        faults.append(f"the second one saved over the first one's file: {refused}")
    other.ask("plan", roles={}, path=str(home.work / COPY))
    copied, saved = other.ask("save"), one.ask("save")
    if not copied["saved"]:
        faults.append(f"the second one can't save its copy under another name: {copied}")
    return faults if saved["saved"] else [*faults, f"the first one can't save to its own file: {saved}"]


def _replaced_by_a_third(home: Home, one: Program, path: Path) -> list[str]:
    """A third program puts another file in its place, which the first one notices before it saves."""
    one.ask("set", epochs=one.ask("state")["epochs"] + 1)
    save(path, Contents(works.learner(_FOREIGN)))
    one.ask("plan", roles={"was changed by another program": "accept"}, path=str(home.work / RESCUED))
    asked = len(one.heard)
    if not one.ask("save")["saved"]:
        return ["what the third one's file stands in the way of can't be saved elsewhere"]
    return [] if any("asked" in line for line in one.heard[asked:]) else ["nobody was asked about the third one's file"]


def _files(home: Home, path: Path, ours: int, theirs: int) -> list[str]:
    wanted = {path: _FOREIGN, home.work / COPY: theirs, home.work / RESCUED: ours + 1}
    faults = []
    for one, epochs in wanted.items():
        try:
            found = open_project(one)
        except CannotOpen as problem:
            faults.append(str(problem))
            continue
        if found.project.training.epochs != epochs:
            faults.append(f"“{one.name}” has {found.project.training.epochs} epochs, not {epochs}")
        if found.trained is None and one != path:
            faults.append(f"“{one.name}” has lost its network")
    return faults


def _runs(home: Home, epochs: list[int]) -> list[str]:
    with closing(History(home.history)) as history:
        found = sorted((run.epochs, run.state) for run in history.runs())
    wanted = sorted((count, "ended") for count in epochs)
    return [] if found == wanted else [f"the history has {found}, not {wanted}"]
