"""A run in the engine's process: told to the window and to the history alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import Event, RunFailed
from netbuilder.runs.claims import Claim
from netbuilder.runs.recorder import Recorder
from netbuilder.words import _

if TYPE_CHECKING:
    from netbuilder.engine.session import Session

Emit = Callable[[Event], None]
Keep = Callable[[Checkpoint], None]


class OtherData(Exception):
    """The data are no longer those that a run began with; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A run that goes on: from where (None: from its beginning), and the right to."""

    checkpoint: Checkpoint | None
    claim: Claim


def recorded(
    session: Session,
    uid: str,
    data_hash: str,
    emit: Emit,
    train: Callable[[Emit, Keep], None],
    interrupted: Interrupted | None = None,
) -> Callable[[], None]:
    """Does ``train(emit, keep)``, which is to run the session, and keeps it in the history as the run ``uid``.

    The window hears of everything first: no disk holds up a curve. What is returned has to be called, and closes the
    run in the history.
    """
    from netbuilder.engine.versions import versions

    recorder = Recorder(
        uid,
        session.project,
        origin="window",
        versions=versions(),
        data_hash=data_hash,
        tell=emit,
        resumed=None if interrupted is None else interrupted.checkpoint,
        claim=None if interrupted is None else interrupted.claim,
    )

    def tell(event: Event) -> None:
        emit(event)
        recorder.take(event)

    try:
        train(tell, recorder.keep)
    except Exception as problem:
        recorder.take(RunFailed(str(problem), ""))
        recorder.end(None)
        raise
    return partial(recorder.end, session.end)


def refuse_other_data(expected: str, found: str) -> None:
    """Raises ``OtherData`` where the data are not those that a run began with."""
    if expected != found:
        raise OtherData(
            _("The data of this run have changed since it began, so it can't go on: press Train to begin a new one.")
        )
