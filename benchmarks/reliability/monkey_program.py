"""The whole program with a monkey at its window: `python -m benchmarks.reliability.monkey_program FOLDER SEED ACTIONS`.

It is `netbuilder.__main__.main` and the real window. What is done is written into the folder's `journal`, a line each;
one line of JSON says in the end how it went.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QThread, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox

from benchmarks import processes
from benchmarks.reliability.monkey_moves import Moves
from benchmarks.reliability.monkey_watch import Hooks, wrong, wrong_in_the_end, wrong_inside
from benchmarks.reliability.monkey_zoo import Zoo
from netbuilder.spec.project import ProjectSpec

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

MEMORY = 3_000_000_000
"""Bytes that the program and its engine may have each: what the monkey builds shall not take the machine's."""

_BUSY = 2.0  # seconds that the window may compute before it is ready for the next action
_LONGEST = 20.0  # seconds that may pass until then, on a machine that has other things to do
_HANGS = 120.0  # seconds after which it is said where it hangs, and it is ended
_LOOK = 10  # ms
_CLOSELY = 40  # moves from one close look to the next
_MEMORY_EVERY = 300  # moves from one look at the memory to the next
_END_WITHIN = 30.0  # seconds
_PATIENCE = 60.0  # seconds at most that two of three monkeys wait for the engine, without which there is less to do


