"""The middle of the window: the line of messages, and the views below it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.ui.message_bar import MessageBar


class Centre(QWidget):
    """Shows what happens."""

    def __init__(self, messages: MessageBar, view: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(messages)
        framed = QVBoxLayout()
        framed.setContentsMargins(8, 8, 8, 8)
        framed.addWidget(view)
        column.addLayout(framed, 1)
