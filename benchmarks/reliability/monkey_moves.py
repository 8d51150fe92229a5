"""What a monkey may do next: it looks at what is there, and chance chooses among its moves."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from benchmarks.reliability.monkey_fingers import Fingers
from benchmarks.reliability.monkey_gestures import Gestures
from benchmarks.reliability.monkey_requests import Requests
from benchmarks.reliability.monkey_sight import Sight
from benchmarks.reliability.monkey_zoo import Zoo

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

_Move = Callable[[QWidget], str]


class Moves:
    """A monkey before a window; all that it leaves to chance follows from ``chance``."""

    def __init__(self, window: Window, zoo: Zoo, chance: random.Random, tell: Callable[[str], None]) -> None:
        self._window, self._chance, self._hand, self._sight = window, chance, Fingers(tell), Sight(window, chance)
        does = Gestures(window, self._sight, self._hand, zoo, chance)
        asks = Requests(window, self._hand, zoo, chance)
        self._usual: dict[_Move, float] = {
            does.click: 16,
            does.click_anywhere: 4,
            does.click_twice: 2,
            does.click_right: 1.5,
            does.drag: 4,
            does.wheel: 3,
            does.enter: 12,
            does.choose: 4,
            does.press: 24,
            asks.use_shortcut: 5,
            asks.trigger: 7,
            asks.attend_run: 4,
            asks.undo: 4,
            does.draw: 2,
            asks.resize: 0.6,
            asks.move_dock: 0.6,
            does.drop: 1,
            does.copy: 0.6,
            asks.wait: 1.5,
            asks.change_looks: 0.04,
            asks.close: 0.02,
        }
        self._before_dialog: dict[_Move, float] = {
            asks.choose_button: 10,
            does.click: 4,
            does.enter: 6,
            does.choose: 3,
            does.press: 6,
            does.click_right: 0.5,
            does.wheel: 1,
            asks.resize: 0.3,
            asks.wait: 0.3,
        }
        self._before_files: dict[_Move, float] = {asks.choose_file: 6, does.cancel: 2, asks.resize: 0.5}
        self._before_popup: dict[_Move, float] = {
            does.click: 6,
            does.press: 6,
            does.enter: 3,
            does.cancel: 2,
            does.click_outside: 1,
            does.wheel: 1,
        }

    @property
    def actions(self) -> int:
        """How many actions its moves were made of."""
        return self._hand.actions

    def act(self) -> str:
        """Does something, and tells what; it may return only after a dialog that it opened was closed."""
        with_keyboard = QGuiApplication.focusWindow()
        if with_keyboard not in QGuiApplication.allWindows() or not with_keyboard.isVisible():
            # Offscreen there is no window manager to give the keyboard back when a dialog or a menu closes.
            (QApplication.activeModalWidget() or self._window).activateWindow()
        stage = self._sight.stage()
        moves = self._moves_at(stage)
        move = self._chance.choices(list(moves), list(moves.values()))[0]
        return f"{getattr(move, '__name__', '')} {move(stage)}"

    def _moves_at(self, stage: QWidget) -> dict[_Move, float]:
        if stage is QApplication.activePopupWidget():
            return self._before_popup
        if isinstance(stage, QFileDialog):
            return self._before_files
        return self._before_dialog if stage is QApplication.activeModalWidget() else self._usual
