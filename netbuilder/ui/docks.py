"""The docks around the centre: their titles, and how they come back as they were."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from netbuilder.ui.icons import icon
from netbuilder.ui.theme import colours
from netbuilder.words import _


class Dock(QDockWidget):
    """A panel that can be moved, floated and hidden. Its title can change while its name in the menu stays."""

    def __init__(self, name: str, title: str, inside: QWidget, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)  # by which its place is remembered
        self.title = DockTitle(title, self)
        self.setTitleBarWidget(self.title)
        self.setWidget(inside)

    def show_title(self, title: str) -> None:
        """Shows what is inside now."""
        self.title.says.setText(title.upper())


class DockTitle(QWidget):
    """A line in small capitals, by which a dock is dragged, with buttons to float and to hide it."""

    def __init__(self, title: str, dock: QDockWidget) -> None:
        super().__init__(dock)
        self.setObjectName("dock-title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._dock = dock
        self.says = QLabel(title.upper(), self)
        self.says.setObjectName("heading")
        self.says.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.float_button = self._button(_("Float {title}").format(title=title))
        self.hide_button = self._button(_("Hide {title}").format(title=title))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 3)
        row.setSpacing(2)
        row.addWidget(self.says, 1)
        row.addWidget(self.float_button)
        row.addWidget(self.hide_button)
        self.float_button.clicked.connect(self._float)
        self.hide_button.clicked.connect(dock.close)
        self._dress()

    def _button(self, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setIconSize(QSize(12, 12))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _float(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())

    def _dress(self) -> None:
        theme = colours(self.palette())
        self.float_button.setIcon(icon("float", theme.muted))
        self.hide_button.setIcon(icon("close", theme.muted))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()


_BARS = 100  # pixels that menu, toolbar and status bar take
_TRY_IT = 396  # pixels in which pad, a bar for each digit, and what the network sees stand without scrolling


def arrange(window: QMainWindow, left: Dock, top: Dock, below: Dock) -> None:
    """Puts the docks where they stand at first: one at the left, two above one another at the right."""
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, left)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, top)
    window.splitDockWidget(top, below, Qt.Orientation.Vertical)
    width, height = window.width(), window.height()
    window.resizeDocks([left, top], [min(280, width // 4), min(340, width * 3 // 10)], Qt.Orientation.Horizontal)
    room = height - _BARS
    tall = min(_TRY_IT, room * 16 // 25)
    window.resizeDocks([top, below], [room - tall, tall], Qt.Orientation.Vertical)
