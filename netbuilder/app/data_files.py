"""Notices that the files of a project's data are no longer those that its project file knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from netbuilder.app.document import Document
from netbuilder.app.previews import Previews
from netbuilder.data.origins import DataFile
from netbuilder.spec.project import DataSpec
from netbuilder.spec.sources import Source
from netbuilder.words import _


class DataFiles(QObject):
    """Compares them by what is in them whenever the data are read: a file that was only moved is the same."""

    changed = Signal(str)  # what a person should know of it

    def __init__(
        self,
        document: Document,
        previews: Previews,
        known: Callable[[Source], Sequence[DataFile]],
        parent: QObject | None = None,
    ) -> None:
        """``known``: what the project's file says of the files of a source, since it was opened or saved."""
        super().__init__(parent)
        self._known = known
        self._told: Sequence[DataFile] = ()
        document.replaced.connect(self._begin)
        previews.files_seen.connect(self._compare)

    @Slot(object)
    def _begin(self) -> None:
        self._told = ()

    @Slot(object, object)
    def _compare(self, data: DataSpec, found: Sequence[DataFile]) -> None:
        known = self._known(data.source)
        if known == self._told:
            return
        contents = {one.sha256 for one in found}
        others = [one for one in known if one.sha256 not in contents]
        if others and found:
            self._told = known
            sentence = _(
                "“{name}” has changed since this project was saved: what was trained before may not fit the data any more. "
                "Train again, or bring the file back."
            )
            self.changed.emit(sentence.format(name=Path(others[0].path).name))
