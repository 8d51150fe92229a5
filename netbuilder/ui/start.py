"""Opens the window: makes everything that it is given, and runs until it is closed."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder import __version__
from netbuilder.app.data_files import DataFiles
from netbuilder.app.document import Document
from netbuilder.app.engine import EngineLink
from netbuilder.app.exporting import Exporting
from netbuilder.app.preferences import Preferences
from netbuilder.app.previews import Previews
from netbuilder.app.pricing import Pricing
from netbuilder.app.projects import Projects
from netbuilder.app.recovery import Recovery
from netbuilder.app.training import Training
from netbuilder.app.trying import Trying
from netbuilder.disk import data_folder, settings_folder
from netbuilder.ui.icons import icon
from netbuilder.ui.offering import Offering
from netbuilder.ui.recovering import Recovering
from netbuilder.ui.window import Window


def main(arguments: Sequence[str]) -> int:
    """Opens the project of the first argument, or the default template. Returns the exit code."""
    app = QApplication(["netbuilder", *arguments])
    app.setApplicationName("netbuilder")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("netbuilder")
    app.setWindowIcon(icon("netbuilder", "#000000"))
    folder = settings_folder()
    folder.mkdir(parents=True, exist_ok=True)
    window, recovering = _made(app, folder / "preferences.ini")
    window.show()
    _give_way()
    window.activateWindow()  # where no window manager does, F5 would go nowhere
    for path in arguments[:1]:
        window.filing.open_path(Path(path))
    recovering.offer()
    try:
        return app.exec()
    finally:
        window.engine.close()


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
    return _made(app, preferences)[0]


def _made(app: QApplication, preferences: Path) -> tuple[Window, Recovering]:
    engine = EngineLink()
    training = Training(engine)
    document = Document(Projects.templates()[0].project())
    files = Projects(training, document, data_folder() / "locks")
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
        Preferences(preferences),
    )
    window.filing.left.connect(files.close)
    recovery = Recovery(document, files, data_folder() / "recovery")
    data_files = DataFiles(document, window.previews, window)
    data_files.changed.connect(window.messages.warn)
    recovering = Recovering(recovery, window.filing, window.messages, window)
    offering = Offering(window.history, window.past, window.messages, window)
    recovering.settled.connect(offering.offer_soon)
    return window, recovering
