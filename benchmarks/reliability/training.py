"""A training that is interrupted goes on: at most one epoch is made again, and it ends in the very same bits."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import real_window
from benchmarks.figures import Figure
from benchmarks.reliability import works
from benchmarks.reliability.attempts import Attempt, broken, worst
from benchmarks.reliability.home import Home, new_home
from benchmarks.reliability.program import NeverCame, Program
from netbuilder.events import EpochEnded, RunContinued
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import save
from netbuilder.runs.history import History

COUNT = 200
WHOLE = 4
"""Every so many seeds, the whole program is killed rather than its engine."""

EPOCHS = 600
_OFFERED = 20.0  # seconds in which a run that was interrupted must be offered
NAME = "trained.netbuilder"


@dataclass(frozen=True, slots=True)
class Course:
    """What a run came to: digests of its state and of its curve, by the epochs that happened to the network in the end.

    ``repeated`` is how many epochs were made again where it went on, the one that was broken off among them.
    """

    state: str
    curve: str
    epochs: tuple[int, ...]
    repeated: int = 0


def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
    """Kills, each at a moment between the click on Train and the end of the undisturbed run."""
    project = works.learner(EPOCHS)
    with new_home() as home, real_window.opened() as person:
        save(home.work / NAME, Contents(project))
        _course(person, None)  # reads the data and compiles, so that the next one takes as long as the others
        begun = time.perf_counter()
        undisturbed = _course(person, None)
        lasts = time.perf_counter() - begun
        for seed in seeds:
            moment = random.Random(seed).uniform(0.0, lasts)
            who = "the engine" if seed % WHOLE else "the whole program"
            what = f"{who} killed {moment:.3f} s after the click on Train"
            try:
                if seed % WHOLE:
                    course, faults = _course(person, moment), list[str]()
                else:
                    course, faults = _taken_up(home, home.work / NAME, moment)
            except (NeverCame, real_window.NeverCame) as problem:
                yield Attempt(seed, what, (str(problem),))
                continue
            faults += judged(undisturbed, course)
            yield Attempt(seed, what, tuple(faults), {"repeated": course.repeated})


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many ended in other weights or lost more than an epoch."""
    return [
        broken("killed while training: another result, more than an epoch lost, or litter", made),
        *worst("killed while training: epochs made again", made, "repeated", "epochs", 1.0),
    ]


def judged(undisturbed: Course, course: Course) -> list[str]:
    """In what a run that was interrupted is not the one that was not."""
    faults = []
    if course.state != undisturbed.state:
        faults.append("its weights, its optimizer or its random numbers are not those of the undisturbed run")
    if course.epochs != undisturbed.epochs:
        faults.append(f"it has {len(course.epochs)} epochs instead of {len(undisturbed.epochs)}")
    elif course.curve != undisturbed.curve:
        faults.append("its curve is not that of the undisturbed run")
    if course.repeated > 1:
        faults.append(f"{course.repeated} epochs were made again")
    return faults


def course_of(told: Sequence[tuple[str, int, Any]], state: str, reached: int = 0) -> Course:
    """Made of ("epoch", number, metrics) and ("continued", number, None); ``reached``: the last epoch told before."""
    epochs: dict[int, Any] = {}
    repeated = 0
    for kind, number, metrics in told:
        if kind == "epoch":
            epochs[number], reached = metrics, max(reached, number)
        else:
            repeated = max(repeated, reached - number)
            epochs = {one: values for one, values in epochs.items() if one <= number}
    return Course(state, works.curve(epochs), tuple(sorted(epochs)), repeated)


def _course(person: real_window.Person, moment: float | None) -> Course:
    """A run in this window, whose engine is killed at that moment."""
    window = person.window
    person.failure = None
    person.wait(lambda: window.engine.is_ready, "the engine")
    person.begin(works.learner(EPOCHS))
    if moment is not None:
        person.rest(moment)
        pid = window.engine.worker.pid
        if window.training.running and pid is not None:
            os.kill(pid, signal.SIGKILL)
    person.wait(lambda: not window.training.running, "the end of a run")
    told = [_told(event) for event in person.events if isinstance(event, EpochEnded | RunContinued)]
    stored = window.training.stored
    assert stored is not None
    return course_of(told, works.digest(stored["checkpoint"]))


def _told(event: EpochEnded | RunContinued) -> tuple[str, int, Any]:
    if isinstance(event, EpochEnded):
        return "epoch", event.epoch, dict(event.metrics)
    return "continued", event.epoch, None


def _taken_up(home: Home, path: Path, moment: float) -> tuple[Course, list[str]]:
    """A run whose whole program is killed at that moment after it began to learn, and the next one goes on with it."""
    with Program(home, path) as program:
        program.until(lambda state: state["path"] == str(path) and state["ready"])
        program.ask("press", action="train")
        time.sleep(moment)
        _when, faults = program.kill()
        before = [line["epoch"] for line in program.heard if "epoch" in line]
        over = any("over" in line for line in program.heard)
    with closing(History(home.history)) as history:
        newest = next(iter(history.runs()), None)
    with Program(home, path) as program:
        program.until(lambda state: state["path"] == str(path) and state["ready"])
        if program.ask("answer", label="Discard…")["clicked"]:  # the network, where the run was over
            program.ask("answer", label="Discard")
        taken_up = newest is not None and newest.state == "interrupted"
        if taken_up:
            program.until(lambda _state: program.ask("answer", label="Go on")["clicked"], _OFFERED)
        else:  # nothing of it was on the disk, or all
            program.order("press", action="train")
        program.wait(lambda line: "ended" in line)
        state = program.until(lambda state: not state["running"])
        told = [
            ("epoch", line["epoch"], line["metrics"]) if "epoch" in line else ("continued", line["continued"], None)
            for line in program.heard
            if "epoch" in line or "continued" in line
        ]
        program.ask("plan", roles={"Save the changes": "destructive"})
        faults += program.close()[1]
    if not taken_up and not over and len(before) > 1:
        faults.append(f"it had trained {len(before)} epochs and is not offered to go on")
    with closing(History(home.history)) as history:
        if any(run.state != "ended" for run in history.runs()):
            faults.append("a run of the history has not ended")
        history.delete([run.uid for run in history.runs()])
        history.sweep()
    faults += [f"“{one}” was left behind" for one in home.litter(NAME)]
    return course_of(told, state["digest"] or "", max(before, default=0) if taken_up else 0), faults
