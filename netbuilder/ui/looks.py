"""The theme of the running program: chosen in a menu, or as the system has it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from netbuilder.app.preferences import Preferences
from netbuilder.ui import theme
from netbuilder.ui.actions import Actions
from netbuilder.ui.toolbar import ToolBar


class Looks(QObject):
    """Puts the chosen theme on, and draws the icons in its colours."""

    def __init__(self, app: QApplication, preferences: Preferences, actions: Actions, toolbar: ToolBar) -> None:
        super().__init__(toolbar)
        self._app = app
        self._preferences = preferences
        self._actions = actions
        self._toolbar = toolbar
        self._dress()

    @Slot(QAction)
    def choose(self, action: QAction) -> None:
        """Takes the theme that a menu's action stands for."""
        self._preferences.scheme = action.data()
        self.put_on()

    @Slot()
    def put_on(self) -> None:
        """Puts the chosen theme on anew, as after the system's has changed."""
        theme.apply(self._app, self._preferences.scheme)
        self._dress()

    def _dress(self) -> None:
        chosen = theme.colours(self._app.palette())
        self._actions.show_scheme(self._preferences.scheme)
        self._actions.dress(chosen)
        self._toolbar.dress(chosen)
