"""Opens the window: makes everything that it is given, and runs until it is closed."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder import __version__
from netbuilder.app.copies import Copies
from netbuilder.app.data_files import DataFiles
from netbuilder.app.document import Document
from netbuilder.app.engine import EngineLink
from netbuilder.app.exporting import Exporting
from netbuilder.app.faults import Faults
from netbuilder.app.lives import Life, lived
from netbuilder.app.preferences import Preferences
from netbuilder.app.previews import Previews
from netbuilder.app.pricing import Pricing
from netbuilder.app.projects import Projects
from netbuilder.app.recovery import Recovery
from netbuilder.app.run_file import RunFile
from netbuilder.app.training import Training
from netbuilder.app.trying import Trying
from netbuilder.disk import data_folder, lock_folder, log_folder, settings_folder
from netbuilder.disk.memory import share_heap
from netbuilder.ui.ending import Ending
from netbuilder.ui.icons import icon
from netbuilder.ui.last_words import LastWordsOffer
from netbuilder.ui.offering import Offering
from netbuilder.ui.recovering import Recovering
from netbuilder.ui.reporting import Reporting
from netbuilder.ui.window import Window

_AFTER_FIRST_PAINT = 150  # ms


def main(arguments: Sequence[str]) -> int:
    """Opens the project of the first argument, or the default template. Returns the exit code."""
    # The engine's process reads it: where native code ended it, is then told with its death.
    os.environ.setdefault("PYTHONFAULTHANDLER", "1")
    app = QApplication(["netbuilder", *arguments])
    app.setApplicationName("netbuilder")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("netbuilder")
    app.setWindowIcon(icon("netbuilder", "#000000"))
    with lived(_lives()) as life:
        return _run(app, arguments, life)


def _run(app: QApplication, arguments: Sequence[str], life: Life) -> int:
    faults = Faults()
    try:
        made = _made(app, settings_folder() / "preferences.ini", faults)
    except Exception as problem:
        from netbuilder.ui.no_window import tell_that_there_is_none

        tell_that_there_is_none(problem)
        raise
    faults.watch(life.note)
    window = made.window
    window.show()
    _give_way()
    window.activateWindow()  # where no window manager does, F5 would go nowhere
    for path in arguments[:1]:
        window.filing.open_path(Path(path))
    ending = Ending(window, made.recovery, made.files.close)
    QTimer.singleShot(_AFTER_FIRST_PAINT, ending.begin)
    made.recovering.offer()
    made.reporting.begin_soon()
    try:
        return app.exec()
    finally:
        window.engine.close()
        ending.close()
        made.last_words.leave()
        faults.close()
        made.reporting.close()


def _give_way() -> None:
    """Lets neither a thread nor the collection of garbage hold the window up."""
    # Python lets a thread compute for 5 ms before another has its turn: the window would wait as long for each answer
    # that a thread reads from the engine's pipe, and the answer for the window.
    sys.setswitchinterval(0.001)
    # What there is now stays until the end: no collection needs to look at it again.
    gc.freeze()
    gc.enable()


def opened(app: QApplication, preferences: Path) -> Window:
    """A window on the default template, with an engine of its own; not yet shown."""
    return _made(app, preferences, Faults()).window


@dataclass(frozen=True, slots=True)
class _Made:
    window: Window
    recovering: Recovering
    reporting: Reporting
    last_words: LastWordsOffer
    recovery: Recovery
    files: Projects


def _made(app: QApplication, preferences: Path, faults: Faults) -> _Made:
    share_heap()  # before there are threads
    engine = EngineLink()
    training = Training(engine)
    document = Document(Projects.templates()[0].project())
    kept = Preferences(preferences)
    locks = lock_folder()
    files = Projects(training, document, locks)
    window = Window(
        app,
        document,
        training,
        engine,
        Trying(engine),
        Previews(engine),
        Exporting(engine),
        Pricing(engine),
        files,
        kept,
    )
    messages = window.messages
    if kept.not_kept:
        messages.warn(kept.not_kept)
    window.filing.left.connect(files.close)
    window.filing.left.connect(RunFile(document, training, window).settle)
    recovery = Recovery(document, files, data_folder() / "recovery")
    data_files = DataFiles(document, window.previews, files.data_files, window)
    data_files.changed.connect(messages.warn)
    recovering = Recovering(recovery, window.filing, messages, window)
    copies = Copies(document, files, locks)
    reporting = Reporting(faults, copies, window.filing, kept, messages, log_folder(), window)
    _wire_reporting(window, reporting)
    last_words = LastWordsOffer(_lives(), reporting, messages, window)
    offering = Offering(window.history, window.past, messages, window)
    recovering.settled.connect(last_words.offer_soon)
    recovering.settled.connect(offering.offer_soon)
    return _Made(window, recovering, reporting, last_words, recovery, files)


def _wire_reporting(window: Window, reporting: Reporting) -> None:
    window.actions_.report.triggered.connect(reporting.report)
    window.actions_.show_log.triggered.connect(reporting.show_log)
    window.engine.ready.connect(reporting.note_ready)
    window.engine.died.connect(reporting.note_death)
    window.training.interrupted.connect(reporting.note_death)
    for failed in (window.engine.failed, window.training.failed, window.exporting.failed):
        failed.connect(reporting.note_failure)


def _lives() -> Path:
    return log_folder() / "lives"
