"""No sequence of actions makes an exception, a complaint of Qt, or a window that shows something else than the project."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.figures import Figure, figure, slope
from benchmarks.programs import ROOT
from benchmarks.reliability.attempts import Attempt, broken, worst
from benchmarks.reliability.home import Home, new_home
from benchmarks.reliability.monkey_zoo import stock

COUNT = 200
ACTIONS = 5_000
"""Of an attempt; the lives of the program that they need share a person's folders."""

MOST_SECONDS = 2.0  # from one action to the next
_TOLD = 60  # lines of the journal that a fault is told with: some 30 actions, each with what it was meant for
_PATIENCE = 60.0  # seconds that a life may take, and as much more as its actions may
_EACH = 0.25  # seconds
_SETTLED = 1_500  # actions after which all views have been made, and memory should stay what it is
_NOWHERE = "http://127.0.0.1:9"  # a proxy that is not there: nothing is downloaded


@dataclass(slots=True)
class _Life:
    """How a life of the program went: what it told, or what is known of its death."""

    actions: int = 0
    computed: float = 0.0
    busy: float = 0.0
    longest: float = 0.0
    faults: list[str] = field(default_factory=list)
    memory: list[tuple[int, int, int]] = field(default_factory=list)


def attempts(seeds: Sequence[int], actions: int = ACTIONS) -> Iterator[Attempt]:
    """A monkey at the whole program: where it closes the window, the program is started again."""
    for seed in seeds:
        with new_home() as home:
            yield _attempt(seed, home, actions)


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many attempts found a fault, how long the window needed at most, and whether it grows."""
    done = round(sum(one.numbers.get("actions", 0.0) for one in made))
    what = f"{done:,} random actions"
    found = [
        broken(f"{what}: exception, complaint of Qt, death, or a wrong view", made),
        *worst(f"{what}: computing of the window from one to the next", made, "busy", "s", MOST_SECONDS),
        *worst(f"{what}: from one to the next", made, "longest", "s"),
    ]
    if done:
        computed = sum(one.numbers["computed"] for one in made if "computed" in one.numbers)
        found.append(
            figure(f"{what}: computing of the program, with its starts, an action", 1e3 * computed / done, "ms")
        )
    for name, unit in (("growth", "KB"), ("objects", "objects")):
        known = [one.numbers[name] for one in made if name in one.numbers]
        if known:
            found.append(figure(f"{what}: growth of the window in 1,000, median", statistics.median(known), unit))
    return found


def _attempt(seed: int, home: Home, actions: int) -> Attempt:
    lives: list[_Life] = []
    chance = random.Random(seed)
    stock(home.work)
    while (left := actions - sum(life.actions for life in lives)) > 0:
        life = _lived(home, chance.randrange(2**31), left)
        lives.append(life)
        if life.faults:
            told = (home.path / "journal").read_text(encoding="utf-8").splitlines()[-_TOLD:]
            life.faults.append("\n    ".join(["it did last:", *told]))
            break
    numbers: dict[str, float] = {name: sum(getattr(life, name) for life in lives) for name in ("actions", "computed")}
    numbers |= {name: max(getattr(life, name) for life in lives) for name in ("busy", "longest")}
    settled = [one for one in max(lives, key=lambda life: len(life.memory)).memory if one[0] >= _SETTLED]
    if len(settled) > 5:
        each = (settled[-1][0] - settled[0][0]) / (len(settled) - 1) / 1_000
        numbers["growth"] = slope([own / 1_000 for _at, own, _objects in settled]) / each
        numbers["objects"] = slope([objects for _at, _own, objects in settled]) / each
    faults = tuple(fault for life in lives for fault in life.faults)
    return Attempt(seed, f"{actions:,} random actions in {len(lives)} lives", faults, numbers)


def _lived(home: Home, seed: int, actions: int) -> _Life:
    """One life of the program, from its start to its end."""
    asked = [str(home.work), str(seed), str(actions)]
    proxies = dict.fromkeys(("http_proxy", "https_proxy"), _NOWHERE)
    errors = home.path / "errors"
    with errors.open("w+", encoding="utf-8", errors="replace") as out:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "benchmarks.reliability.monkey_program", *asked],
            cwd=ROOT,
            env=home.environment() | proxies | {"QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
        )
        try:
            told, _nothing = process.communicate(timeout=_PATIENCE + actions * _EACH)
        except subprocess.TimeoutExpired:
            process.kill()
            told, _nothing = process.communicate()
            return _Life(faults=["it did not come to its end"])
    said = errors.read_text(encoding="utf-8", errors="replace")
    lines = told.splitlines()
    if not lines:
        return _Life(faults=[f"it died with exit code {process.returncode}: {said[-4000:]}"])
    found: dict[str, Any] = json.loads(lines[-1])
    life = _Life(*(found[name] for name in ("actions", "computed", "busy", "longest", "faults", "memory")))
    if not life.faults and (process.returncode or "Traceback" in said or "Fatal Python error" in said):
        life.faults.append(f"it ended with exit code {process.returncode}: {said[-4000:]}")
    return life
