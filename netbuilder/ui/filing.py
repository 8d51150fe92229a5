"""New, Open and Save: which file, what becomes of unsaved changes, and what went wrong in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from netbuilder.app.document import Document
from netbuilder.app.preferences import Preferences
from netbuilder.app.training import Training
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.dialogs import ask_to_save
from netbuilder.words import _

SUFFIX = ".netbuilder"


class Template(Protocol):
    """A project to begin with; ``look`` says what to look at."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def look(self) -> tuple[str, ...]: ...
    def project(self) -> ProjectSpec: ...


class Files(Protocol):
    """Reads and writes projects. What it raises says in a sentence what went wrong."""

    def open(self, path: Path) -> ProjectSpec: ...
    def save(self, path: Path, spec: ProjectSpec) -> None: ...
    def templates(self) -> Sequence[Template]: ...


class Filing(QObject):
    """Brings projects into the document and out of it."""

    failed = Signal(str)
    began = Signal(object)  # another project is in the document; what to look at in it, in lines

    def __init__(
        self, document: Document, files: Files, training: Training, preferences: Preferences, window: QWidget
    ) -> None:
        super().__init__(window)
        self._training = training
        self._document = document
        self._files = files
        self._preferences = preferences
        self._window = window

    @property
    def name(self) -> str:
        """What the project is called: by its file, its title, or nothing yet."""
        path = self._document.path
        return path.stem if path is not None else self._document.spec.title or _("Untitled")

    def new(self, template: Template) -> None:
        """Begins a project from a template."""
        if self._may_begin():
            self._training.restore(None)
            self._document.replace(template.project(), None)
            self.began.emit(template.look)

    def new_default(self) -> None:
        """Begins a project from the first template."""
        for template in self._files.templates()[:1]:
            self.new(template)

    def open(self) -> None:
        """Asks for a file and opens it."""
        kinds = _("netbuilder projects (*{suffix})").format(suffix=SUFFIX)
        name, _kind = QFileDialog.getOpenFileName(self._window, _("Open a project"), self._preferences.folder, kinds)
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Opens a file; if that fails, the project that was open stays."""
        if not self._may_begin():
            return
        try:
            project = self._files.open(path)
        except Exception as problem:  # noqa: BLE001 - whatever a file does to its reader, the window lives on
            self.failed.emit(str(problem))
            return
        self._document.replace(project, path)
        self._remember(path)
        self.began.emit(())

    def save(self) -> bool:
        """Saves to the project's file, or asks for one. True if it is saved now."""
        return self._write(self._document.path) if self._document.path is not None else self.save_as()

    def save_as(self) -> bool:
        """Asks for a file and saves to it. True if it is saved now."""
        kinds = _("netbuilder projects (*{suffix})").format(suffix=SUFFIX)
        start = str(Path(self._preferences.folder) / f"{self.name}{SUFFIX}")
        name, _kind = QFileDialog.getSaveFileName(self._window, _("Save the project"), start, kinds)
        if not name:
            return False
        path = Path(name)
        return self._write(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))

    def may_leave(self) -> bool:
        """Whether the open project may be left: it is saved, was saved now, or is not wanted any more."""
        if not self._document.modified:
            return True
        answer = ask_to_save(self._window, self.name)
        return self.save() if answer == "save" else answer == "discard"

    def _may_begin(self) -> bool:
        if self._training.running:
            self.failed.emit(_("A network is being trained: stop that (Shift+F5) before you open another project."))
            return False
        return self.may_leave()

    def _write(self, path: Path | None) -> bool:
        assert path is not None
        spec = self._document.spec
        try:
            self._files.save(path, spec)
        except Exception as problem:  # noqa: BLE001 - whatever the disk does, the project stays open and unsaved
            self.failed.emit(str(problem))
            return False
        self._document.saved(spec, path)
        self._remember(path)
        return True

    def _remember(self, path: Path) -> None:
        self._preferences.folder = str(path.parent)
        self._preferences.remember(path)


def dropped_project(mime: QMimeData) -> Path | None:
    """The project file that is dragged, if one is."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix == SUFFIX), None)
