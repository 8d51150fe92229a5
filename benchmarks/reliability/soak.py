"""A thousand trainings in one window: memory, open files and threads stay what they were."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from statistics import median_high

from benchmarks import processes
from benchmarks.figures import Figure, figure, slope
from benchmarks.networks import spirals
from benchmarks.real_window import Person, opened
from benchmarks.reliability.attempts import Attempt, broken

COUNT = 1_000
MOST_GROWTH = 20.0  # KB a run
_KB = 1e3


def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
    """Trainings of small networks one after the other, each with a seed of its own, and so with a model of its own."""
    with opened() as person:
        for seed in seeds:
            yield _attempt(person, seed)


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """Growth of the window, of its last two thirds of runs, and of the engine; nothing of fewer than six runs."""
    what = f"{len(made):,} trainings in one window"
    found = [broken(what, made)]
    if len(made) < 6:
        return found
    own = [one.numbers["own"] / _KB for one in made[len(made) // 3 :]]
    each = max(1, len(own) // 300)  # the slopes between all pairs of a thousand would take long
    found += [
        figure(f"{what}: growth of the window a run", slope(own[::each]) / each, "KB", MOST_GROWTH),
        *(_rise(what, made, name) for name in ("files", "threads")),
        figure(f"{what}: memory of the engine at most", max(one.numbers["engine"] for one in made) / 1e6, "MB"),
    ]
    return found


def _rise(what: str, made: Sequence[Attempt], name: str) -> Figure:
    """They may come and go, but not become more: of what comes and goes, now and then two are there at once."""
    third = len(made) // 3
    before, after = made[third : 2 * third], made[2 * third :]
    rise = median_high(one.numbers[name] for one in after) - median_high(one.numbers[name] for one in before)
    return figure(f"{what}: more {name} in the last third than in the middle", rise, name, 0.0)


def _attempt(person: Person, seed: int) -> Attempt:
    project = spirals(epochs=2).project()
    person.train(replace(project, training=replace(project.training, seed=seed)))
    person.rest(0.1)  # the last curves are drawn, and what was deleted is gone
    gc.collect()
    window = processes.seen(os.getpid())
    engines = [0]
    for child in processes.children(os.getpid()):
        with suppress(OSError):  # it has just ended
            engines.append(processes.seen(child).resident)
    seen = {"own": window.own, "files": window.files, "threads": window.threads, "engine": max(engines)}
    return Attempt(seed, "a training of two epochs", (), seen)
