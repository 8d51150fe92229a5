"""New, Open and Save: which file, what becomes of unsaved changes, and what went wrong in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from netbuilder.app.document import Document
from netbuilder.app.open_file import Changed, InUse
from netbuilder.app.preferences import Preferences
from netbuilder.app.recovery_folder import RecoveryFolder
from netbuilder.app.training import Training
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.incoming import Incoming, Model
from netbuilder.ui.project_files import Files, Template
from netbuilder.ui.questions import ask_to_overwrite, ask_to_save
from netbuilder.ui.saving import ask_where
from netbuilder.words import _

SUFFIX = ".netbuilder"
MODEL_SUFFIX = ".keras"


class Filing(QObject):
    """Brings projects into the document and out of it."""

    failed = Signal(str)
    warned = Signal(str)
    told = Signal(str)
    began = Signal(object)  # another project is in the document; what to look at in it, in lines
    left = Signal()  # the window may close: all is saved, or not wanted any more

    def __init__(
        self, document: Document, files: Files, training: Training, preferences: Preferences, window: QWidget
    ) -> None:
        super().__init__(window)
        self._training = training
        self._document = document
        self._files = files
        self._preferences = preferences
        self._window = window
        self._lacks = ""  # why curves are missing in what was saved last
        self._copy_of: Path | None = None  # what is open here, but can only be saved elsewhere
        self._replaced = 0  # times: what a dialog was about may be gone when it is answered
        self._incoming = Incoming(document, training, self)
        self._incoming.came.connect(self._take_model)
        self._incoming.overtaken.connect(self._say_that_a_run_began)
        document.replaced.connect(self._note_replaced)

    @property
    def name(self) -> str:
        """What the project is called: by its file, its title, or nothing yet."""
        path = self._document.path
        if path is None and self._copy_of is not None:
            return _("{name} (copy)").format(name=self._copy_of.stem)
        return path.stem if path is not None else self._document.spec.title or _("Untitled")

    def new(self, template: Template) -> None:
        """Begins a project from a template."""
        self.begin_with(template.project(), template.look, unsaved=False)

    def begin_with(self, project: ProjectSpec, look: Sequence[str] = (), *, unsaved: bool = True) -> bool:
        """Makes a project the open one that no file holds; False where the person keeps the one that is open."""
        if not self._may_begin():
            return False
        self._training.restore(None)
        self._begin(project, None, look, unsaved=unsaved)
        return True

    def begin_in(self, path: Path, project: ProjectSpec) -> str | None:
        """Opens the file that holds the project of a run; returns why it can't, or "".

        None where the person keeps the project that is open.
        """
        if not self._may_begin():
            return None
        try:
            opened = self._files.open(path, of=project)
        except Exception as problem:  # noqa: BLE001 - whatever a file does to its reader, the window lives on
            return str(problem)
        self._begin(opened, path, ())
        self._remember(path)
        return ""

    def hindrance(self, path: Path, project: ProjectSpec) -> str:
        """Why ``begin_in`` could not open that file, or ""."""
        try:
            self._files.check(path, project)
        except Exception as problem:  # noqa: BLE001 - as above
            return str(problem)
        return ""

    def new_default(self) -> None:
        """Begins a project from the first template."""
        for template in self._files.templates()[:1]:
            self.new(template)

    def open(self) -> None:
        """Asks for a file and opens it."""
        kinds = _("Projects and Keras models (*{suffix} *{model});;Versions before the last save (*{suffix}~)").format(
            suffix=SUFFIX, model=MODEL_SUFFIX
        )
        name, _kind = QFileDialog.getOpenFileName(self._window, _("Open a project"), self._preferences.folder, kinds)
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Opens a project or a Keras model; if that fails, what was open stays.

        What another window has open is opened to be looked at: it can be saved under another name. A model is opened by
        the engine, and is here when that has read it.
        """
        if self._may_begin():
            self._open(path.absolute())  # it may be asked for from another folder after a crash

    def recover(self, folder: RecoveryFolder) -> bool:
        """Opens what a crash interrupted, as unsaved changes of the file it belongs to. True if it is open now."""
        if not self._may_begin():
            return False
        path, copy_of, copied = folder.about().path, None, ""
        try:
            try:
                project = self._files.recover(folder, path)
            except InUse as problem:
                project = self._files.recover(folder, None)
                path, copy_of, copied = None, path, _that_it_is_a_copy(problem)
            self._begin(project, path, (), unsaved=True, copy_of=copy_of)
        except Exception as problem:  # noqa: BLE001 - whatever is wrong with it, it stays, and the window lives on
            self.failed.emit(str(problem))
            return False
        if copied or folder.lacks:
            self.warned.emit(f"{copied}\n{folder.lacks}".strip())
        return True

    def save(self) -> bool:
        """Saves to the project's file, or asks for one. True if it is saved now."""
        return self._write(self._document.path) if self._document.path is not None else self.save_as()

    def save_as(self) -> bool:
        """Asks for a file and saves to it. True if it is saved now."""
        kinds = _("netbuilder projects (*{suffix})").format(suffix=SUFFIX)
        start = str(Path(self._preferences.folder) / f"{self.name}{SUFFIX}")
        replaced = self._replaced
        path = ask_where(self._window, _("Save the project"), start, kinds, SUFFIX)
        return path is not None and self._is_still_open(replaced) and self._write(path)

    def may_leave(self) -> bool:
        """Whether the window may close, which is told to whoever keeps what is not saved."""
        if not self._may_drop():
            return False
        self._incoming.drop()
        self.left.emit()
        return True

    def _may_begin(self) -> bool:
        return self._is_idle() and self._may_drop()

    def _may_drop(self) -> bool:
        """Whether the open project may be left: it is saved, was saved now, or is not wanted any more."""
        if not self._document.modified:
            return True
        replaced = self._replaced
        answer = ask_to_save(self._window, self.name)
        if answer == "cancel" or not self._is_still_open(replaced):
            return False
        return answer == "discard" or (self.save() and not self._lacks)  # that must be read first

    def _is_still_open(self, replaced: int) -> bool:
        """Whether the project is the one that a dialog was about, when it had been ``replaced`` so often; or says so."""
        if self._replaced != replaced:
            self.failed.emit(
                _("Another project was opened meanwhile, so nothing was saved: look at it, and save again.")
            )
        return self._replaced == replaced

    def _is_idle(self) -> bool:
        if self._training.running:
            self.failed.emit(_("A network is being trained: stop that (Shift+F5) before you open another project."))
        return not self._training.running

    def _open(self, path: Path) -> None:
        if path.suffix.lower() == MODEL_SUFFIX:
            self.told.emit(_("“{name}” is being opened …").format(name=path.name))
            self._incoming.ask(path)
            return
        try:
            if path.name.endswith(f"{SUFFIX}~"):
                self._begin(self._files.look(path), None, (), unsaved=True, copy_of=path)
                self.warned.emit(
                    _("This is “{path}” as it was before it was saved last: save it over that, or elsewhere.").format(
                        path=path.with_name(path.name.removesuffix("~"))
                    )
                )
                return
            try:
                project = self._files.open(path)
            except InUse as problem:
                self._begin(self._files.look(path), None, (), copy_of=path)
                self.warned.emit(_that_it_is_a_copy(problem))
                return
        except Exception as problem:  # noqa: BLE001 - whatever a file does to its reader, the window lives on
            self.failed.emit(str(problem))
            return
        self._begin(project, path, ())
        self._remember(path)

    @Slot(object)
    def _take_model(self, model: Model) -> None:
        """The engine has read a model: its project takes the place of the one that is open, as unsaved changes."""
        if model.edited and not self._may_drop():  # somebody went on working meanwhile
            self._incoming.refuse(model)
            return
        if not self._incoming.accept(model):
            return
        self._begin(model.project, None, (), unsaved=True)
        goes_on = _("Opened with its weights: “10 more” trains them further, Train begins with new ones.")
        how = goes_on if self._training.can_go_on else _("Opened with its weights.")
        self.told.emit("\n".join((how, *model.remarks)))
        self._remember(model.path)

    @Slot(object)
    def _say_that_a_run_began(self, path: Path) -> None:
        self.warned.emit(
            _("“{name}” was not opened, for training has begun meanwhile: open it again when that is over.").format(
                name=path.name
            )
        )

    @Slot()
    def _note_replaced(self) -> None:
        self._replaced += 1

    def _begin(
        self,
        project: ProjectSpec,
        path: Path | None,
        look: Sequence[str],
        *,
        unsaved: bool = False,
        copy_of: Path | None = None,
    ) -> None:
        self._incoming.drop()
        self._copy_of = copy_of
        self._document.replace(project, path, unsaved=unsaved)
        self.began.emit(look)

    def _write(self, path: Path, *, anyway: bool = False) -> bool:
        spec = self._document.spec
        try:
            self._lacks = self._files.save(path, spec, anyway=anyway)
        except Changed as problem:
            return self._write_changed(path, problem)
        except InUse as problem:
            self.failed.emit(_("{why} Choose another name.").format(why=problem))
            return False
        except Exception as problem:  # noqa: BLE001 - whatever the disk does, the project stays open and unsaved
            self.failed.emit(str(problem))
            return False
        self._copy_of = None
        self._document.saved(spec, path)
        self._remember(path)
        if self._lacks:
            sentence = _(
                "“{name}” was saved, but curves of its network may be missing. {why} Saving it again may complete it."
            )
            self.warned.emit(sentence.format(name=path.name, why=self._lacks))
        return True

    def _write_changed(self, path: Path, problem: Changed) -> bool:
        """Lets the person decide about a file that is another than it was. True if the project is saved now."""
        replaced = self._replaced
        answer = ask_to_overwrite(self._window, str(problem), gone=problem.gone)
        if answer == "cancel" or not self._is_still_open(replaced):
            return False
        match answer:
            case "overwrite":
                return self._write(path, anyway=True)
            case "save as":
                return self.save_as()
            case "open":
                if self._is_idle():
                    self._open(path)
        return False

    def _remember(self, path: Path) -> None:
        self._preferences.remember(path)
        self._preferences.folder = str(path.parent)


def _that_it_is_a_copy(problem: InUse) -> str:
    return _("{why} This is a copy: save it under another name.").format(why=problem)


def dropped_project(mime: QMimeData) -> Path | None:
    """The project or model file that is dragged, if one is."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() in (SUFFIX, MODEL_SUFFIX)), None)
