"""What a monkey does with mouse, keyboard and clipboard; each move tells in some words what it did."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from benchmarks.reliability import monkey_fingers as fingers
from benchmarks.reliability.monkey_sight import Sight, named, told_point
from benchmarks.reliability.monkey_zoo import NUMBERS, TEXTS, Zoo
from netbuilder.ui.try_it.pad import Pad

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

_FIELDS = (QLineEdit, QAbstractSpinBox, QPlainTextEdit)
_KEYS = (
    *(Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left),
    *(Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Space),
    *(Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F1),
    *(Qt.Key.Key_F2, Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F8, Qt.Key.Key_F10, Qt.Key.Key_Menu, Qt.Key.Key_Insert),
    *(Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_9, Qt.Key.Key_Minus, Qt.Key.Key_Period, Qt.Key.Key_E, Qt.Key.Key_A),
    *(Qt.Key.Key_D, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X, Qt.Key.Key_Z, Qt.Key.Key_Plus, Qt.Key.Key_Asterisk),
)
_SHIFT, _CONTROL, _ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
_HELD = (*(fingers.NO_KEY,) * 8, _SHIFT, _SHIFT, _CONTROL, _CONTROL, _ALT, _CONTROL | _SHIFT)


class Gestures:
    """Moves at whatever is there; all that they leave to chance follows from ``chance``."""

    def __init__(self, window: Window, sight: Sight, hand: fingers.Fingers, zoo: Zoo, chance: random.Random) -> None:
        self._window, self._sight, self._hand, self._zoo, self._chance = window, sight, hand, zoo, chance

    def click(self, stage: QWidget) -> str:
        """Clicks on something."""
        target = self._sight.target(stage)
        if target is None:
            return "nothing"
        told = f"{named(target[0])} at {told_point(target[1])}"
        held = self._chance.choice(_HELD) if self._chance.random() < 0.2 else fingers.NO_KEY
        self._hand.click(*target, keys=held)
        return told

    def click_anywhere(self, stage: QWidget) -> str:
        """Clicks at any point."""
        at = self._sight.point(stage)
        self._hand.click(stage, at)
        return told_point(at)

    def click_twice(self, stage: QWidget) -> str:
        """Clicks twice on something."""
        target = self._sight.target(stage)
        if target is None:
            return "nothing"
        told = f"{named(target[0])} at {told_point(target[1])}"
        self._hand.click(*target, twice=True)
        return told

    def click_right(self, stage: QWidget) -> str:
        """Clicks on something with the other button."""
        target = self._sight.target(stage)
        if target is None:
            return "nothing"
        told = f"{named(target[0])} at {told_point(target[1])}"
        self._hand.click(*target, button=Qt.MouseButton.RightButton)
        return told

    def click_outside(self, stage: QWidget) -> str:
        """Clicks beside a popup."""
        at = self._sight.point(self._window)
        self._hand.click(self._window, at)
        return told_point(at)

    def drag(self, stage: QWidget) -> str:
        """Drags something somewhere, and sometimes keeps hold of it."""
        target = self._sight.target(stage)
        if target is None:
            return "nothing"
        told, start = named(target[0]), target[1]
        end = self._sight.point(stage)
        if self._chance.random() < 0.5:
            end = start + QPoint(self._chance.randint(-60, 60), self._chance.randint(-150, 150))
        points = [start, start + (end - start) / 4, start + (end - start) / 2, end]
        lets_go = self._chance.random() < 0.9
        self._hand.drag(stage, points, let_go=lets_go)
        return f"{told} from {told_point(start)} to {told_point(end)}{'' if lets_go else ' and hold'}"

    def draw(self, stage: QWidget) -> str:
        """Draws a stroke."""
        target = self._sight.target(stage, (Pad,))
        if target is None or not isinstance(target[0], Pad):
            return "nothing"
        points = [target[1] + QPoint(self._chance.randint(-90, 90), self._chance.randint(-90, 90)) for _one in range(6)]
        self._hand.drag(stage, [target[1], *points])
        return "on the pad"

    def wheel(self, stage: QWidget) -> str:
        """Turns the wheel over something."""
        target = self._sight.target(stage)
        if target is None:
            return "nothing"
        notches, held = self._chance.choice((-20, -3, -1, 1, 3, 20)), self._chance.choice(_HELD)
        told = f"{notches} over {named(target[0])}"
        self._hand.wheel(*target, notches, held)
        return told

    def press(self, stage: QWidget) -> str:
        """Presses some keys."""
        told = []
        for _one in range(self._chance.choice((1, 1, 1, 2, 5))):
            key, held = self._chance.choice(_KEYS), self._chance.choice(_HELD)
            told.append(QKeySequence(key | held).toString() if held else key.name.removeprefix("Key_"))
            self._hand.press(key, held)
        return f"{' '.join(told)}"

    def enter(self, stage: QWidget) -> str:
        """Types or pastes into a field."""
        target = self._sight.target(stage, _FIELDS)
        if target is None or not isinstance(target[0], _FIELDS):
            return "nothing"
        text = self._chance.choice(NUMBERS if self._chance.random() < 0.75 else TEXTS)
        if self._chance.random() < 0.08:
            text = str(self._chance.choice(self._zoo.paths))
        told = f"{text[:24]!r} into {named(target[0])}"
        self._hand.click(*target)
        if len(text) < 12 and self._chance.random() < 0.5:
            self._hand.type_in(text)
        else:
            self._hand.paste(text)
        end = self._chance.choice((None, None, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Up))
        if end is not None:
            self._hand.press(end)
        return f"{told}, {end.name if end is not None else 'and leave it'}"

    def choose(self, stage: QWidget) -> str:
        """Takes another entry of a list, by keyboard: the list itself takes a click only after a while."""
        target = self._sight.target(stage, (QComboBox,))
        if target is None or not isinstance(target[0], QComboBox):
            return "nothing"
        told = named(target[0])
        target[0].setFocus(Qt.FocusReason.TabFocusReason)
        for _one in range(self._chance.choice((1, 1, 2, 5))):
            self._hand.press(self._chance.choice((Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End)))
        return told

    def copy(self, stage: QWidget) -> str:
        """Puts something on the clipboard, and pastes it where the focus is."""
        if self._chance.random() < 0.5:
            image = QImage(
                self._chance.choice((1, 28, 900)), self._chance.choice((1, 28, 900)), QImage.Format.Format_ARGB32
            )
            image.fill(QColor(self._chance.choice(("black", "white", "transparent", "red"))))
            QGuiApplication.clipboard().setImage(image)
            told = f"a picture of {image.width()} × {image.height()}"
        else:
            text = self._chance.choice(TEXTS)
            QGuiApplication.clipboard().setText(text)
            told = repr(text[:20])
        pads = [one for one in self._window.findChildren(Pad) if one.isVisible()]
        if pads and self._chance.random() < 0.5:
            pads[0].setFocus()
        self._hand.press(Qt.Key.Key_V, _CONTROL)
        return told

    def drop(self, stage: QWidget) -> str:
        """Drops files on window or pad."""
        pads = [one for one in self._window.findChildren(Pad) if one.isVisible()]
        onto = self._chance.choice([self._window, *pads])
        paths = self._chance.sample(self._zoo.paths, self._chance.choice((1, 1, 1, 2, 5)))
        told = f"{[path.name[:30] for path in paths]} on {named(onto)}"
        self._hand.drop(onto, onto.rect().center(), paths, let_go=self._chance.random() < 0.9)
        return told

    def cancel(self, stage: QWidget) -> str:
        """Presses Escape."""
        told = named(stage)
        self._hand.press(Qt.Key.Key_Escape)
        return told
