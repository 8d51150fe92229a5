"""The few questions that have to be answered before anything else can go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from netbuilder.words import _

Leaving = Literal["save", "discard", "cancel"]
Closing = Literal["later", "stop", "stay"]
Overwriting = Literal["overwrite", "save as", "open", "cancel"]
Replacing = Literal["another", "replace", "cancel"]
Losing = Literal["replace", "keep"]

_LOOK_AGAIN = 100  # ms

_Answer = TypeVar("_Answer", bound=str)
_Button = tuple[str, QMessageBox.ButtonRole]
_ACCEPT, _LOSE, _REJECT = (
    QMessageBox.ButtonRole.AcceptRole,
    QMessageBox.ButtonRole.DestructiveRole,
    QMessageBox.ButtonRole.RejectRole,
)


def somebody_is_asked() -> bool:
    """Whether a dialog or a menu waits for an answer, over which no other one should lie."""
    return bool(QApplication.activeModalWidget() or QApplication.activePopupWidget())


def when_nobody_is_asked(parent: QWidget, then: Callable[[], object]) -> None:
    """Does what may ask a question in a later turn of the event loop, in which nothing else waits for an answer."""

    def look() -> None:
        if somebody_is_asked():
            QTimer.singleShot(_LOOK_AGAIN, parent, look)
        else:
            then()

    QTimer.singleShot(0, parent, look)


def ask_to_save(parent: QWidget, name: str) -> Leaving:
    """Asks what becomes of unsaved changes."""
    return _answer(
        parent,
        _("Unsaved changes"),
        _("Save the changes to “{name}”?").format(name=name),
        _("Without saving they are lost."),
        {
            "save": (_("&Save"), _ACCEPT),
            "discard": (_("&Don’t save"), _LOSE),
            "cancel": (_("Cancel"), _REJECT),
        },
    )


def ask_to_overwrite(parent: QWidget, sentence: str, *, gone: bool) -> Overwriting:
    """Asks what becomes of a project whose file is another than it was; ``gone``: there is none any more."""
    answers: dict[Overwriting, _Button] = {"save as": (_("Save &as…"), _ACCEPT)}
    if gone:
        more = _("What you see here is not lost: save it there again, or elsewhere.")
        answers["overwrite"] = (_("&Save it there again"), _LOSE)
    else:
        more = _("Save under another name, and both are kept. Opening what is there now drops your unsaved changes.")
        answers["overwrite"] = (_("&Overwrite it"), _LOSE)
        answers["open"] = (_("&Open what is there now"), _LOSE)
    answers["cancel"] = (_("Cancel"), _REJECT)
    return _answer(parent, _("The file is gone") if gone else _("The file was changed"), sentence, more, answers)


def ask_to_replace(parent: QWidget, path: Path) -> Replacing:
    """Asks what becomes of a file that is called like the one to be written."""
    return _answer(
        parent,
        _("The file exists"),
        _("“{name}” exists already.").format(name=path.name),
        _("If it is replaced, what it holds now is lost."),
        {
            "another": (_("Choose &another name"), _ACCEPT),
            "replace": (_("&Replace it"), _LOSE),
            "cancel": (_("Cancel"), _REJECT),
        },
    )


def ask_to_lose_network(parent: QWidget) -> Losing:
    """Asks whether another network may take the place of one that the history does not have."""
    return _answer(
        parent,
        _("Not in the history"),
        _("The weights that the network has now are not in the history. Put others in their place?"),
        _("Then only a project that was saved with them still has them: keep them and save first, if you want them."),
        {"replace": (_("&Replace them"), _LOSE), "keep": (_("Keep them"), _REJECT)},
        preferred="keep",
    )


def ask_about_run(parent: QWidget, *, begun: bool, recorded: bool) -> Closing:
    """Asks what becomes of a run when the window is closed; one that is not ``recorded`` can't go on later.

    Nobody is asked about one that has not ``begun``: nothing is lost with it.
    """
    if not begun:
        return "stop"
    answers: dict[Closing, _Button] = {}
    if recorded:
        more = _("Its run can go on from the last epoch that was kept when netbuilder is opened again.")
        answers["later"] = (_("&Close, go on later"), _ACCEPT)
    else:
        more = _("The history could not be written, so the run can’t go on later.")
    answers["stop"] = (_("&Stop and close"), _LOSE)
    answers["stay"] = (_("Keep training"), _REJECT)
    title, sentence = _("Training goes on"), _("A network is being trained. Close nevertheless?")
    return _answer(parent, title, sentence, more, answers, preferred="later" if recorded else "stay")


def _answer(
    parent: QWidget,
    title: str,
    sentence: str,
    more: str,
    answers: Mapping[_Answer, _Button],
    preferred: _Answer | None = None,
) -> _Answer:
    """Which of the answers is given: the ``preferred`` one, or else the first, with Enter; the last one with Escape."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)  # a file that is named as HTML shall not be drawn as such
    box.setText(sentence)
    box.setInformativeText(more)
    buttons = {answer: box.addButton(*button) for answer, button in answers.items()}
    first, *_others, last = answers
    box.setDefaultButton(buttons[preferred or first])
    box.exec()
    clicked = box.clickedButton()
    box.deleteLater()
    return next((answer for answer, button in buttons.items() if button is clicked), last)
