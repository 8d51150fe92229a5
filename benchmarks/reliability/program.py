"""One life of the whole program, from outside: it is ordered, listened to, and killed."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from benchmarks import processes
from benchmarks.programs import ROOT
from benchmarks.reliability.home import Home

PATIENCE = 120.0
"""Seconds after which what never comes is given up."""

_ENGINE_ENDS = 10.0  # seconds in which an engine must have noticed that its window is gone


class NeverCame(Exception):
    """The program did not tell what was waited for; the message says what it printed."""


class Program:
    """The program with a person's folders. Leaving its context kills it, if it lives."""

    def __init__(self, home: Home, *files: Path) -> None:
        self.heard: list[dict[str, Any]] = []
        self._errors: IO[str] = (home.path / f"errors-{time.monotonic_ns()}").open("w+", encoding="utf-8")
        self._lines: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "benchmarks.reliability.driver", *map(str, files)],
            cwd=ROOT,
            env=home.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        threading.Thread(target=self._read, name="program", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def order(self, name: str, **how: Any) -> None:
        """Orders something, and does not wait for it. Raises ``NeverCame`` where nobody is left to order."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{json.dumps({'do': name, **how})}\n")
            self._process.stdin.flush()
        except OSError as problem:
            raise NeverCame(f"it ended before “{name}”; {self.errors()}") from problem

    def ask(self, name: str, **how: Any) -> dict[str, Any]:
        """Orders something, and returns the answer. Raises ``NeverCame``."""
        before = len(self.heard)
        self.order(name, **how)
        return self.wait(lambda line: line.get("did") == name, before)

    def wait(
        self, wanted: Callable[[dict[str, Any]], object], since: int = 0, seconds: float = PATIENCE
    ) -> dict[str, Any]:
        """The first line like that, of those heard after ``since`` others. Raises ``NeverCame``."""
        end = time.monotonic() + seconds
        while True:
            for line in self.heard[since:]:
                if wanted(line):
                    return line
            since = len(self.heard)
            self._listen(end - time.monotonic())

    def until(self, holds: Callable[[dict[str, Any]], object], seconds: float = PATIENCE) -> dict[str, Any]:
        """The first state for which that holds. Raises ``NeverCame``."""
        end = time.monotonic() + seconds
        while True:
            state = self.ask("state")
            if holds(state):
                return state
            if time.monotonic() > end:
                raise NeverCame(f"the state stayed {state}; {self.errors()}")
            time.sleep(0.05)

    def kill(self) -> tuple[float, list[str]]:
        """Kills it as nothing else does; what it had told is heard. Returns when (seconds since 1970), and faults."""
        engines = self.engines()
        moment = time.time()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._hear_rest()
        return moment, _left_alive(engines)

    def terminate(self, seconds: float = 30.0) -> tuple[float, list[str]]:
        """Asks it to end (SIGTERM), as at a logout. Returns when (seconds since 1970), and faults."""
        moment = time.time()
        return moment, self._ended(lambda: self._process.send_signal(signal.SIGTERM), seconds)[1]

    def close(self, seconds: float = 30.0) -> tuple[float, list[str]]:
        """Closes its window and waits for its end. Returns the seconds that took, and faults."""
        return self._ended(lambda: self.order("close"), seconds)

    def _ended(self, ask: Callable[[], None], seconds: float) -> tuple[float, list[str]]:
        engines = self.engines()
        begun = time.monotonic()
        ask()
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGUSR1)
            time.sleep(1.0)
            return seconds, [f"it did not end within {seconds:g} s after it was asked to: {self.errors()}"]
        taken = time.monotonic() - begun
        self._hear_rest()
        faults = [] if code == 0 else [f"it ended with exit code {code}: {self.errors()}"]
        if code == 0 and any(sign in self.errors() for sign in ("Traceback", "QThread:", "Fatal Python error")):
            faults.append(f"it complained: {self.errors()}")
        return taken, faults + _left_alive(engines)

    def engines(self) -> list[int]:
        """The processes that it started and that live."""
        with suppress(OSError):
            return processes.children(self._process.pid)
        return []

    def errors(self) -> str:
        """The last that it printed on standard error."""
        self._errors.flush()
        return Path(self._errors.name).read_text(encoding="utf-8", errors="replace")[-1500:]

    def _read(self) -> None:
        assert self._process.stdout is not None
        with suppress(ValueError, OSError):
            for line in self._process.stdout:
                with suppress(ValueError):  # the last one, which a kill broke off
                    self._lines.put(json.loads(line))
        self._lines.put(None)

    def _listen(self, seconds: float) -> None:
        try:
            line = self._lines.get(timeout=max(0.001, seconds))
        except queue.Empty:
            raise NeverCame(f"it told nothing more after {self.heard[-3:]}; {self.errors()}") from None
        if line is None:
            self._lines.put(None)
            raise NeverCame(f"it ended after {self.heard[-3:]}; {self.errors()}")
        self.heard.append(line)

    def _hear_rest(self) -> None:
        with suppress(NeverCame):
            while True:
                self._listen(PATIENCE)


def _left_alive(engines: list[int]) -> list[str]:
    end = time.monotonic() + _ENGINE_ENDS
    while alive := [pid for pid in engines if is_alive(pid)]:
        if time.monotonic() > end:
            for pid in alive:
                os.kill(pid, signal.SIGKILL)
            return [f"its engine lived on for {_ENGINE_ENDS:g} s"]
        time.sleep(0.02)
    return []


def is_alive(pid: int) -> bool:
    """Whether any of its threads is there: the first may be a zombie already, while others hold locks still."""
    try:
        states = [one.joinpath("stat").read_text() for one in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return Path(f"/proc/{pid}/task").exists()  # one of them has just ended
    return any(state.rpartition(")")[2].split()[0] not in "ZX" for state in states)
