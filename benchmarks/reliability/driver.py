"""The whole program with a hand inside: `python -m benchmarks.reliability.driver [FILE]`, ordered by lines of JSON.

It is `netbuilder.__main__.main` and the real window. An order such as {"do": "press", "action": "train"} does what a
person would do, and is answered by one line; what happens meanwhile is told in lines of its own.
"""

from __future__ import annotations

import faulthandler
import json
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox

from benchmarks.reliability import works
from netbuilder.events import BatchesTrained, EpochEnded, NotRecorded, RunContinued, RunEnded, RunFailed, RunPaused

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

_PAUSES = (0, 5, 50, 50, 200, 1000)  # ms between two edits
_LOOK = 20  # ms between two looks for a question


class Hands(QObject):
    """Does what it is ordered; ``_press`` is the order "press", and so on."""

    _ordered = Signal(object)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._chance = random.Random(0)
        self._roles: dict[str, str] = {}  # what is answered to questions, by a part of their text
        self._path = ""  # what is chosen in the file dialog
        self._edits = QTimer(self, singleShot=True)
        self._edits.timeout.connect(self._edit_once)
        self._saves = QTimer(self, interval=0)
        self._saves.timeout.connect(self._save_once)
        self._questions = QTimer(self, interval=_LOOK)
        self._questions.timeout.connect(self._answer_questions)
        self._questions.start()
        self._ordered.connect(self._take)
        window.training.told.connect(self._hear)
        window.training.ended.connect(self._hear_end)
        window.engine.ready.connect(self._hear_engine)
        threading.Thread(target=self._read, name="orders", daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self._ordered.emit(json.loads(line))

    @Slot(object)
    def _take(self, order: dict[str, Any]) -> None:
        name = order.pop("do")
        say({"did": name, **(getattr(self, f"_{name}")(**order) or {})})

    # Orders

    def _state(self) -> dict[str, Any]:
        document, training, messages = self._window.document, self._window.training, self._window.messages
        stored = training.stored
        checkpoint = None if stored is None else stored.get("checkpoint")
        return {
            "epochs": document.spec.training.epochs,
            "path": None if document.path is None else str(document.path),
            "modified": document.modified,
            "running": training.running,
            "ready": self._window.engine.is_ready,
            "trained": stored is not None,
            "digest": None if checkpoint is None else works.digest(checkpoint),
            "says": "" if messages.isHidden() else messages.says.text(),
            "answers": [one.text() for one in messages.answers if not one.isHidden()],
        }

    def _save(self) -> dict[str, Any]:
        """Saves, which may ask for a file or about another one."""
        return {"saved": self._window.filing.save(), **self._state()}

    def _press(self, action: str) -> None:
        getattr(self._window.actions_, action).trigger()

    def _answer(self, label: str) -> dict[str, Any]:
        """Clicks an answer in the bar of messages, if it is there."""
        shown = [one for one in self._window.messages.answers if not one.isHidden() and one.text() == label]
        for button in shown:
            button.click()
        return {"clicked": bool(shown)}

    def _plan(self, roles: dict[str, str], path: str = "") -> None:
        """What to answer to questions: by a part of their text, "accept", "destructive" or "reject"."""
        self._roles, self._path = roles, path

    def _set(self, epochs: int) -> None:
        document = self._window.document
        document.edit("epochs", works.with_epochs(document.spec, epochs))

    def _edit(self, seed: int) -> None:
        """Edits without end, in bursts and with pauses."""
        self._chance = random.Random(seed)
        self._edits.start(0)

    def _save_over(self) -> None:
        """Edits and saves without end."""
        self._saves.start()

    def _close(self) -> None:
        self._edits.stop()
        self._saves.stop()
        QTimer.singleShot(0, self._window, self._window.close)

    # What happens meanwhile

    @Slot()
    def _edit_once(self) -> None:
        number = self._window.document.spec.training.epochs + 1
        self._set(number)
        say({"edited": number, "at": time.time()})
        self._edits.start(self._chance.choice(_PAUSES))

    @Slot()
    def _save_once(self) -> None:
        document = self._window.document
        self._set(document.spec.training.epochs + 1)
        if self._window.filing.save():
            say({"saved": document.spec.training.epochs})

    @Slot(object)
    def _hear(self, event: object) -> None:
        match event:
            case BatchesTrained():
                say({"learning": event.epoch})
            case EpochEnded():
                say({"epoch": event.epoch, "metrics": dict(event.metrics)})
            case RunContinued():
                say({"continued": event.epoch})
            case RunPaused():
                say({"paused": event.epoch})
            case RunEnded():
                say({"over": event.reason, "learned": bool(event.epochs or event.part_steps)})
            case RunFailed() | NotRecorded():
                say({"failed": event.sentence})
            case _:
                pass

    @Slot()
    def _hear_end(self) -> None:
        say({"ended": self._window.training.trained_project is not None})

    @Slot()
    def _hear_engine(self) -> None:
        say({"ready": True})

    @Slot()
    def _answer_questions(self) -> None:
        asked = QApplication.activeModalWidget()
        if isinstance(asked, QMessageBox):
            role = next((role for part, role in self._roles.items() if part in asked.text()), None)
            roles = {
                QMessageBox.ButtonRole.AcceptRole: "accept",
                QMessageBox.ButtonRole.YesRole: "accept",
                QMessageBox.ButtonRole.DestructiveRole: "destructive",
                QMessageBox.ButtonRole.RejectRole: "reject",
            }
            chosen = [button for button in asked.buttons() if roles.get(asked.buttonRole(button)) == role]
            if chosen:
                say({"asked": asked.text(), "answer": role})
                QTimer.singleShot(0, asked, chosen[0].click)  # outside of this timer, which would else be held up
        elif isinstance(asked, QFileDialog) and self._path:
            QTimer.singleShot(0, asked, lambda: self._choose(asked))

    def _choose(self, asked: QFileDialog) -> None:
        # As typed: what selectFile chose, the dialog sometimes replaces when it has read the folder.
        typed = asked.findChild(QLineEdit)
        assert typed is not None
        typed.setText(self._path)
        asked.accept()


def say(what: dict[str, Any]) -> None:
    """One line for whoever listens."""
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


def main() -> int:
    """Becomes the program. SIGUSR1 lets it tell on standard error what it is doing."""
    faulthandler.register(signal.SIGUSR1)
    from netbuilder import __main__ as program
    from netbuilder.ui import start

    shown: type[Window] = vars(start)["Window"]

    class Driven(shown):  # type: ignore[misc, valid-type]
        _hands: Hands | None = None

        def showEvent(self, event: Any) -> None:
            super().showEvent(event)
            if self._hands is None:
                self._hands = Hands(self)
                QTimer.singleShot(0, self, lambda: say({"shown": str(self.document.path)}))

    vars(start)["Window"] = Driven
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    return program.main([str(Path(one)) for one in sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
