"""The real window with the real engine, for benchmarks that press its buttons: offscreen where there is no screen."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.folders import in_place_of_a_persons
from benchmarks.programs import Run
from netbuilder.events import EpochEnded, RunEnded, RunFailed
from netbuilder.spec.project import ProjectSpec

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

PATIENCE = 120.0
"""Seconds after which what never comes is given up; no figure."""


class NeverCame(Exception):
    """What a benchmark waited for did not happen; the message says what."""


class Person:
    """Does with the window what a person does, and waits with the event loop running."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.events: list[Any] = []
        self.failure: RunFailed | None = None
        window.training.told.connect(self._hear)

    def wait(self, due: Callable[[], object], what: str) -> None:
        """Until ``due()`` is true, asked after every event and at least 50 times a second. Raises ``NeverCame``.

        Not more often: the window shares the cores with a training, and so does whoever waits.

        A run that fails ends the wait, too: a figure of it would say nothing.
        """
        from PySide6.QtCore import QEventLoop, QTimer
        from PySide6.QtWidgets import QApplication

        waker = QTimer(interval=20)
        waker.start()
        end = time.perf_counter() + PATIENCE
        while not due():
            if self.failure is not None:
                raise NeverCame(f"{what}: {self.failure.sentence}\n{self.failure.details}")
            if time.perf_counter() > end:
                raise NeverCame(what)
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        waker.stop()

    def rest(self, seconds: float) -> None:
        """Lets the window do what it has to do for so long."""
        end = time.perf_counter() + seconds
        self.wait(lambda: time.perf_counter() >= end, "the end of a rest")

    def begin(self, project: ProjectSpec) -> None:
        """Opens the project and presses Train at once: nothing of it is prepared yet."""
        self.window.document.replace(project, None)
        self.press_train()

    def press_train(self) -> None:
        """Presses Train; what was heard of earlier runs is forgotten."""
        self.events.clear()
        self.window.actions_.train.trigger()

    def train(self, project: ProjectSpec) -> Run:
        """Trains it to its end; the run's seconds are those from the click on Train until the window is ready again."""
        begun = time.perf_counter()
        self.begin(project)
        self.wait(lambda: not self.window.training.running, "the end of a run")
        seconds = time.perf_counter() - begun
        end = next(event for event in self.events if isinstance(event, RunEnded))
        return Run([event.seconds for event in self.events if isinstance(event, EpochEnded)], seconds, dict(end.test))

    def _hear(self, event: object) -> None:
        self.events.append(event)
        if isinstance(event, RunFailed):
            self.failure = event


@contextmanager
def opened() -> Iterator[Person]:
    """A window with preferences of its own, its engine ready."""
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ.update(in_place_of_a_persons(folder))
        from PySide6.QtWidgets import QApplication

        from netbuilder.ui import start

        app = QApplication.instance() or QApplication(["netbuilder"])
        assert isinstance(app, QApplication)
        window = start.opened(app, Path(folder) / "preferences.ini")
        window.show()
        person = Person(window)
        try:
            person.wait(lambda: window.engine.is_ready, "the engine")
            yield person
        finally:
            window.engine.close()
            window.hide()
