"""A run that was interrupted: what is needed to go on with it, and the right to."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from netbuilder.checkpoint import Checkpoint, NotACheckpoint
from netbuilder.runs.checkpoint_file import read_checkpoint
from netbuilder.runs.claims import Claim, checkpoint_path
from netbuilder.runs.database import history_path
from netbuilder.runs.history import History
from netbuilder.runs.records import RunRecord
from netbuilder.words import _


class IsOver(Exception):
    """The run has ended; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run to go on with. ``checkpoint``: None where it had none yet, so that it begins again at its first epoch.

    Give ``claim`` to the ``Recorder``, or release it.
    """

    record: RunRecord
    checkpoint: Checkpoint | None
    claim: Claim


def unfinished(uid: str, path: Path | None = None) -> Unfinished:
    """What is needed to go on with an interrupted run, of the history at ``path`` or the usual one.

    Raises ``InOtherHands`` where another program is training it, ``IsOver``, ``KeyError`` for an unknown uid,
    ``CannotUseHistory`` and ``CannotWrite``.
    """
    place = history_path() if path is None else path
    with closing(History(place)) as history:
        history.run(uid)  # before a lock file is made for what is no run
        claim = Claim(place, uid)
        try:
            record = _still_open(history.run(uid))
            return Unfinished(record, _newest(place, uid) or _earlier(history, record), claim)
        except BaseException:
            claim.release()
            raise


def _still_open(record: RunRecord) -> RunRecord:
    if record.state == "ended":
        raise IsOver(_("That run is over: train it for more epochs, or begin a new one."))
    return record


def _newest(place: Path, uid: str) -> Checkpoint | None:
    try:
        return read_checkpoint(checkpoint_path(place, uid))
    except NotACheckpoint:  # damaged by more than a death: what was before it may still be there
        return None


def _earlier(history: History, record: RunRecord) -> Checkpoint | None:
    """What it had come to before it got more epochs."""
    found = history.checkpoint(record.uid)
    if found is None or found.epoch >= record.epochs_wanted:
        return None
    return replace(found, first=found.epoch + 1, last=record.epochs_wanted, stopped=False)
