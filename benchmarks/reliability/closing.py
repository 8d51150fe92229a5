"""The window can be closed at any moment: it ends soon and as it should, and what was to be saved is saved."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import closing

from benchmarks.figures import Figure
from benchmarks.reliability import works
from benchmarks.reliability.attempts import Attempt, broken, worst
from benchmarks.reliability.home import Home, new_home
from benchmarks.reliability.program import NeverCame, Program
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import open_project, save
from netbuilder.runs.history import History

COUNT = 200
MOST_SECONDS = 2.5
NAME = "closed.netbuilder"
MOMENTS = ("just shown", "edited", "just pressed Train", "preparing", "learning", "paused", "trained")

_FIRST = 10  # epochs of the project as it is in the file
_ALL_DAY = 500_000  # epochs


def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
    """Lives of the whole program; each is closed at a moment of its own, and what it asks is answered by chance."""
    with new_home() as home:
        for seed in seeds:
            chance = random.Random(seed)
            moment, saves = MOMENTS[seed % len(MOMENTS)], chance.random() < 0.6
            what = f"closed while {moment}, unsaved work {'saved' if saves else 'dropped'}"
            try:
                yield _attempt(seed, home, chance, moment, saves=saves, what=what)
            except NeverCame as problem:
                yield Attempt(seed, what, (str(problem),))


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many did not end as they should, and how long the longest took."""
    what = "closed at any moment: an exit code, a loss, or litter"
    return [
        broken(what, made),
        *worst("closed at any moment: until the process has ended", made, "seconds", "s", MOST_SECONDS),
    ]


def _attempt(seed: int, home: Home, chance: random.Random, moment: str, *, saves: bool, what: str) -> Attempt:
    path = home.work / NAME
    save(path, Contents(works.learner(_FIRST)))
    with Program(home, path) as program:
        program.wait(lambda line: "shown" in line)
        leaving = "accept" if saves else "destructive"
        later = chance.random() < 0.5
        stopping = "accept" if later else "destructive"
        program.ask("plan", roles={"Save the changes": leaving, "A network is being trained": stopping})
        wanted = _FIRST
        if moment == "just shown":
            time.sleep(chance.uniform(0.0, 1.0))
        else:
            program.until(lambda state: state["path"] == str(path))
            wanted = _ALL_DAY - chance.randrange(1_000) if moment != "trained" else 20 + chance.randrange(100)
            program.ask("set", epochs=wanted)
            _come_to(program, moment, chance)
        seconds, faults = program.close()
        trained = any(line["learned"] for line in program.heard if "over" in line)
        reached = max((line["epoch"] for line in program.heard if "epoch" in line), default=0)
        left = any("being trained" in line.get("asked", "") for line in program.heard) and later and not trained
    found = open_project(path)
    expected = works.with_epochs(works.learner(_FIRST), wanted if saves else _FIRST)
    if found.project != expected:
        faults.append(f"the file has {found.project.training.epochs} epochs, not {expected.training.epochs}")
    if (found.trained is not None) != (trained and saves):
        faults.append(
            "the file lacks its network" if found.trained is None else "the file has a network that is not its"
        )
    faults += _history_faults(home, reached, left=left)
    faults += [f"“{one}” was left behind" for one in home.litter(NAME)]
    return Attempt(seed, what, tuple(faults), {"seconds": seconds})


def _come_to(program: Program, moment: str, chance: random.Random) -> None:
    """Lets the program come to that moment, and a little further."""
    if moment == "edited":
        time.sleep(chance.uniform(0.0, 6.0))
        return
    if moment != "just pressed Train":
        program.until(lambda state: state["ready"])
    program.ask("press", action="train")
    match moment:
        case "learning":
            program.wait(lambda line: "learning" in line)
            time.sleep(chance.uniform(0.0, 2.0))
        case "paused":
            program.wait(lambda line: "learning" in line)
            program.ask("press", action="pause")
            program.wait(lambda line: "paused" in line)
        case "trained":
            program.wait(lambda line: "ended" in line)
            time.sleep(chance.uniform(0.0, 0.2))
        case _:
            time.sleep(chance.uniform(0.0, 0.8))


def _history_faults(home: Home, reached: int, *, left: bool) -> list[str]:
    """A run that was ``left`` for later must wait with all but its last epoch, another one must have ended."""
    if not home.history.exists():
        return [f"a run of {reached} epochs is not in the history"] if reached else []
    with closing(History(home.history)) as history:
        runs = history.runs()
        history.delete([run.uid for run in runs])
        history.sweep()
    wanted = "interrupted" if left else "ended"
    faults = [f"a run of {run.epochs} epochs is {run.state}, not {wanted}" for run in runs if run.state != wanted]
    known = max((run.epochs for run in runs), default=0)
    return faults if known >= reached - 1 else [*faults, f"of {reached} epochs the history has {known}"]