class Monkey(QObject):
    """Does one thing after the other, also in the loops of dialogs, and then closes the window."""

    def __init__(
        self, window: Window, moves: Moves, hooks: Hooks, write: Callable[[str], None], actions: int, *, patient: bool
    ) -> None:
        super().__init__(window)
        self.busy = self.longest = 0.0  # seconds
        self.faults: list[str] = []
        self.memory: list[tuple[int, int, int]] = []  # actions, bytes of its own, objects of the window
        self._window, self._moves, self._hooks, self._write, self._wanted = window, moves, hooks, write, actions
        self._levels: list[int] = []
        self._begun, self._begun_busy, self._has_begun = 0.0, 0.0, False
        self._first = window.document.spec
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._tick)
        self._ending, self._moved = 0.0, 0
        window.document.replaced.connect(self._begin_anew)
        window.engine.ready.connect(self._note_engine)
        for scheme in ("http", "https", "file", "mailto"):
            # PySide6 6.11 takes no bytes, whatever its stubs say.
            QDesktopServices.setUrlHandler(scheme, self, "open_url")  # type: ignore[arg-type]
        if patient and not window.engine.is_ready:
            window.engine.ready.connect(self._begin)
            QTimer.singleShot(round(1e3 * _PATIENCE), self, self._begin)
        else:
            self._begin()

    @property
    def actions(self) -> int:
        """How many it has done."""
        return self._moves.actions

    @Slot(QUrl)
    def open_url(self, url: QUrl) -> None:
        """Notes what would leave the program."""
        self._write(f"would open {url.toString()}")

    @Slot()
    def _begin(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._begun, self._begun_busy = time.perf_counter(), time.thread_time()
            self._next()

    @Slot(object)
    def _note_engine(self, readiness: object) -> None:
        self._write("the engine is ready")

    @Slot(object)
    def _begin_anew(self, spec: ProjectSpec) -> None:
        self._first = spec

    def _next(self) -> None:
        self._again.start(0)

    @Slot()
    def _tick(self) -> None:
        level = QThread.currentThread().loopLevel()
        if self._levels and level <= self._levels[-1]:
            # An action waits for its own events: it is not over yet. A look each millisecond would keep the window busy.
            self._again.start(_LOOK)
            return
        if not self._window.isVisible():
            return
        self._levels.append(level)
        self._next()
        try:
            self._step()
        finally:
            self._levels.pop()

    def _step(self) -> None:
        self._look()
        if self.faults:
            self._give_up()
        elif self.actions >= self._wanted:
            self._end()
        else:
            self._moved += 1
            number = f"{self._moved}{'>' * (len(self._levels) - 1)}"
            self._write(f"{number} …")
            self._write(f"{number} {self._moves.act()}")

    def _look(self) -> None:
        busy, seconds = time.thread_time() - self._begun_busy, time.perf_counter() - self._begun
        self.busy, self.longest = max(self.busy, busy), max(self.longest, seconds)
        if busy > _BUSY or seconds > _LONGEST:
            self.faults.append(f"the window did not answer for {seconds:.1f} s, {busy:.1f} s of which it computed")
        self.faults += self._hooks.heard
        if self.faults:
            return  # it may be the looking itself that raises
        self.faults += wrong(self._window)
        if self._moved % _CLOSELY == 0 and len(self._levels) == 1 and QApplication.activePopupWidget() is None:
            self.faults += wrong_inside(self._window)
            faulthandler.dump_traceback_later(_HANGS, exit=True)
        if self._moved % _MEMORY_EVERY == 0 and len(self._levels) == 1 and not self._ending:
            objects = len(self._window.findChildren(QObject))
            self.memory.append((self.actions, processes.seen(os.getpid()).own, objects))
        self._begun, self._begun_busy = time.perf_counter(), time.thread_time()  # looking is no part of what it took

    def _end(self) -> None:
        """Closes one thing after the other: a popup, a dialog, the window."""
        popup, asked = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if not self._ending:
            self._ending = time.perf_counter()
            self._write("the end")
        if time.perf_counter() - self._ending > _END_WITHIN:
            self.faults.append(f"it can't be closed within {_END_WITHIN:g} s: {popup=}, {asked=}")
        elif popup is not None:
            popup.close()
        elif isinstance(asked, QMessageBox):
            losing = [one for one in asked.buttons() if asked.buttonRole(one) == QMessageBox.ButtonRole.DestructiveRole]
            (losing or asked.buttons())[0].click()
        elif asked is not None:
            asked.close()
        else:
            if not self._window.training.running:
                self.faults += wrong_in_the_end(self._window, self._first)
            self._write("closes the window")
            self._window.close()
            time.sleep(0.01)

    def _give_up(self) -> None:
        say(self)
        os._exit(3)


def say(monkey: Monkey, **more: Any) -> None:
    """One line for whoever listens."""
    found = {name: getattr(monkey, name) for name in ("actions", "busy", "longest", "faults", "memory")}
    found["computed"] = time.process_time()
    sys.stdout.write(f"{json.dumps(found | more)}\n")
    sys.stdout.flush()


def main() -> int:
    """Becomes the program, and tells how it went; the exit code is the program's."""
    folder, seed, actions = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    faulthandler.enable()
    faulthandler.dump_traceback_later(_HANGS, exit=True)
    hooks = Hooks()
    hooks.listen()
    from netbuilder import __main__ as program
    from netbuilder.ui import start

    zoo = Zoo(folder)
    shown: type[Window] = vars(start)["Window"]
    monkeys: list[Monkey] = []
    journal = os.open(folder.parent / "journal", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(line: str) -> None:
        os.write(
            journal, f"{' '.join(line.split())}\n".encode("utf-8", "replace")
        )  # at once: it may die of the next action

    class Driven(shown):  # type: ignore[misc, valid-type]
        def showEvent(self, event: Any) -> None:
            super().showEvent(event)
            if not monkeys:
                hooks.listen()  # before those that the program has put there meanwhile
                faulthandler.enable()
                moves = Moves(self, zoo, random.Random(seed), write)
                monkeys.append(Monkey(self, moves, hooks, write, actions, patient=seed % 3 > 0))

    vars(start)["Window"] = Driven
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    code = program.main([])
    (monkey,) = monkeys
    monkey.faults += hooks.heard
    say(monkey, code=code)
    return code


if __name__ == "__main__":
    sys.exit(main())
