"""A run in the engine's process: told to the window and to the history alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import Event, NotRecorded, RunFailed
from netbuilder.orders import Orders
from netbuilder.runs.recorder import Recorder
from netbuilder.runs.unfinished import Unfinished
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.scaling import Scaling, scaling_in_effect
from netbuilder.words import _
from netbuilder.worker.bundle import Bundle

if TYPE_CHECKING:
    from netbuilder.engine.session import Session

Emit = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run is kept: its ``uid`` in the history, and the path of its project's file, None where it is not known.

    ``held``: the window that asks for it holds it against others, so that its engine may claim it.
    """

    uid: str
    file: str | None = None
    held: bool = False


class OtherData(Exception):
    """The data are no longer those that a run began with; the message says what to do."""


def recorded(
    session: Session,
    project: ProjectSpec,
    place: Place,
    data_hash: str,
    tell: Callable[[tuple[Event, ...]], None],
    hear: Emit,
    train: Callable[..., None],
    orders: Orders,
    interrupted: Unfinished | None = None,
) -> Callable[[], str]:
    """Does ``train(emit=…, keep=…)``, which is to run the session, and keeps it in the history, at that place.

    ``project`` is that of the session, with its title; ``orders`` are those that the run takes.

    ``hear`` hears of each event at once; ``tell`` of some together, once the history has them, so that no epoch that was
    told can be lost. What is returned has to be called, and closes the run in the history; it gives
    the sentence of what went wrong with that, or "".
    """
    from netbuilder.engine.versions import versions

    bundle = Bundle(tell)
    recorder = Recorder(
        place.uid,
        project,
        origin="window",
        versions=versions(),
        data_hash=data_hash,
        tell=bundle.take,
        resumed=None if interrupted is None else interrupted.checkpoint,
        claim=None if interrupted is None else interrupted.claim,
        file=place.file,
        for_window=place.held,
    )
    bundle.before = recorder.flush

    def emit(event: Event) -> None:
        hear(event)
        with orders.aside():
            recorder.take(event)
            bundle.take(event)

    def keep(checkpoint: Checkpoint) -> None:
        with orders.aside():
            recorder.keep(checkpoint)

    try:
        train(emit=emit, keep=keep)
    except Exception as problem:
        if interrupted is None:  # or else it stays interrupted, to be taken up another time
            recorder.take(RunFailed(str(problem), ""))
        recorder.end(None)
        raise

    def close() -> str:
        late: list[Event] = []
        bundle.tell = late.extend  # the run is answered: nobody hears of it any more
        recorder.end(session.end)
        return next((one.sentence for one in late if isinstance(one, NotRecorded)), "")

    return close


def refuse_other_data(expected: str, found: str) -> None:
    """Raises ``OtherData`` where the data are not those that a run began with."""
    if expected != found:
        raise OtherData(
            _("The data of this run have changed since it began, so it can't go on: press Train to begin a new one.")
        )


def refuse_other_scaling(session: Session, data_hash: str | None, scaling: Scaling | None = None) -> None:
    """Raises ``OtherData`` where a network that was trained before would answer otherwise, as its inputs are scaled.

    Only numbers that were measured on the training data can be others. ``scaling``: those that the network was trained
    with; where they are not known, ``data_hash`` says whether they were measured on the same data.
    """
    mine = session.data.scaling
    if session.data_hash == data_hash or scaling_in_effect(session.project.input, session.network.facts) != "standard":
        return
    if mine is None or not mine.is_close(scaling):
        raise OtherData(
            _(
                "The data of this network have changed since it was trained, and its inputs would be scaled by other "
                "numbers: press Train to train it anew, or put the data back as they were."
            )
        )
