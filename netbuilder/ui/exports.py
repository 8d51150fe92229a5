"""The Export menu's questions: which options, which file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from netbuilder.app.exporting import Exporting
from netbuilder.app.preferences import Preferences
from netbuilder.app.training import Training
from netbuilder.ui.filing import Filing
from netbuilder.ui.options import ask_for_options
from netbuilder.ui.saving import ask_where


class Exports(QObject):
    """Asks what is needed to take the network away, and has it done."""

    def __init__(
        self, exporting: Exporting, training: Training, preferences: Preferences, filing: Filing, window: QWidget
    ) -> None:
        super().__init__(window)
        self._exporting = exporting
        self._training = training
        self._preferences = preferences
        self._filing = filing
        self._window = window

    @Slot(QAction)
    def ask(self, action: QAction) -> None:
        """Exports as the entry says that the menu's action carries."""
        entry = action.data()
        options = ask_for_options(self._window, entry, self._opens_in) if entry.fields else {}
        if options is None:
            return
        suffix = entry.kind.suffix
        start = str(Path(self._preferences.folder) / f"{self._filing.name}{suffix}")
        path = ask_where(self._window, entry.title, start, f"{entry.title} (*{suffix})", suffix)
        if path is not None:
            self._exporting.export(entry.name, path, options)

    def _opens_in(self, chosen: Any) -> str:
        trained = self._training.trained_project
        return self._exporting.opens_in(chosen, trained) if trained is not None else ""
