"""The sessions of the engine's process: that of the last run, and one that is made ready for the next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from netbuilder.data.examples import Examples, Stopped
from netbuilder.spec.project import ProjectSpec

if TYPE_CHECKING:
    from netbuilder.engine.session import Session

Read = Callable[[Any], Examples]


@dataclass
class _Next:
    """A session on its way. ``taken``: a run waits for it, so that it need not be measured."""

    project: ProjectSpec
    session: Session | None = None
    taken: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)


class Sessions:
    """Makes sessions, at most one ahead of its run. A prepared run begins at once, since it is compiled."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Session | None = None
        self._next: _Next | None = None

    def prepare(self, project: ProjectSpec, read: Read, cancelled: Callable[[], bool]) -> Session:
        """A session of the project that is compiled and measured. Raises ``Stopped`` and what sessions raise."""
        wanted = _nameless(project)
        with self._lock:
            for known in (self._last, None if self._next is None else self._next.session):
                if known is not None and known.project == wanted and known.epoch_seconds:
                    return known
            coming = self._next = _Next(wanted)
        try:
            session = _made(wanted, read)
            session.ready()
            coming.session = session
            session.measure(lambda: cancelled() or coming.taken.is_set())
        finally:
            coming.done.set()
        if cancelled():
            raise Stopped
        return session

    def take(self, project: ProjectSpec, read: Read) -> Session:
        """A session for a new run of the project: the prepared one, the last one taken back, or one made now."""
        wanted = _nameless(project)
        with self._lock:
            coming, self._next = self._next, None
        session = None
        if coming is not None and coming.project == wanted:
            coming.taken.set()
            coming.done.wait()
            session = coming.session
        elif self._last is not None and self._last.project == wanted and self._last.begin_again():
            session = self._last
        self._last = session or _made(wanted, read)
        return self._last

    def last(self) -> Session:
        """That of the last run. Raises ``LookupError`` where there was none."""
        if self._last is None:
            raise LookupError
        return self._last


def _nameless(project: ProjectSpec) -> ProjectSpec:
    return replace(project, title="")


def _made(project: ProjectSpec, read: Read) -> Session:
    from netbuilder.engine.session import Session

    examples = read(project.data.source)
    return Session(project, project.data.source.facts(project.data.split), examples)
