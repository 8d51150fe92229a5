"""What the window's parts show of the document, of its trained network and of the engine."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow

from netbuilder.app.document import Document
from netbuilder.app.engine import EngineLink
from netbuilder.app.training import Training
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.filing import Filing
from netbuilder.ui.inspector import Inspector
from netbuilder.ui.menus import Menus
from netbuilder.ui.message_bar import MessageBar
from netbuilder.ui.outline import OutlinePanel
from netbuilder.ui.status import StatusBar
from netbuilder.ui.toolbar import ToolBar
from netbuilder.ui.trial import Trial


class Mirror(QObject):
    """Keeps the parts of a window at what there is."""

    def __init__(
        self,
        window: QMainWindow,
        document: Document,
        training: Training,
        engine: EngineLink,
        filing: Filing,
        outline: OutlinePanel,
        inspector: Inspector,
        trial: Trial,
        menus: Menus,
        toolbar: ToolBar,
        messages: MessageBar,
        status: StatusBar,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document, self._training, self._engine, self._filing = document, training, engine, filing
        self._outline, self._inspector, self._trial = outline, inspector, trial
        self._menus, self._toolbar, self._messages, self._status = menus, toolbar, messages, status
        self._readiness: Any = None  # of the engine, as it is shown
        self._wire()

    def show_all(self) -> None:
        """Shows what there is at the start."""
        self._show_project(None, self._document.spec)
        self._show_place(self._outline.place)
        self._show_trained()

    def _wire(self) -> None:
        # The document
        self._document.changed.connect(self._show_project)
        self._document.cleanness_changed.connect(self._show_name)
        self._document.path_changed.connect(self._show_name)
        self._filing.began.connect(self._show_name)
        self._outline.chosen.connect(self._show_place)
        # The network
        self._training.ended.connect(self._show_trained)
        self._training.trained.connect(self._show_trained)
        self._training.interrupted.connect(self._show_interrupted)
        self._training.failed.connect(self._messages.show_message)
        # The engine
        self._engine.ready.connect(self._show_ready)
        self._engine.died.connect(self._messages.show_message)
        self._engine.unkept.connect(self._messages.warn)
        self._engine.replaced.connect(self._status.show_loading)
        self._engine.failed.connect(self._show_engine_failed)

    @Slot(object, object)
    def _show_project(self, before: ProjectSpec | None, project: ProjectSpec) -> None:
        facts, outline = self._document.facts, self._document.outline
        self._outline.show_project(project, facts, outline)
        self._inspector.show_place(project, facts, self._outline.place, outline.at(self._outline.place))
        self._status.show_outline(outline)
        self._status.show_seed(project.training.seed)
        self._toolbar.show_device(project.training.device)
        self._trial.show_project(before, project)

    @Slot(str)
    def _show_place(self, place: str) -> None:
        document = self._document
        self._inspector.show_place(document.spec, document.facts, place, document.outline.at(place))

    @Slot()
    def _show_name(self) -> None:
        modified, path = self._document.modified, self._document.path
        self._window.setWindowTitle(f"{self._filing.name}[*] – netbuilder")
        self._window.setWindowModified(modified)
        self._status.show_saved("" if path is None else path.name, modified=modified)

    @Slot()
    def _show_trained(self) -> None:
        self._document.hold_network(self._training.stored)
        self._menus.show_trained(trained=self._training.trained_project is not None)

    @Slot(str, str)
    def _show_interrupted(self, sentence: str, details: str) -> None:
        self._messages.show_message(sentence, details, "warning")

    @Slot(object)
    def _show_ready(self, readiness: Any) -> None:
        self._status.show_versions(readiness.versions)
        if readiness == self._readiness:
            return  # whoever is choosing a device keeps his place
        self._readiness = readiness
        chosen = self._document.spec.training.device
        self._toolbar.show_devices(readiness.devices, chosen, readiness.no_gpu_sentence)
        self._inspector.show_devices(readiness.devices, readiness.no_gpu_sentence)

    @Slot(str, str)
    def _show_engine_failed(self, sentence: str, details: str) -> None:
        self._status.show_engine_failed()
        self._messages.show_message(sentence, details)
