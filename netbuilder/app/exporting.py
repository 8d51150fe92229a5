"""Taking the network away: asks the engine's process to export it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from netbuilder.app.engine import EngineLink
from netbuilder.export import Exporter, exporter
from netbuilder.export.keras_file import KerasFile
from netbuilder.export.oldest_keras import oldest_keras
from netbuilder.spec.catalogs import Entry
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _
from netbuilder.worker.messages import Ask, Reply, Tell


class Exporting(QObject):
    """Exports the current network; one sentence says how it went."""

    exported = Signal(str)
    failed = Signal(str, str)  # sentence, details

    def __init__(self, engine: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine

    def kinds(self) -> Sequence[Entry[Exporter]]:
        """Every way to take a network away."""
        return tuple(exporter)

    def opens_in(self, chosen: Any, project: ProjectSpec) -> str:
        """Which Keras will open what is exported so, in a sentence; empty where no Keras has to."""
        if not isinstance(chosen, KerasFile):
            return ""
        from importlib.metadata import version  # 15 ms, which the start can do without

        oldest = oldest_keras(project) if chosen.portable else version("keras")
        return _("This model opens in Keras {oldest} and newer.").format(oldest=oldest)

    def export(self, name: str, path: Path, options: Mapping[str, Any]) -> None:
        """Writes the current network to ``path`` as the exporter of that name does, with values for its fields."""
        self._engine.ask(Ask.EXPORT, self._take, name=name, path=str(path), options=dict(options))

    def _take(self, reply: Reply) -> None:
        if reply.kind is Tell.DONE:
            self.exported.emit(reply.body["sentence"])
        elif reply.last:
            self.failed.emit(reply.body["sentence"], reply.body["details"])
