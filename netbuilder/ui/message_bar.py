"""What happened, said in the window and not in a dialog over it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from netbuilder.ui.icons import icon
from netbuilder.ui.theme import colours
from netbuilder.words import _

Severity = Literal["blocking", "warning", "hint"]


class MessageBar(QFrame):
    """One sentence above the views, with details to copy and a button that closes it."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self._severity: Severity = "hint"
        self._icon = QLabel(self)
        self.says = QLabel(self)
        self.says.setWordWrap(True)
        self.says.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more = QPushButton(_("Details"), self)
        self.more.setObjectName("link")
        self.more.setCheckable(True)
        self.copy = QPushButton(_("Copy"), self)
        self.copy.setObjectName("link")
        self.copy.setAccessibleName(_("Copy the details"))
        self.close_button = QToolButton(self)
        self.close_button.setAccessibleName(_("Close the message"))
        self.close_button.setToolTip(_("Close"))
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(_("Details"))
        self.details.setFixedHeight(140)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self.says, 1)
        row.addWidget(self.more)
        row.addWidget(self.copy)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 6)
        column.addLayout(row)
        column.addWidget(self.details)
        self.more.toggled.connect(self._show_details)
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.dismiss)
        self.hide()

    def show_message(self, sentence: str, details: str = "", severity: Severity = "blocking") -> None:
        """Shows a sentence in place of the one before."""
        self._severity = severity
        self.setProperty("severity", severity)
        self.style().unpolish(self)
        self.style().polish(self)
        self.says.setText(sentence)
        self.setAccessibleName(sentence)
        self.details.setPlainText(details)
        self.more.setChecked(False)
        self.more.setVisible(bool(details))
        self._show_details(False)
        self._dress()
        self.show()

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Says what went well."""
        self.show_message(sentence, severity="hint")

    @Slot(str)
    def warn(self, sentence: str) -> None:
        """Says what a person should look at."""
        self.show_message(sentence, severity="warning")

    def dismiss(self) -> None:
        """Takes the message away."""
        self.hide()
        self.closed.emit()

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.copy.setVisible(shown)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.says.text()}\n\n{self.details.toPlainText()}")

    def _dress(self) -> None:
        theme = colours(self.palette())
        ink = {"blocking": theme.error, "warning": theme.warning, "hint": theme.accent}[self._severity]
        self._icon.setPixmap(icon(self._severity, ink).pixmap(16))
        self.close_button.setIcon(icon("close", theme.muted))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
