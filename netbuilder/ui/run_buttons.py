"""The buttons of a run: Train, which becomes Pause and Resume, Step, and Stop, which becomes "10 more" at the end."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedWidget, QToolButton, QWidget

from netbuilder.ui.actions import MORE, Actions
from netbuilder.ui.icons import icon
from netbuilder.ui.run_state import Phase, RunState
from netbuilder.ui.theme import Colours
from netbuilder.words import _

_STYLE = Qt.ToolButtonStyle


class RunButtons(QWidget):
    """Three places of fixed width: in each stands what can be asked now, so that nothing moves when a run begins."""

    def __init__(self, actions: Actions, more: QMenu, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._phase = Phase.IDLE
        step, stop = QMenu(self), QMenu(self)
        step.addActions([actions.step, actions.step_epoch])
        stop.addActions([actions.stop, actions.stop_best])
        self.train = ActionButton(actions.train, self)
        self.pause = ActionButton(actions.pause, self)
        self.resume = ActionButton(actions.resume, self)
        self.pausing = _waiting(_("Pausing …"), self)
        self.step = ActionButton(actions.step, self, step)
        self.stop = ActionButton(actions.stop, self, stop)
        self.more = ActionButton(actions.more[MORE[1]], self, more)
        self.stopping = _waiting(_("Stopping …"), self)
        for button in self.findChildren(QToolButton):
            button.setIconSize(QSize(16, 16))  # as the toolbar's, which only its own children follow
        for button in (self.train, self.resume):
            button.setObjectName("train")
        for button in (self.pause, self.stop):
            button.setObjectName("framed")
        self.first = Place(self, self.train, self.pause, self.pausing, self.resume)
        self.last = Place(self, self.more, self.stop, self.stopping)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.first, self.step, self.last):
            row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, state: RunState) -> None:
        """Shows what can be asked now; the focus stays in its place, and goes to Train when a run is over."""
        places = (self.first, self.last)
        focused = next((place for place in places if place.button.hasFocus()), None)
        self._actions.show_run(state)
        idle, ended = state.phase is Phase.IDLE, self._phase is not Phase.IDLE and state.phase is Phase.IDLE
        pausing = self.pause if state.begins_with_step else self.pausing
        first = {Phase.IDLE: self.train, Phase.PAUSING: pausing, Phase.PAUSED: self.resume}
        last = self.more if idle else self.stopping if state.phase is Phase.STOPPING else self.stop
        self.first.setCurrentWidget(first.get(state.phase, self.pause))
        self.last.setCurrentWidget(last)
        self._phase = state.phase
        if focused is not None:
            (self.first if ended else focused).button.setFocus()

    def show_words(self, *, shown: bool) -> None:
        """Shows the words beside the icons of the two last places, or leaves them out where there is little room."""
        for button in (self.step, self.more, self.stop, self.stopping):
            show_words(button, shown=shown)

    def dress(self, theme: Colours) -> None:
        """Draws the icons that belong to no action, and those that stand on the accent rather than in a menu."""
        for button in (self.train, self.resume):
            button.dress(icon("train", theme.on_accent, theme.muted))
        self.pausing.setIcon(icon("pause", theme.muted))
        self.stopping.setIcon(icon("stop", theme.muted))


def show_words(button: QToolButton, *, shown: bool) -> None:
    """Shows a button's words beside its icon, or the icon alone."""
    style = _STYLE.ToolButtonTextBesideIcon if shown else _STYLE.ToolButtonIconOnly
    if style != button.toolButtonStyle():
        button.setToolButtonStyle(style)
        button.style().unpolish(button)  # its padding depends on it, which a style sheet does not notice by itself
        button.style().polish(button)


class ActionButton(QToolButton):
    """A tool button that Tab reaches and that a screen reader can name, even without its text."""

    def __init__(self, action: QAction, parent: QWidget, menu: QMenu | None = None) -> None:
        super().__init__(parent)
        self._icon: QIcon | None = None
        self.setDefaultAction(action)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolButtonStyle(_STYLE.ToolButtonTextBesideIcon)
        if menu is not None:
            menu.setToolTipsVisible(True)
            self.setMenu(menu)
            self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self._follow()
        action.changed.connect(self._follow)

    def dress(self, icon: QIcon) -> None:
        """Takes an icon of its own in place of the action's."""
        self._icon = icon
        self.setIcon(icon)

    def _follow(self) -> None:
        self.setAccessibleName(self.defaultAction().text().replace("&", "").removesuffix("…"))
        if self._icon is not None:
            self.setIcon(self._icon)


def _waiting(text: str, parent: QWidget) -> QToolButton:
    """Stands where a button was pressed until that has come true. It can have the focus, or it would jump away."""
    button = QToolButton(parent)
    button.setObjectName("waiting")
    button.setText(text)
    button.setAccessibleName(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolButtonStyle(_STYLE.ToolButtonTextBesideIcon)
    return button


class Place(QStackedWidget):
    """A place in which one of several buttons stands; it is as wide as the widest."""

    def __init__(self, parent: QWidget, *buttons: QToolButton) -> None:
        super().__init__(parent)
        self._buttons = buttons
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for button in buttons:
            self.addWidget(button)

    @property
    def button(self) -> QToolButton:
        """The one that stands here now."""
        return self._buttons[self.currentIndex()]
