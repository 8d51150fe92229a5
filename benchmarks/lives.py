"""A life of the real window in a process of its own, in which a story happens step by step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from benchmarks.figures import Figure
from benchmarks.folders import in_place_of_a_persons

if TYPE_CHECKING:
    from netbuilder.spec.project import ProjectSpec
    from netbuilder.ui.window import Window

ROOT = Path(__file__).resolve().parents[1]

Step = tuple[str, Callable[[], object]]
"""A part of the story in words, and what is asked every millisecond until it is true: then comes the next step."""

Turn = Callable[[str, float, float], None]
"""Hears of each turn of the event loop: the part, its milliseconds, and those that the window's thread computed."""


def lived(module: str, life: str = "live") -> Any:
    """Runs a function of a benchmark in a process of its own; what it prints last, as JSON. None of a person's files are used."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "BEGUN": str(time.monotonic())}
        environment |= in_place_of_a_persons(folder)
        if not environment.get("DISPLAY"):
            environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        asked = [sys.executable, "-c", f"from {module} import {life}; {life}()"]
        done = subprocess.run(asked, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def endless(project: ProjectSpec) -> ProjectSpec:
    """The same, trained for longer than anybody waits."""
    from netbuilder.spec.project import EarlyStopping

    training = replace(project.training, epochs=100_000, early_stopping=EarlyStopping(on=False))
    return replace(project, training=training)


def reached(moment: float) -> Callable[[], bool]:
    """Whether it is that late by ``time.perf_counter``."""
    return lambda: time.perf_counter() >= moment


def since_begun() -> float:
    """Seconds since the process was asked for."""
    return time.monotonic() - float(os.environ["BEGUN"])


def happen(story: Callable[[Window], Iterator[Step]], turned: Turn, end: Callable[[], object]) -> None:
    """Opens the window, goes through the story from its first picture on, prints what ``end`` returns, and ends."""
    from PySide6 import QtWidgets
    from PySide6.QtCore import QObject, Qt, QTimer, Slot
    from PySide6.QtGui import QPaintEvent

    import netbuilder.ui  # noqa: F401 - before all of Qt, as in the real program
    from netbuilder import __main__ as program

    class Teller(QObject):
        def __init__(self, window: Window) -> None:
            super().__init__(window)
            self._window, self._story = window, story(window)
            self._part, self._due = next(self._story)
            self._clock = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
            self._clock.timeout.connect(self.tick)
            self._before = time.perf_counter(), time.thread_time()
            self._clock.start()

        @Slot()
        def tick(self) -> None:
            now = time.perf_counter(), time.thread_time()
            turned(self._part, *(1000 * (late - early) for early, late in zip(self._before, now, strict=True)))
            self._before = now
            if self._due():
                try:
                    self._part, self._due = next(self._story)
                except StopIteration:
                    self._clock.stop()
                    print(json.dumps(end()), flush=True)
                    self._window.engine.close()
                    os._exit(0)

    class Lived(QtWidgets.QMainWindow):
        _teller: Teller | None = None
        painted: float | None = None

        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            if self.painted is None:
                self.painted = since_begun()
                QTimer.singleShot(0, self, self.begin)

        @Slot()
        def begin(self) -> None:
            self._teller = Teller(cast("Window", self))

    vars(QtWidgets)["QMainWindow"] = Lived  # of which the window is one
    program.main([])


def alone(measure: Callable[[], list[Figure]]) -> None:
    """Prints what one benchmark measures."""
    for one in measure():
        bar = f"   bar {one['bar']:g}" if "bar" in one else ""
        print(f"{one['what']:110} {one['figure']:9.4g} {one['unit']}{bar}")
