"""Faults reach a person: in the log, and in one dialog that offers to save a copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from netbuilder import __version__
from netbuilder.app.copies import Copies
from netbuilder.app.faults import Fault, Faults
from netbuilder.app.preferences import Preferences
from netbuilder.ui.filing import SUFFIX, Filing
from netbuilder.ui.message_bar import MessageBar
from netbuilder.ui.questions import somebody_is_asked
from netbuilder.ui.saving import ask_where
from netbuilder.words import _, plural

if TYPE_CHECKING:
    from netbuilder.app.log import Log
    from netbuilder.ui.report_dialog import ReportDialog

_AFTER_FIRST_PAINT = 700  # ms
_AGAIN = 500  # ms, while a dialog can't be shown


class Reporting(QObject):
    """Never shows two dialogs, none over another dialog or menu, and none for a fault that was read already."""

    def __init__(
        self,
        faults: Faults,
        copies: Copies,
        filing: Filing,
        preferences: Preferences,
        messages: MessageBar,
        folder: Path,
        window: QWidget,
    ) -> None:
        """``folder`` is the one of the log."""
        super().__init__(window)
        self._faults, self._copies, self._filing, self._messages = faults, copies, filing, messages
        self._preferences = preferences
        self._folder = folder
        self._window = window
        self._opened: Log | None = None
        self._unread: list[Fault] = []
        self._read: dict[Fault, int] = {}  # and how often they had happened then
        self.dialog: ReportDialog | None = None
        self._later = QTimer(self, interval=_AGAIN, singleShot=True)
        self._later.timeout.connect(self._show_faults)
        faults.raised.connect(self._take)
        faults.warned.connect(self._note_warning)
        faults.counted.connect(self._show_faults)

    def begin_soon(self) -> None:
        """Opens the log, once the window has been painted."""
        QTimer.singleShot(_AFTER_FIRST_PAINT, self, self._begin)

    @property
    def log(self) -> Log:
        """The log, which is opened when something is first written to it."""
        if self._opened is None:
            from netbuilder.app.log import Log

            self._opened = Log(self._folder)
            self._opened.note("INFO", f"netbuilder {__version__} has begun")
        return self._opened

    def close(self) -> None:
        """Writes how often everything went wrong, and ends the log."""
        self._later.stop()
        if self._opened is not None:
            for fault in self._faults.exceptions:
                if fault.times > 1:
                    self.log.note("ERROR", f"{fault.times:,} times {fault.where}", fault.told)
            self.log.note("INFO", "netbuilder has ended")
            self._opened.close()
            self._opened = None

    @Slot(object)
    def note_ready(self, readiness: object) -> None:
        """Writes of what the engine is made."""
        made_of = getattr(readiness, "versions", {})
        self.log.note("INFO", "The engine is ready: " + ", ".join(f"{name} {is_}" for name, is_ in made_of.items()))

    @Slot(str, str)
    def note_death(self, _sentence: str, details: str) -> None:
        """Writes where the engine was when it ended."""
        self._note_details("The engine died", details)

    @Slot(str, str)
    def note_failure(self, _sentence: str, details: str) -> None:
        """Writes where something failed in the engine; the sentence, which may name files, is for the window alone."""
        self._note_details("Something failed in the engine", details)

    @Slot()
    def report(self) -> None:
        """Shows what a person may copy who wants to report something, as asked for in the menu."""
        from netbuilder.app.reports import report_of

        self.show_report(
            _("Report a problem"),
            _("Copy these details, and say with them what you did, what you expected, and what happened instead."),
            report_of(self._faults.exceptions, (*self.log.earlier, *self.log.recent)),
        )

    @Slot()
    def show_log(self) -> None:
        """Opens the folder of the log, or says where it lies."""
        self.log.note("INFO", "The folder of the log was asked for")
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder))):
            self._messages.tell(_("The log lies in “{folder}”.").format(folder=self._folder))

    def show_report(self, heading: str, sentence: str, details: str, closed: Callable[[], None] = lambda: None) -> None:
        """Shows a report that was asked for; ``closed`` is called when it has been read."""
        if self.dialog is None:
            dialog = self._make(heading, after_fault=False)
            dialog.finished.connect(closed)
            dialog.show_report(sentence, details)
            dialog.show()

    @Slot()
    def _begin(self) -> None:
        self.log.note("INFO", f"The window shows on {QGuiApplication.platformName()}")

    @Slot(object)
    def _take(self, fault: Fault) -> None:
        self._unread.append(fault)
        self.log.note("ERROR", f"An exception {fault.where}", fault.told)

    @Slot(object)
    def _note_warning(self, fault: Fault) -> None:
        self.log.note("WARNING", f"Qt: {fault.told}")

    def _note_details(self, line: str, details: str) -> None:
        from netbuilder.discretion import bones

        self.log.note("WARNING", line, bones(details))

    @Slot()
    def _show_faults(self) -> None:
        """Shows what was not read yet; what comes while it is read is shown with it."""
        self._say_what_came_again()
        if not self._unread:
            return
        if self.dialog is None:
            if not self._may_show():
                self._later.start()
                return
            self._make(_("Something went wrong in netbuilder"), after_fault=True).show()
        if self.dialog is not None and self.dialog.after_fault:
            self._fill(self.dialog)

    def _say_what_came_again(self) -> None:
        """Once after each reading: the dialog would be in the way of whoever goes on in spite of it."""
        again = [fault for fault, times in self._read.items() if fault.times > times]
        for fault in again:
            del self._read[fault]
        if again:
            self._messages.warn(
                _(
                    "The same went wrong again: what you did last may not have been done. Save a copy of your project, "
                    "and start netbuilder anew if it goes on."
                )
            )

    def _fill(self, dialog: ReportDialog) -> None:
        from netbuilder.app.reports import report_of

        sentence = _(
            "What you did last may not have been done, or not in full. Your project is still open: save a copy to be "
            "safe, and go on."
        )
        times = sum(fault.times for fault in self._unread)
        if times > 1:
            sentence += " " + plural("It happened {count} time.", "It happened {count} times.", times)
        dialog.show_report(sentence, report_of(self._unread, self.log.recent))

    def _may_show(self) -> bool:
        """Whether a dialog would neither lie over another one or a menu, nor break off what the mouse is doing."""
        return self._window.isVisible() and not somebody_is_asked() and not QGuiApplication.mouseButtons().value

    def _make(self, heading: str, *, after_fault: bool) -> ReportDialog:
        from netbuilder.ui.report_dialog import ReportDialog

        dialog = ReportDialog(heading, self._window, after_fault=after_fault)
        dialog.save_asked.connect(self._save_copy)
        dialog.close_asked.connect(self._close_window)
        dialog.finished.connect(self._let_go)
        self.dialog = dialog
        return dialog

    @Slot()
    def _let_go(self) -> None:
        if self.dialog is not None and self.dialog.after_fault:
            self._read |= {fault: fault.times for fault in self._unread}
            self._unread.clear()
        self.dialog = None
        if self._unread:
            self._later.start()

    @Slot()
    def _save_copy(self) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        kinds = _("netbuilder projects (*{suffix})").format(suffix=SUFFIX)
        start = _("{name} (copy)").format(name=self._filing.name) + SUFFIX
        start = str(Path(self._preferences.folder) / start)
        path = ask_where(dialog, _("Save a copy of the project"), start, kinds, SUFFIX)
        if path is None:
            return
        try:
            sentence = self._copies.write(path)
        except Exception as problem:  # noqa: BLE001 - whatever the disk does, another place may do
            dialog.tell(str(problem), "blocking")
        else:
            dialog.tell(sentence, "hint")

    @Slot()
    def _close_window(self) -> None:
        if self.dialog is not None:
            self.dialog.reject()
        QTimer.singleShot(0, self._window, self._window.close)
