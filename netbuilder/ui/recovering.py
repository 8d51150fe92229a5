"""Offers what windows had not saved that crashed, or were asked to end."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from netbuilder.app.recovery import Recovery
from netbuilder.app.recovery_folder import RecoveryFolder
from netbuilder.ui.filing import Filing
from netbuilder.ui.message_bar import MessageBar
from netbuilder.words import _, plural

_ABOUT = "recovery"


class Recovering(QObject):
    """Asks about one after the other, above the views. Nothing is removed until it is saved or discarded."""

    settled = Signal()  # there is nothing to ask about, or no more

    def __init__(self, recovery: Recovery, filing: Filing, messages: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._recovery = recovery
        self._filing = filing
        self._messages = messages
        self._offered: list[RecoveryFolder] = []
        messages.answered.connect(self._take)
        recovery.failed.connect(messages.warn)
        filing.left.connect(recovery.leave)

    def offer(self) -> None:
        """Looks for what was left behind, and asks about it."""
        self._offered += self._recovery.left_behind()
        self._ask()

    @Slot(str)
    def _take(self, answer: str) -> None:
        if not self._offered:
            return
        folder = self._offered[0]
        match answer:
            case "recover":
                if self._filing.recover(folder):
                    self._recovery.adopt(folder)
                    self._next()
            case "keep":
                folder.release()
                self._next()
            case "discard":
                self._messages.ask(
                    _("Discard the unsaved changes to {what} for good?").format(what=_what(folder)),
                    {"back": _("Back"), "really discard": _("Discard")},
                    closing="back",
                    about=_ABOUT,
                )
            case "really discard":
                folder.remove()
                self._next()
            case "back":
                self._ask()
            case _:  # about something else
                pass

    def _next(self) -> None:
        del self._offered[0]
        self._ask()

    def _ask(self) -> None:
        if not self._offered:
            self._messages.withdraw(_ABOUT)
            self.settled.emit()
            return
        first, *others = self._offered
        about = first.about()
        of_a_crash = _("netbuilder did not end as it should. Unsaved changes to {what} were kept ({when}).")
        of_an_end = _("The system ended netbuilder. Unsaved changes to {what} were kept ({when}).")
        sentence = (of_an_end if about.asked else of_a_crash).format(
            what=_what(first), when=time.strftime("%x %H:%M", time.localtime(about.kept))
        )
        if others:
            sentence += plural(" {count} more follows.", " {count} more follow.", len(others))
        self._messages.ask(
            sentence,
            {"recover": _("Recover"), "keep": _("Keep for later"), "discard": _("Discard…")},
            closing="keep",
            about=_ABOUT,
        )


def _what(folder: RecoveryFolder) -> str:
    """How a person knows it: by its file, or by its title."""
    about = folder.about()
    if about.path is not None:
        home = Path.home()
        return f"“~/{about.path.relative_to(home)}”" if about.path.is_relative_to(home) else f"“{about.path}”"
    return _("“{title}”, which was never saved,").format(title=about.title or _("Untitled"))
