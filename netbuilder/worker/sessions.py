"""The sessions of the engine's process: that of the last run, and one that is made ready for the next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from netbuilder.data.examples import Stopped
from netbuilder.spec.project import ProjectSpec
from netbuilder.worker.reading import Read, Reader

if TYPE_CHECKING:
    from netbuilder.engine.session import Session


@dataclass
class _Next:
    """A session on its way. ``taken``: a run waits for it, so that it need not be measured."""

    project: ProjectSpec
    data: Read
    session: Session | None = None
    taken: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    def is_for(self, project: ProjectSpec, data: Read) -> bool:
        return self.project == project and self.data.fingerprint == data.fingerprint


class Sessions:
    """Makes sessions, at most one ahead of its run. A prepared run begins at once, since it is compiled.

    What was made of other data than there are now, as when a file was replaced, serves nobody.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Session | None = None
        self._next: _Next | None = None
        self.made = 0
        """How many were made: TensorFlow keeps some 20 MB of each compiled one, whatever is done (measured in 2.21)."""

    def prepare(self, project: ProjectSpec, read: Reader, cancelled: Callable[[], bool]) -> Session:
        """A session for runs of the project, compiled and measured. Raises ``Stopped`` and what reading and sessions raise."""
        wanted, data = _nameless(project), read(project.data.source)
        with self._lock:
            for known in (self._last, None if self._next is None else self._next.session):
                if known is not None and known.epoch_seconds and _serves(known, wanted, data):
                    return known
            coming = self._next = _Next(wanted, data)
        try:
            session = self._made(wanted, data)
            session.ready()
            coming.session = session
            session.measure(lambda: cancelled() or coming.taken.is_set())
        finally:
            coming.done.set()
        if not session.epoch_seconds:
            raise Stopped
        return session

    def try_on(self, device: str, project: ProjectSpec, read: Reader, cancelled: Callable[[], bool]) -> float:
        """Seconds that an epoch would take on another device; 0 if ``cancelled``. Raises what sessions raise."""
        training = replace(project.training, device=device)
        session = self._made(replace(_nameless(project), training=training), read(project.data.source))
        session.measure(cancelled)
        return session.epoch_seconds

    def take(self, project: ProjectSpec, read: Reader) -> Session:
        """A session for a new run of the project: the prepared one, the last one taken back, or one made now."""
        wanted, data = _nameless(project), read(project.data.source)
        with self._lock:
            coming, self._next = self._next, None
        if coming is not None and coming.session is None and coming.is_for(wanted, data):
            coming.taken.set()
            coming.done.wait()
        prepared = None if coming is None else coming.session
        if coming is not None and prepared is not None and _serves(prepared, wanted, data):
            coming.taken.set()
            coming.done.wait()
            if prepared.project != wanted:
                prepared.begin_again(wanted)
            self._last = prepared
        elif self._last is not None and _serves(self._last, wanted, data):
            self._last.begin_again(wanted)
        else:
            self._last = self._made(wanted, data)
        return self._last

    def last(self) -> Session:
        """That of the last run. Raises ``LookupError`` where there was none."""
        if self._last is None:
            raise LookupError
        return self._last

    def _made(self, project: ProjectSpec, data: Read) -> Session:
        from netbuilder.engine.session import Session

        self.made += 1
        return Session(project, project.data.source.facts(project.data.split), data.examples, data.fingerprint)


def _serves(session: Session, project: ProjectSpec, data: Read) -> bool:
    return session.data_hash == data.fingerprint and session.serves(project)


def _nameless(project: ProjectSpec) -> ProjectSpec:
    return replace(project, title="")
