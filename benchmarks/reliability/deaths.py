"""Whatever the engine dies of, the window lives on, says so in a sentence within a second, and has another engine soon."""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QTimer

from benchmarks import processes
from benchmarks.figures import Figure
from benchmarks.real_window import NeverCame, Person, opened
from benchmarks.reliability import works
from benchmarks.reliability.attempts import Attempt, broken, worst
from benchmarks.reliability.program import is_alive
from netbuilder.worker import process
from netbuilder.worker.program import command

COUNT = 500
MOST_SECONDS = 1.0
EPOCHS = 300
KINDS = ("SIGKILL", "SIGSEGV", "SIGABRT", "SIGBUS", "memory", "hang", "flood", "endless line")
"""What the engine dies of, or what is done to it: a flood on its standard error kills nothing."""

_SILENT = 3.0  # seconds of silence by which a frozen engine is known here; 20 in the program, which would take too long
_FLOOD = 100_000_000  # bytes
_MOST_MEMORY = 64e6  # bytes that the window may grow by, while 100 MB are poured into its pipe
_ALL_DAY = 1_000_000  # epochs
_LITTLE = 150_000_000  # bytes at most that an engine gets, which needs more

_FLOODING = """
import os, sys
kind, size, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
if not os.fork():
    try:
        line = b"x" * 65535 + (b"\\n" if kind == "flood" else b"x")
        for _part in range(size // len(line)):
            os.write(2, line)
    finally:
        os._exit(0)
os.execv(command[0], command)
"""


