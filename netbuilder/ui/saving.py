"""Where a file shall be written: no other file is written over without being asked about by its whole name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from netbuilder import disk
from netbuilder.ui.questions import ask_to_replace


def ask_where(
    parent: QWidget, title: str, start: str, kinds: str, suffix: str, *, others_do: bool = False
) -> Path | None:
    """Asks for a file to write, from ``start`` on; None if there shall be none.

    The name gets the ``suffix`` if it does not end so, or, if ``others_do``, has none. The dialog has not asked about
    the file that is called like that.
    """
    while name := QFileDialog.getSaveFileName(parent, title, start, kinds)[0]:
        chosen = Path(name)
        path = chosen if chosen.suffix == suffix or (others_do and chosen.suffix) else Path(f"{chosen}{suffix}")
        answer = ask_to_replace(parent, path) if path != chosen and disk.fingerprint(path) is not None else "replace"
        if answer == "replace":
            return path
        if answer == "cancel":
            return None
        start = str(path)
    return None
