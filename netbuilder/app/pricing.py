"""The price of a run before it is begun: how long it will take, measured by the engine's process."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from netbuilder.app.engine import EngineLink
from netbuilder.spec.plain import to_plain
from netbuilder.spec.project import ProjectSpec
from netbuilder.worker.messages import Ask, Reply, Tell


class Pricing(QObject):
    """Has the next run prepared and measured; the run then begins at once."""

    told = Signal(object, object)  # ProjectSpec, tuple of Price: one a device, the chosen one first; () if unknown

    def __init__(self, engine: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._asked: object = None  # stands for the question whose answer somebody waits for
        self._job = 0

    def ask(self, project: ProjectSpec) -> None:
        """Asks about a project that can be trained; the answer to an older question no longer comes."""
        self.forget()
        self._engine.renew()
        asked = object()  # the same project may be asked about twice
        self._asked = asked
        self._job = self._engine.ask(Ask.PREPARE, partial(self._take, asked, project), project=to_plain(project))

    def forget(self) -> None:
        """Ends what is being measured: nobody waits for it any more."""
        if self._asked is not None:
            self._asked = None
            self._engine.stop(self._job)

    def _take(self, asked: object, project: ProjectSpec, reply: Reply) -> None:
        if asked is self._asked and reply.last:
            self._asked = None
            self.told.emit(project, reply.body["prices"] if reply.kind is Tell.DONE else ())