def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
    """Deaths in one window, each while the engine rests, prepares or trains. Raises ``NeverCame`` if no engine starts."""
    with opened() as person:
        _train(person)  # the network before must be the one that comes back
        for seed in seeds:
            try:
                yield _attempt(person, seed)
            except NeverCame as problem:
                yield Attempt(seed, kind_of(seed), (f"the window waits in vain for {problem}",))
            finally:
                vars(process)["command"] = command
                person.failure = None


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many the window did not live through, and how late it said so."""
    return [
        broken("death of the engine: no sentence, no new engine, or another network", made),
        *worst("death of the engine: until the sentence stands in the window", made, "seconds", "s", MOST_SECONDS),
        *worst("death of the engine: until another one is ready", made, "ready", "s"),
        *worst("flood of 100 MB from the engine: growth of the window", made, "growth", "MB", _MOST_MEMORY / 1e6),
        *worst("death or flood: longest pause of the window", made, "pause", "ms"),
    ]


def kind_of(seed: int) -> str:
    """What happens in the attempt of that seed; each kind comes as often as the others."""
    return KINDS[seed % len(KINDS)]


def _attempt(person: Person, seed: int) -> Attempt:
    chance, kind, window = random.Random(seed), kind_of(seed), person.window
    pauses = _Pauses()
    person.wait(lambda: window.engine.is_ready, "the engine before it")
    if kind in ("flood", "endless line"):
        return _flooded(person, seed, kind, pauses)
    trains = kind != "memory" and chance.random() < 0.6
    if trains:
        person.begin(works.learner(_ALL_DAY))
    person.rest(chance.uniform(0.0, 1.5))
    window.messages.dismiss()
    pid, kept = window.engine.worker.pid, window.training.stored
    assert pid is not None
    what = f"{kind} while it {'trains' if trains else 'rests'}"
    begun = _strike(person, pid, kind, chance)
    said = _await_sentence(person)
    seconds = time.perf_counter() - begun
    faults: list[str] = []
    another = kind != "memory" or not is_alive(pid)
    _wait(person, lambda: window.engine.is_ready and (window.engine.worker.pid != pid or not another), "another engine")
    numbers = {"seconds": seconds, "ready": time.perf_counter() - begun}
    if window.training.running:
        window.actions_.stop.trigger()
        person.wait(lambda: not window.training.running, "the end of a stopped run")
    elif not trains and window.training.stored is not kept:
        faults.append("the network of before is no longer the current one")
    if not another:  # it lived through it: its limit must not stay
        window.engine.replace()
        _wait(person, lambda: not window.engine.is_ready, "the end of an engine")
        _wait(person, lambda: window.engine.is_ready, "an engine without a limit")
    faults += _answers(person)
    return Attempt(seed, f"{what} (“{said}”)", tuple(faults), numbers | {"pause": pauses.longest()})


def _flooded(person: Person, seed: int, kind: str, pauses: _Pauses) -> Attempt:
    """An engine that starts beside a flood of its output, trains, and tells what it learned."""
    window, before = person.window, processes.seen(os.getpid()).own
    vars(process)["command"] = lambda: [sys.executable, "-c", _FLOODING, kind, str(_FLOOD), *command()]
    pid = window.engine.worker.pid
    window.engine.replace()
    _wait(person, lambda: window.engine.worker.pid not in (None, pid), "an engine beside the flood")
    vars(process)["command"] = command  # for the next one
    most = [before]
    watch = QTimer(interval=20)
    watch.timeout.connect(lambda: most.append(processes.seen(os.getpid()).own))
    watch.start()
    _wait(person, lambda: window.engine.is_ready, "the engine")
    _train(person)
    watch.stop()
    growth = max(most) - before
    faults = [f"the window grew by {growth / 1e6:.0f} MB"] if growth > _MOST_MEMORY else []
    numbers = {"growth": growth / 1e6, "pause": pauses.longest()}
    return Attempt(seed, kind, tuple(faults + _answers(person)), numbers)


def _strike(person: Person, pid: int, kind: str, chance: random.Random) -> float:
    """Lets the engine die of that. Returns when it began to die; where that takes its time, when that was over."""
    training = person.window.training
    match kind:
        case "memory":
            taken = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
            allowed = taken + chance.randrange(_LITTLE)
            resource.prlimit(pid, resource.RLIMIT_AS, (allowed, allowed))
            person.begin(works.hungry())
            _wait(person, lambda: not is_alive(pid) or not training.running, "an end of the engine or of its run")
        case "hang":
            vars(vars(person.window.engine.worker)["_process"])["_silent_seconds"] = _SILENT
            os.kill(pid, signal.SIGSTOP)
            _wait(person, lambda: not is_alive(pid), "the end of an engine that hangs")
        case _:
            begun = time.perf_counter()
            os.kill(pid, getattr(signal, kind))
            return begun
    return time.perf_counter()


def _wait(person: Person, due: Callable[[], object], what: str) -> None:
    """As the person waits, but a run that fails is no end of it: a failure is what is looked for."""

    def calm() -> object:
        person.failure = None
        return due()

    person.wait(calm, what)


def _await_sentence(person: Person) -> str:
    messages = person.window.messages
    _wait(person, lambda: not messages.isHidden() and messages.says.text(), "a sentence")
    return messages.says.text()


def _train(person: Person) -> None:
    """Trains a network to its end."""
    person.begin(works.learner(EPOCHS))
    person.wait(lambda: not person.window.training.running, "the end of a run")


def _answers(person: Person) -> list[str]:
    """What is wrong with the network that the window has now: it must answer."""
    import numpy as np

    found: list[object] = []
    window = person.window
    if window.training.stored is None:
        return ["the network of before is gone"]
    window.trying.answered.connect(found.append)
    try:
        window.trying.ask(np.zeros(2, np.float32))
        person.wait(lambda: found, "an answer of the network")
    finally:
        window.trying.answered.disconnect(found.append)
    return []


class _Pauses:
    """How long the window's event loop was held up at the most."""

    def __init__(self) -> None:
        self._clock, self._longest = QElapsedTimer(), 0
        self._timer = QTimer(interval=5)
        self._timer.timeout.connect(self._look)
        self._clock.start()
        self._timer.start()

    def _look(self) -> None:
        self._longest = max(self._longest, self._clock.restart())

    def longest(self) -> float:
        """In milliseconds."""
        self._timer.stop()
        return float(self._longest)
