"""Mouse, keyboard, clipboard and things that are dropped: what reaches a window as it does from a person.

Events go to the window as a whole, so that dialogs, popups and what lies above something else take them as they would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeGuard

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QWindow,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QScrollArea, QWidget

NO_KEY = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def window_of(widget: QWidget) -> QWindow | None:
    """The window of the screen in which it is seen."""
    return widget.window().windowHandle()


def place_in(widget: QWidget, across: float, down: float) -> QPoint | None:
    """A point of what is seen of a widget, in its window; None where nothing is. What is scrolled away is brought back."""
    seen = widget.visibleRegion().boundingRect()
    if seen.isEmpty():
        around = widget.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is None:
            return None
        around.ensureWidgetVisible(widget)
        seen = widget.visibleRegion().boundingRect()
        if seen.isEmpty():
            return None
    inside = QPoint(seen.x() + int(across * (seen.width() - 1)), seen.y() + int(down * (seen.height() - 1)))
    return widget.mapTo(widget.window(), inside)


class Fingers:
    """A person's hands. ``actions`` counts what they did: a key, a click, a drag, a turn of the wheel is one each."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """``tell`` is told of each action before it is done."""
        self.actions = 0
        self._tell = tell

    def begin(self, words: str) -> None:
        """Counts an action that is done next."""
        self.actions += 1
        self._tell(words)

    def trigger(self, action: QAction) -> None:
        """Asks for what an action does, as a screen reader would."""
        self.begin(f"action {action.text()}")
        action.trigger()

    def click(
        self,
        widget: QWidget,
        at: QPoint,
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NO_KEY,
        *,
        twice: bool = False,
    ) -> None:
        """Clicks into the widget's window."""
        self.begin(f"{'two clicks' if twice else 'click'} of {button.name} at {at.x()}, {at.y()}")
        window = window_of(widget)
        if twice and isinstance(widget.window(), QMainWindow) and window is not None:
            QTest.mouseDClick(
                window, button, keys, at
            )  # which would crash if the first of its clicks closed the window
            return
        for does in (QTest.mousePress, QTest.mouseRelease):
            if _is_there(window):
                does(window, button, keys, at)

    def drag(self, widget: QWidget, points: Sequence[QPoint], *, let_go: bool = True) -> None:
        """Presses at the first point of the widget's window, and moves over the others."""
        window = window_of(widget)
        if window is None:
            return
        self.begin(f"drag {[one.toTuple() for one in points]}{'' if let_go else ' and hold'}")
        right, bottom = window.width() - 1, window.height() - 1
        inside = [QPoint(max(0, min(right, one.x())), max(0, min(bottom, one.y()))) for one in points]
        QTest.mousePress(window, LEFT, NO_KEY, inside[0])
        for point in inside[1:]:
            if _is_there(window):
                QTest.mouseMove(window, point)
        if let_go and _is_there(window):
            QTest.mouseRelease(window, LEFT, NO_KEY, inside[-1])

    def wheel(self, widget: QWidget, at: QPoint, notches: int, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        """Turns the wheel over a point of the widget's window."""
        window = window_of(widget)
        if window is not None:
            self.begin(f"wheel {notches} at {at.x()}, {at.y()}")
            QTest.wheelEvent(window, QPointF(at), QPoint(0, 120 * notches), QPoint(), keys)

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEY, text: str | None = None) -> None:
        """Presses a key: the active window takes it, or the popup that is open. ``text``: what it writes, if not its own."""
        self.begin(f"key {QKeySequence(key | keys).toString()}")
        plain = not keys & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        own = chr(key).lower() if plain and key < Qt.Key.Key_AsciiTilde else ""
        for down in (True, False):
            if _is_there(
                window := QGuiApplication.focusWindow()
            ):  # it may be another one by now: the first may be gone
                QTest.simulateEvent(window, down, key, keys, own if text is None else text, False)

    def paste(self, text: str) -> None:
        """Puts the text on the clipboard, and that in the place of all that the focused field has."""
        self.begin(f"copy {text[:30]!r}")
        QGuiApplication.clipboard().setText(text)
        self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def type_in(self, text: str) -> None:
        """Types the text, in the place of all that the focused field has."""
        self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        for letter in text:
            if letter.isascii() and letter.isprintable():
                self.press(Qt.Key(ord(letter.upper())), text=letter)

    def drop(self, widget: QWidget, at: QPoint, paths: Sequence[Path], *, let_go: bool) -> bool:
        """Drags files over a widget, and lets them go there if it takes them; ``at`` is in the widget. Whether it did."""
        self.begin(f"drop {[path.name[:30] for path in paths]}")
        dragged = QMimeData()
        dragged.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        known = (Qt.DropAction.CopyAction, dragged, LEFT, NO_KEY)
        enter = QDragEnterEvent(at, *known)
        QApplication.sendEvent(widget, enter)
        if not enter.isAccepted():
            return False
        QApplication.sendEvent(widget, QDragMoveEvent(at, *known))
        QApplication.sendEvent(widget, QDropEvent(QPointF(at), *known) if let_go else QDragLeaveEvent())
        return let_go


def _is_there(window: QWindow | None) -> TypeGuard[QWindow]:
    """Whether it still is: what was done to it last may have closed it for good."""
    return window in QGuiApplication.allWindows()
