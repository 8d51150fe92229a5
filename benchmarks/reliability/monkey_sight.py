"""What a monkey sees: what takes mouse and keyboard now, and what of it can be used."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QWidget,
)

from benchmarks.reliability import monkey_fingers as fingers
from netbuilder.ui.outline.card import Card
from netbuilder.ui.try_it.pad import Pad

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

_TEMPTING = (
    *(QAbstractButton, QLineEdit, QAbstractSpinBox, QComboBox, QAbstractSlider, QTabBar, QAbstractItemView),
    *(Card, Pad, QPlainTextEdit),
)
_FRESH = 8  # moves after which a monkey looks again at what is there


class Sight:
    """Looks at the window; chance chooses among what is there."""

    def __init__(self, window: Window, chance: random.Random) -> None:
        self._window, self._chance = window, chance
        self._seen: list[QWidget] = []
        self._seen_of: QWidget | None = None
        self._looked = 0

    def stage(self) -> QWidget:
        """What takes mouse and keyboard now: a popup, a dialog, a dock that floats, or the window."""
        above = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if above is not None:
            return above
        floating = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not self._window]
        floating = [one for one in floating if one.windowType() in (Qt.WindowType.Tool, Qt.WindowType.Dialog)]
        return self._chance.choice(floating) if floating and self._chance.random() < 0.2 else self._window

    def target(self, stage: QWidget, kinds: tuple[type[QWidget], ...] = ()) -> tuple[QWidget, QPoint] | None:
        """A widget of those kinds, and a point of it in its window."""
        there = [one for one in self._there(stage) if not kinds or isinstance(one, kinds)]
        for _try in range(4):
            one = self._chance.choice(there) if there else stage
            if shiboken6.isValid(one) and one.isVisible():
                at = fingers.place_in(one, self._chance.random(), self._chance.random())
                if at is not None:
                    return one, at
        return None

    def point(self, stage: QWidget) -> QPoint:
        """Any point of a stage."""
        return QPoint(self._chance.randrange(max(1, stage.width())), self._chance.randrange(max(1, stage.height())))

    def _there(self, stage: QWidget) -> list[QWidget]:
        """What can be used of a stage, what tempts several times."""
        if self._looked <= 0 or self._seen_of is not stage:
            usable = [one for one in stage.findChildren(QWidget) if one.isEnabled() and one.isVisible()]
            self._seen = [one for one in usable for _again in range(_temptation(one))]
            self._seen_of, self._looked = stage, _FRESH
        self._looked -= 1
        return self._seen


def _temptation(widget: QWidget) -> int:
    """How many times more often than a plain widget it is used: buttons with words come and go, and must not be missed."""
    return 8 if isinstance(widget, QPushButton) else 4 if isinstance(widget, _TEMPTING) else 1


def named(widget: QWidget) -> str:
    """What a widget is called in a report."""
    words = widget.accessibleName() or widget.objectName() or widget.windowTitle()
    return f"{type(widget).__name__} “{words[:40]}”" if words else type(widget).__name__


def told_point(point: QPoint) -> str:
    """A point in a report."""
    return f"{point.x()}, {point.y()}"


def told_dialog(stage: QWidget) -> str:
    """The words of a dialog, in short."""
    return stage.text()[:60] if isinstance(stage, QMessageBox) else stage.windowTitle()
