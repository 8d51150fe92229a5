"""A program that is killed while a project is edited costs no more than the last five seconds, and leaves no litter.

One that is asked to end (SIGTERM) costs nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.figures import Figure
from benchmarks.reliability import works
from benchmarks.reliability.attempts import Attempt, broken, worst
from benchmarks.reliability.home import Home, new_home
from benchmarks.reliability.program import NeverCame, Program
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import open_project, save

COUNT = 200
MOST_LOST = 5.0  # seconds
NAME = "edited.netbuilder"


def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
    """Lives of the whole program, each killed 0 to 12 s after its first edit; the next offers what was kept, and saves it.

    Every fourth is asked to end instead.
    """
    with new_home() as home:
        for seed in seeds:
            save(home.work / NAME, Contents(works.learner(10)))
            moment = random.Random(seed).uniform(0.0, 12.0)
            what = f"{'asked to end' if _is_asked(seed) else 'killed'} {moment:.2f} s after the first edit"
            try:
                yield _attempt(seed, home, moment, what)
            except NeverCame as problem:
                yield Attempt(seed, what, (str(problem),))


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many lost more, and the most that was lost."""
    return [
        broken("killed while editing: more than 5 s lost, or litter after a restart", made),
        *worst("killed while editing: edits lost", made, "lost", "s", MOST_LOST),
    ]


def lost(edits: Mapping[int, float], killed: float, found: int) -> float:
    """For how many seconds before the kill edits are lost; ``edits`` has the times of the edits by their numbers."""
    missing = [when for number, when in edits.items() if number > found]
    return killed - min(missing) if missing else 0.0


def _is_asked(seed: int) -> bool:
    """Whether the program is asked to end, rather than killed."""
    return seed % 4 == 0


def _attempt(seed: int, home: Home, moment: float, what: str) -> Attempt:
    path = home.work / NAME
    with Program(home, path) as program:
        program.wait(lambda line: "shown" in line)
        program.until(lambda state: state["path"] == str(path))
        program.order("edit", seed=seed)
        program.wait(lambda line: "edited" in line)
        time.sleep(moment)
        killed, faults = program.terminate() if _is_asked(seed) else program.kill()
        edits = {line["edited"]: line["at"] for line in program.heard if "edited" in line}
    faults += (
        [] if open_project(path).project == works.learner(10) else ["the file is another one, though nobody saved"]
    )
    with Program(home, path) as program:
        program.wait(lambda line: "shown" in line)
        program.until(lambda state: state["path"] == str(path))
        if program.ask("answer", label="Recover")["clicked"]:
            program.ask("press", action="save")
        state = program.until(lambda state: not state["modified"])
        faults += program.close()[1]
    gone = lost(edits, killed, state["epochs"])
    if gone >= MOST_LOST or (_is_asked(seed) and gone > 0):
        faults.append(f"edits of the last {gone:.1f} s are lost")
    if open_project(path).project != works.with_epochs(works.learner(10), state["epochs"]):
        faults.append("what was recovered and saved is not what was edited")
    faults += [f"“{one}” was left behind" for one in home.litter(NAME)]
    return Attempt(seed, what, tuple(faults), {"lost": gone})
