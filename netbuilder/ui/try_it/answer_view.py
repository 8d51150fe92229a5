"""The network's answer: large, and a bar for each class below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from netbuilder.ui.try_it.answer import Answer, Choice
from netbuilder.ui.try_it.bars import MANY, ROW, Bars
from netbuilder.ui.try_it.headline import HEIGHT, Headline
from netbuilder.words import _

_GAP = 4


class AnswerView(QWidget):
    """Lines that do not fit scroll, and the best one stays in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Answer of the network"))
        self.headline = Headline()
        self.bars = Bars()
        self._scroll = bare_scroll(self.bars)
        self._scroll.setAccessibleName(_("Classes"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addWidget(self.headline)
        column.addWidget(self._scroll, 1)

    def natural_height(self, most: int = 1_000) -> int:
        """The height at which nothing scrolls, or at most that many lines stand below the headline."""
        return HEIGHT + _GAP + ROW * min(len(self.bars.choices), most)

    def show_answer(self, answer: Answer) -> None:
        """Shows an answer."""
        self.headline.say(answer.headline, answer.detail, good=answer.best is not None)
        self.bars.show_choices(answer.choices, answer.best)
        many = len(answer.choices) > MANY
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus if many else Qt.FocusPolicy.NoFocus)
        if answer.best is not None:
            self._scroll.ensureVisible(0, round((answer.best + 0.5) * self.bars.row), 0, ROW)
        self.setAccessibleDescription(answer.sentence)

    def show_nothing(self, choices: Sequence[Choice]) -> None:
        """Shows the lines without values, for there is nothing to answer yet."""
        self.headline.say("–", "", good=False)
        self.bars.show_choices(choices, None)
        self.setAccessibleDescription("")


def bare_scroll(content: QWidget) -> QScrollArea:
    """A scroll area that looks like the ground it stands on."""
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(content)
    # setWidget turns the content's own ground on.
    content.setAutoFillBackground(False)
    scroll.setStyleSheet("QScrollArea { background: transparent }")
    return scroll
