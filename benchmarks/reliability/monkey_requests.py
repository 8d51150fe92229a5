"""What a monkey asks of the program: its actions, its docks, and what its dialogs want to know."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QPushButton, QWidget

from benchmarks.reliability import monkey_fingers as fingers
from benchmarks.reliability.monkey_sight import told_dialog
from benchmarks.reliability.monkey_zoo import Zoo

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

_RARELY = 15  # of so many times that it could end the program, or dress all of it anew, it does once
_SELDOM = 5  # … and of so many that it could end the engine, which takes as long as a thousand actions to start
_NAPS = 20  # of 50 ms, that a rest takes at most


class Requests:
    """Moves that the program offers; all that they leave to chance follows from ``chance``."""

    def __init__(self, window: Window, hand: fingers.Fingers, zoo: Zoo, chance: random.Random) -> None:
        self._window, self._hand, self._zoo, self._chance = window, hand, zoo, chance

    def use_shortcut(self, stage: QWidget) -> str:
        """Presses the keys of an action, which may not be possible now."""
        known = [(one, keys, keys.toString()) for one in self._actions() for keys in one.shortcuts()]
        action, keys, told = self._chance.choice([one for one in known if _on_keyboard(one[2])])
        if self._spared(action):
            return "nothing"
        told = f"{told} ({action.text()})"
        combination = keys[0]  # type: ignore[index]  # which PySide6 does not tell of
        self._hand.press(combination.key(), combination.keyboardModifiers())
        return told

    def trigger(self, stage: QWidget) -> str:
        """Asks for something that is possible now."""
        return self._trigger_one([one for one in self._actions() if one.isEnabled()])

    def attend_run(self, stage: QWidget) -> str:
        """Begins a run, and mostly waits until it learns; or steps, pauses and, now and then, ends one."""
        act = self._window.actions_
        if not self._window.training.running:
            begun = self._trigger_one([one for one in (act.train, act.step, *act.more.values()) if one.isEnabled()])
            return f"{begun}, {self.wait(stage)}"
        if self._is_preparing() and self._chance.random() < 0.9:
            return self.wait(stage)
        known = [act.pause, act.resume, act.step, act.step_epoch, act.rate]
        known += [act.stop, act.stop_best] if self._chance.random() < 0.4 else []
        return f"{self._trigger_one([one for one in known if one.isEnabled()])}, {self.wait(stage)}"

    def undo(self, stage: QWidget) -> str:
        """Undoes and does again."""
        act, count = self._window.actions_, self._chance.choice((1, 1, 2, 5, 30))
        for _one in range(count):
            self._hand.trigger(self._chance.choice((act.undo, act.undo, act.redo)))
        return f"and redo {count} times"

    def resize(self, stage: QWidget) -> str:
        """Gives a window another size."""
        width, height = (
            self._chance.choice((1, 300, 800, 1024, 1440, 2600)),
            self._chance.choice((1, 200, 700, 900, 1800)),
        )
        self._hand.begin(f"resize to {width} × {height}")
        stage.resize(width, height)
        if stage is self._window and width < 800:  # it is a person's window most of the time
            QTimer.singleShot(0, stage, lambda: stage.resize(1300, 850))
        return f"to {width} × {height}"

    def move_dock(self, stage: QWidget) -> str:
        """Floats, hides, moves docks."""
        self._hand.begin("a dock")
        window = self._window
        dock = self._chance.choice((window.outline_dock, window.inspector_dock, window.try_dock))
        match self._chance.randrange(4):
            case 0:
                dock.setFloating(not dock.isFloating())
                return f"{dock.objectName()}: float {dock.isFloating()}"
            case 1:
                self._hand.trigger(dock.toggleViewAction())
                return f"{dock.objectName()}: shown {dock.isVisible()}"
            case 2:
                areas = Qt.DockWidgetArea
                window.addDockWidget(self._chance.choice((areas.LeftDockWidgetArea, areas.RightDockWidgetArea)), dock)
                return f"{dock.objectName()}: moved"
            case _:
                for one in (window.outline_dock, window.inspector_dock, window.try_dock):
                    one.setFloating(False)
                    one.show()
                return "all back"

    def change_looks(self, stage: QWidget) -> str:
        """Changes theme or font."""
        if self._chance.random() < 0.5:
            scheme = self._chance.choice(self._window.actions_.schemes.actions())
            self._hand.trigger(scheme)
            return scheme.text()
        font = QFont(QApplication.font())
        font.setPointSize(self._chance.choice((6, 9, 13, 24)))
        self._hand.begin(f"font of {font.pointSize()} points")
        QApplication.setFont(font)
        return f"font of {font.pointSize()} points"

    def wait(self, stage: QWidget) -> str:
        """Rests; while a run is being prepared, mostly until it learns."""
        naps = 0
        while self._is_preparing() and naps < _NAPS and (naps or self._chance.random() < 0.7):
            naps += 1
            QTest.qWait(50)
        if naps:
            return f"{naps} naps for a run to begin"
        milliseconds = self._chance.choice((1, 10, 40))
        QTest.qWait(milliseconds)
        return f"{milliseconds} ms"

    def close(self, stage: QWidget) -> str:
        """Closes the window."""
        self._hand.begin("close")
        return f"the window: {self._window.close()}"

    def choose_button(self, stage: QWidget) -> str:
        """Clicks on a button of a dialog."""
        buttons = [one for one in stage.findChildren(QPushButton) if one.isVisible() and one.isEnabled()]
        if not buttons:
            self._hand.press(Qt.Key.Key_Escape)
            return "nothing, and leaves"
        button = self._chance.choice(buttons)
        told = f"“{button.text()}” of “{told_dialog(stage)}”"
        at = fingers.place_in(button, 0.5, 0.5)
        if at is None:
            self._hand.begin("button")
            button.click()
        else:
            self._hand.click(button, at)
        return told

    def choose_file(self, stage: QWidget) -> str:
        """Types a path, and takes it."""
        assert isinstance(stage, QFileDialog)
        path = self._chance.choice(self._zoo.paths)
        if self._chance.random() < 0.4:
            path = self._zoo.folder / f"made-{self._chance.randrange(4)}.netbuilder"
        line = stage.findChild(QLineEdit)
        if line is not None:
            line.setText(str(path))
            line.setFocus()
        told = f"{path.name[:40]!r} in “{stage.windowTitle()}”"
        self._hand.press(Qt.Key.Key_Return)
        return told

    def _actions(self) -> list[QAction]:
        found = [one for menu in self._window.findChildren(QMenu) for one in menu.actions()]
        found += self._window.outline.actions()
        return [one for one in dict.fromkeys(found) if one.menu() is None and not one.isSeparator()]

    def _is_preparing(self) -> bool:
        return self._window.training.running and not self._window.training.learning

    def _trigger_one(self, actions: list[QAction]) -> str:
        if not actions:
            return "nothing"
        action = self._chance.choice(actions)
        if self._spared(action):
            return "nothing"
        told = action.text()
        self._hand.trigger(action)
        return told

    def _spared(self, action: QAction) -> bool:
        """Whether the action is left alone this time: it would end the program, or take as long as hundreds of others."""
        act = self._window.actions_
        if action in (act.stop, act.stop_best) and self._is_preparing():
            return self._chance.randrange(_SELDOM) > 0
        return action in (act.quit, *act.schemes.actions()) and self._chance.randrange(_RARELY) > 0


def _on_keyboard(keys: str) -> bool:
    """Whether a shortcut is one of every keyboard, which a key called "Save" is not."""
    return not keys.isalpha() or keys in {"Del", "Space"}
