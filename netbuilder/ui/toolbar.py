"""The toolbar: files, undo, training with its progress, device, export."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QToolBar, QToolButton, QWidget
from typing_extensions import override

from netbuilder.ui.actions import Actions
from netbuilder.ui.elided import Elided
from netbuilder.ui.icons import icon
from netbuilder.ui.inspector.training_pages import Device
from netbuilder.ui.plain_tip import plain_tip
from netbuilder.ui.run_buttons import ActionButton, RunButtons, show_words
from netbuilder.ui.theme import Colours
from netbuilder.words import _

_NARROW = 1200  # pixels


class ToolBar(QToolBar):
    """The most used actions. It never grows or shrinks while training: only the text in it changes.

    In a narrow window the icons of files and device stand without their words: the room is needed to say how a run goes.
    """

    device_chosen = Signal(str)

    def __init__(
        self, actions: Actions, templates: QMenu, more: QMenu, exports: QMenu, parent: QWidget | None = None
    ) -> None:
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
        self.run = RunButtons(actions, more, self)
        self.addWidget(self.run)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
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

    def show_running(self, share: float, sentence: str, details: str = "") -> None:
        """Shows how far a run is."""
        self.bar.show()
        self.bar.setValue(round(1000 * share))
        self.says.show_text(sentence, details)

    def show_idle(self, sentence: str, details: str = "") -> None:
        """Shows how the last run ended, or what the next one will cost."""
        self.bar.hide()
        self.says.show_text(sentence, details)

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
        self.device.setToolTip(plain_tip(self.device.accessibleName()))
        for action in self._device_menu.actions():
            action.setChecked(action.data() == chosen)

    def dress(self, theme: Colours) -> None:
        """Draws the icons that belong to no action."""
        self.new.setIcon(icon("new", theme.text))
        self.device.setIcon(icon("device", theme.text))
        self.export.setIcon(icon("export", theme.text))
        self.run.dress(theme)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        for button in (*self._files, self.device):
            show_words(button, shown=not narrow)
        self.run.show_words(shown=not narrow)
        self.bar.setFixedWidth(56 if narrow else 96)

    def _button(self, action: QAction, *, text: bool) -> QToolButton:
        button = ActionButton(action, self)
        if not text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.addWidget(button)
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
