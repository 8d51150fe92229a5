"""Previews of data, read by the engine's process, and downloads that the user asked for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot

from netbuilder.app.engine import EngineLink
from netbuilder.data.shares import agree
from netbuilder.spec.plain import to_plain
from netbuilder.spec.project import DataSpec
from netbuilder.spec.sources import Source
from netbuilder.worker.messages import Ask, Reply, Tell


class Previews(QObject):
    """Asks for previews; the newest request counts, an older one is stopped."""

    arrived = Signal(object, object)  # DataSpec, Preview
    files_seen = Signal(object, object)  # DataSpec, tuple of DataFile: those that were read
    failed = Signal(object, str)  # DataSpec, sentence
    download_progress = Signal(object, object)  # bytes done, bytes in all
    download_ended = Signal(str)  # "" or a sentence

    def __init__(self, engine: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._wanted: DataSpec | None = None
        self._number: int | None = None
        self._download: int | None = None
        self._interrupted = False
        engine.replaced.connect(self._ask_again)

    def ask(self, data: DataSpec) -> None:
        """Asks for the preview of these data."""
        if self._number is not None:
            self._engine.stop(self._number)
        self._wanted = data
        self._number = self._engine.ask(Ask.PREVIEW, lambda reply: self._take(data, reply), data=to_plain(data))

    def agree(self, paths: Iterable[str]) -> None:
        """A person chose these files or folders, wherever they are. Raises ``disk.CannotWrite``."""
        for path in paths:
            agree(path)

    def download(self, source: Source) -> None:
        """Fetches the data of a source from where they are published."""
        if self._download is None:
            self._download = self._engine.ask(Ask.DOWNLOAD, self._take_download, source=to_plain(source))

    def cancel_download(self) -> None:
        """Stops the download; what has come stays, so that it can go on later."""
        if self._download is not None:
            self._engine.stop(self._download)

    @Slot()
    def _ask_again(self) -> None:
        if self._interrupted and self._wanted is not None:
            self._interrupted = False
            self.ask(self._wanted)

    def _take(self, data: DataSpec, reply: Reply) -> None:
        if data != self._wanted or not reply.last:
            return
        if reply.kind is Tell.DIED:  # of something else, mostly: asked once more of the next process
            self._interrupted = True
            return
        self._number = None
        if reply.kind is Tell.DONE:
            self.arrived.emit(data, reply.body["preview"])
            self.files_seen.emit(data, reply.body["files"])
        else:
            self.failed.emit(data, reply.body["sentence"])

    def _take_download(self, reply: Reply) -> None:
        if reply.kind is Tell.PROGRESS:
            self.download_progress.emit(reply.body["done"], reply.body["total"])
        if reply.last:
            self._download = None
            self.download_ended.emit("" if reply.kind is Tell.DONE else reply.body["sentence"])
