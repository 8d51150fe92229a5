"""The course of one training on the command line: told, and kept in the history while it happens."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from netbuilder.cli.sentences import BadInput
from netbuilder.data.examples import Examples
from netbuilder.events import Event, NotRecorded, RunEnded, RunFailed
from netbuilder.orders import Orders
from netbuilder.runs.fingerprint import fingerprint
from netbuilder.runs.history import CannotUseHistory, History
from netbuilder.runs.recorder import Recorder
from netbuilder.runs.room import MOMENT, UNDOABLE
from netbuilder.runs.unfinished import Unfinished
from netbuilder.words import _
from netbuilder.worker.bundle import Bundle

if TYPE_CHECKING:
    from netbuilder.engine.session import Session


class Course:
    """A new run, or an unfinished one that goes on; kept under ``uid``, or not at all where that is None."""

    def __init__(self, uid: str | None, found: Unfinished | None = None) -> None:
        self._uid, self._found = uid, found
        self._recorded = uid is not None
        self.told: list[Event] = [] if found is None else list(found.epochs)
        """What happened, with the epochs before the interruption."""

    def run(self, session: Session, examples: Examples, tell: Callable[[Event], None], orders: Orders) -> RunEnded:
        """Trains to the end.

        Raises what the session raises, and ``BadInput`` where the data are others than they were.
        """
        recorder = self._recorder(session, examples)
        ends: list[RunEnded] = []

        def tell_all(events: tuple[Event, ...]) -> None:
            for event in events:
                tell(event)

        bundle = Bundle(tell_all)
        if recorder is not None:
            bundle.before = recorder.flush  # whatever is printed outlives the program

        def emit(event: Event) -> None:
            if recorder is not None:
                recorder.take(event)
            self.told.append(event)
            if isinstance(event, RunEnded):
                ends.append(event)
            bundle.take(event)

        keep = None if recorder is None else recorder.keep
        try:
            if self._found is None:
                session.run(emit, orders, keep=keep)
            else:
                found = self._found
                choice = found.record.choice
                session.go_on(found.checkpoint, emit, orders, keep=keep, rates=found.rates, compiled=choice)
        except MemoryError as problem:
            if recorder is not None:
                recorder.take(RunFailed(str(problem), ""))
            raise
        finally:
            # Whatever else ends it, Ctrl+C pressed twice or a reader that has gone, leaves a run to go on with.
            if recorder is not None:
                recorder.end(session.end if ends else None)
        (end,) = ends
        return end

    def tidy(self) -> None:
        """Keeps the history within its size, where the run was added to it; to be done once all is written and told.

        It takes a moment at most: whoever sweeps next does the rest.
        """
        if not self._recorded:
            return
        try:
            with closing(History()) as history:
                history.sweep(UNDOABLE, within=MOMENT)
        except CannotUseHistory as problem:
            print(f"netbuilder: {problem}", file=sys.stderr)

    def _recorder(self, session: Session, examples: Examples) -> Recorder | None:
        if self._uid is None:
            return None
        from netbuilder.engine.versions import versions

        data = fingerprint(examples)
        if self._found is not None and self._found.record.data_hash != data:
            message = _("The data are no longer those that the run began with, so it can't go on: train it anew.")
            raise BadInput(message)
        return Recorder(
            self._uid,
            session.project,
            origin="command line",
            versions=versions(),
            data_hash=data,
            tell=self._warn,
            resumed=None if self._found is None else self._found.checkpoint,
            claim=None if self._found is None else self._found.claim,
        )

    def _warn(self, event: Event) -> None:
        if isinstance(event, NotRecorded):
            self._recorded = False
            print(f"netbuilder: {event.sentence}", file=sys.stderr)
