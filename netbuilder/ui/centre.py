"""The middle of the window: the line of messages, and below it one view at a time, each with a tab."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.ui.message_bar import MessageBar
from netbuilder.ui.theme import colours
from netbuilder.words import _


class Centre(QWidget):
    """Shows what happens."""

    def __init__(self, messages: MessageBar, parent: QWidget) -> None:
        super().__init__(parent)
        self.tabs = QTabBar(self)
        self.tabs.setAccessibleName(_("Views"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self._views = QStackedWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(messages)
        framed = QVBoxLayout()
        framed.setContentsMargins(8, 4, 8, 8)
        framed.setSpacing(6)
        framed.addWidget(self.tabs)
        framed.addWidget(self._views, 1)
        column.addLayout(framed, 1)
        self.tabs.currentChanged.connect(self._views.setCurrentIndex)
        self._dress()

    def add(self, view: QWidget, action: QAction) -> None:
        """Adds a view behind the others; the first one is seen. The action turns to it, and has the tab's words."""
        self._views.addWidget(view)
        self.tabs.addTab(action.text().replace("&", ""))
        self.tabs.setTabToolTip(self.tabs.count() - 1, action.toolTip())
        action.triggered.connect(partial(self.show_view, view))

    def show_view(self, view: QWidget) -> None:
        """Turns to a view that was added; one that takes keys has them."""
        self.tabs.setCurrentIndex(self._views.indexOf(view))
        if view.focusPolicy() != Qt.FocusPolicy.NoFocus:
            view.setFocus()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        theme = colours(self.palette())
        self.tabs.setStyleSheet(f"""
            QTabBar::tab {{ background: transparent; color: {theme.muted}; border: 1px solid transparent;
                border-bottom: 2px solid transparent; padding: 4px 10px; margin-right: 4px; }}
            QTabBar::tab:hover {{ color: {theme.text}; }}
            QTabBar::tab:selected {{ color: {theme.text}; font-weight: 600; border-bottom: 2px solid {theme.accent}; }}
            QTabBar::tab:focus {{ border: 2px solid {theme.accent}; border-radius: 6px; padding: 3px 9px; }}
        """)
