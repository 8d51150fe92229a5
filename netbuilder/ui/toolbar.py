"""The toolbar: files, undo, training with its progress, device, export."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from netbuilder.ui.actions import Actions
from netbuilder.ui.icons import icon
from netbuilder.ui.inspector.training_pages import Device
from netbuilder.ui.theme import Colours
from netbuilder.words import _

_NARROW = 1200  # pixels


class ToolBar(QToolBar):
    """The most used actions. It never grows or shrinks while training: only the text in it changes.

    In a narrow window the icons of files stand without their words: the room is needed to say how a run goes.
    """

    device_chosen = Signal(str)

    def __init__(self, actions: Actions, templates: QMenu, exports: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(_("Toolbar"), parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setIconSize(QSize(16, 16))
        self._devices: tuple[Device, ...] = ()
        self.new = self._menu_button(_("New"), templates)
        self._files = [self._button(action, text=True) for action in (actions.open, actions.save)]
        self.addSeparator()
        for action in (actions.undo, actions.redo):
            self._button(action, text=False)
        self.addSeparator()
        self._run = QStackedWidget(self)
        self._run.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._run_buttons = [self._tool_button(action, text=True) for action in (actions.train, actions.stop)]
        for button, name in zip(self._run_buttons, ("train", "stop"), strict=True):
            button.setObjectName(name)
            self._run.addWidget(button)
        self.addWidget(self._run)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(96)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(_("Progress of the training"))
        self.says = Elided(self)
        progress = QWidget(self)
        row = QHBoxLayout(progress)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(10)
        row.addWidget(self.bar)
        row.addWidget(self.says, 1)
        self.addWidget(progress)
        self._device_menu = QMenu(self)
        self.device = self._menu_button(_("Device"), self._device_menu)
        self.export = self._menu_button(_("Export"), exports)
        self._device_menu.triggered.connect(self._choose_device)
        self.show_idle("")

    def show_running(self, share: float, sentence: str) -> None:
        """Shows how far a run is; the button stops it."""
        self._turn(1)
        self.bar.show()
        self.bar.setValue(round(1000 * share))
        self.says.show_text(sentence)

    def show_idle(self, sentence: str) -> None:
        """Shows how the last run ended; the button trains."""
        self._turn(0)
        self.bar.hide()
        self.says.show_text(sentence)

    def show_devices(self, devices: Iterable[Device], chosen: str, no_gpu_sentence: str) -> None:
        """Shows what can be computed on, and what is chosen."""
        self._devices = tuple(devices)
        self._device_menu.clear()
        names = [("auto", _("Automatic")), *((one.name, one.label) for one in self._devices)]
        for name, label in names:
            action = self._device_menu.addAction(label)
            action.setData(name)
            action.setCheckable(True)
        if no_gpu_sentence:
            self._device_menu.addSeparator()
            words = self._device_menu.addAction(no_gpu_sentence)
            words.setEnabled(False)
        self.show_device(chosen)

    def show_device(self, chosen: str) -> None:
        """Shows what is chosen; "auto" shows what it comes to."""
        label = next((one.label for one in self._devices if one.name == chosen), "")
        if chosen == "auto" and self._devices:
            label = self._devices[1 if len(self._devices) > 1 else 0].label
        self.device.setText(label or _("Device"))
        self.device.setAccessibleName(_("Device: {name}").format(name=label or chosen))
        for action in self._device_menu.actions():
            action.setChecked(action.data() == chosen)

    def dress(self, theme: Colours) -> None:
        """Draws the icons that belong to no action."""
        self.new.setIcon(icon("new", theme.text))
        self.device.setIcon(icon("device", theme.text))
        self.export.setIcon(icon("export", theme.text))

    def _turn(self, page: int) -> None:
        if self._run.currentIndex() != page:
            had_focus = self._run_buttons[1 - page].hasFocus()
            self._run.setCurrentIndex(page)
            if had_focus:
                self._run_buttons[page].setFocus()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        for button in self._files:
            button.setToolButtonStyle(
                style.ToolButtonIconOnly if self.width() < _NARROW else style.ToolButtonTextBesideIcon
            )

    def _button(self, action: QAction, *, text: bool) -> QToolButton:
        button = self._tool_button(action, text=text)
        self.addWidget(button)
        return button

    def _tool_button(self, action: QAction, *, text: bool) -> QToolButton:
        button = ActionButton(action, self)
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(style.ToolButtonTextBesideIcon if text else style.ToolButtonIconOnly)
        return button

    def _menu_button(self, text: str, menu: QMenu) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(text)
        self.addWidget(button)
        return button

    def _choose_device(self, action: QAction) -> None:
        self.device_chosen.emit(action.data())


class ActionButton(QToolButton):
    """A tool button that Tab reaches and that a screen reader can name, even without its text."""

    def __init__(self, action: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setDefaultAction(action)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._name()
        action.changed.connect(self._name)

    def _name(self) -> None:
        self.setAccessibleName(self.defaultAction().text().replace("&", "").removesuffix("…"))


class Elided(QLabel):
    """One line, or two smaller ones where one does not fit, cut with "…" at last; it never asks for room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setObjectName("muted")
        self.setMinimumWidth(40)
        self.setText("1\n2")
        self.setMinimumHeight(self.sizeHint().height())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Shows a text; all of it stands in the tooltip."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._cut()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        self.setText("\n".join(lines(self._whole, self.fontMetrics(), self.width())))


def lines(text: str, metrics: QFontMetrics, width: int) -> tuple[str, ...]:
    """The text in one line or two, broken at a "·" if it can be; what does not fit into the second ends with "…"."""

    def fits(part: str) -> bool:
        return metrics.horizontalAdvance(part) <= width

    if fits(text):
        return (text,)
    for mark in (" · ", " "):
        parts = text.split(mark)
        halves = [(mark.join(parts[:n]), mark.join(parts[n:])) for n in range(len(parts) - 1, 0, -1)]
        fitting = [half for half in halves if fits(half[0]) and (mark == " " or fits(half[1]))]
        if fitting:
            first, rest = fitting[0]
            return first, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)
    return (metrics.elidedText(text, Qt.TextElideMode.ElideRight, width),)
