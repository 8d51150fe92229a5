"""What happened, said in the window and not in a dialog over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
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
_MOST_ANSWERS = 3
_ICON = 16  # pixels


@dataclass(frozen=True, slots=True)
class _Question:
    sentence: str
    answers: Mapping[str, str]
    closing: str


class MessageBar(QFrame):
    """One sentence above the views, with details to copy and a button that closes it.

    A question has up to three answers and stays until it is withdrawn: what else is to be said stands in its place, and
    when that is closed, the question is back. Questions about several things are asked one after the other.
    """

    closed = Signal()
    answered = Signal(str)  # the answer's name; whoever asked knows it by that

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self._severity: Severity = "hint"
        self._questions: dict[str, _Question] = {}  # by what they are about, the one to be seen first
        self._asking = False  # whether it is what is to be seen
        self._icon = QLabel(self)
        self.says = QLabel(self)
        self.says.setWordWrap(True)
        self.says.setTextFormat(Qt.TextFormat.PlainText)  # a file that is named as HTML shall not be drawn as such
        self.says.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answers = tuple(QPushButton(self) for _place in range(_MOST_ANSWERS))
        self.answers[0].setObjectName("primary")
        self._places = QButtonGroup(self)
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
        column.addLayout(self._row_of_answers())
        column.addWidget(self.details)
        self.more.toggled.connect(self._show_details)
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self._close)
        self._places.idClicked.connect(self._answer)
        self._offer({})
        self.hide()

    def show_message(self, sentence: str, details: str = "", severity: Severity = "blocking") -> None:
        """Shows a sentence in place of the one before."""
        self._asking = False
        self._show(sentence, details, severity, {})

    def ask(self, sentence: str, answers: Mapping[str, str], closing: str, about: str = "") -> None:
        """Asks a question, once what is being said is closed, in place of one ``about`` the same.

        ``answers`` has their labels by name, the first one being what is usually wanted; ``closing`` is the name of the
        one that closing the bar means.
        """
        self._questions[about] = _Question(sentence, answers, closing)
        if self._asking or self.isHidden():
            self._ask()

    def withdraw(self, about: str = "") -> None:
        """Takes the question about something away; what else is being said stays."""
        self._questions.pop(about, None)
        if self._asking:
            self.dismiss()

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Says what went well."""
        self.show_message(sentence, severity="hint")

    @Slot(str)
    def warn(self, sentence: str) -> None:
        """Says what a person should look at."""
        self.show_message(sentence, severity="warning")

    def dismiss(self) -> None:
        """Takes the message away; a question that waits is back."""
        if self._questions:
            self._ask()
            return
        self._asking = False
        self.hide()
        self.closed.emit()

    def _row_of_answers(self) -> QHBoxLayout:
        """Below the sentence, and beginning where that begins."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.setContentsMargins(_ICON + 10, 0, 0, 0)
        for place, button in enumerate(self.answers):
            row.addWidget(button)
            self._places.addButton(button, place)
        row.addStretch()
        return row

    @property
    def _asked(self) -> _Question | None:
        """The question that is to be seen."""
        return next(iter(self._questions.values()), None) if self._asking else None

    def _ask(self) -> None:
        self._asking = True
        if (question := self._asked) is not None:
            self._show(question.sentence, "", "hint", question.answers)

    def _answer(self, place: int) -> None:
        if (question := self._asked) is not None:
            self.answered.emit(list(question.answers)[place])

    def _close(self) -> None:
        if (question := self._asked) is not None:
            self.answered.emit(question.closing)
        else:
            self.dismiss()

    def _show(self, sentence: str, details: str, severity: Severity, answers: Mapping[str, str]) -> None:
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
        self._offer(answers)
        self._dress()
        self.show()

    def _offer(self, answers: Mapping[str, str]) -> None:
        for button, label in zip_longest(self.answers, answers.values()):
            button.setVisible(label is not None)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus if label is None else Qt.FocusPolicy.StrongFocus)
            button.setText(label or "")

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.copy.setVisible(shown)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.says.text()}\n\n{self.details.toPlainText()}")

    def _dress(self) -> None:
        theme = colours(self.palette())
        ink = {"blocking": theme.error, "warning": theme.warning, "hint": theme.accent}[self._severity]
        self._icon.setPixmap(icon(self._severity, ink).pixmap(_ICON))
        self.close_button.setIcon(icon("close", theme.muted))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
