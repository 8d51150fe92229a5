"""A run that this window has in its hands: others are kept from it, and it is ended where nobody shall go on with it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from netbuilder.app import network_history

if TYPE_CHECKING:
    from netbuilder.runs.claims import Hold


def hold_on(uid: str) -> Hold | None:
    """What keeps others from the run while an engine has died and the next one has not come; None where it can't be had.

    Then the engine claims the run for itself, or says that another program has it.
    """
    from netbuilder.disk import CannotWrite
    from netbuilder.runs.claims import Hold, InOtherHands
    from netbuilder.runs.database import history_path

    with suppress(InOtherHands, CannotWrite):
        return Hold(history_path(), uid)
    return None


def end_in_history(uid: str, *, held: bool) -> None:
    """Ends a run that was stopped before it learned anything, so that nobody is offered to go on with it.

    Mostly, the history does not know of it yet; where it can't be ended, it is offered, and can be ended there.
    ``held``: this window has a hold on it.
    """
    from netbuilder.disk import CannotWrite
    from netbuilder.runs.claims import InOtherHands
    from netbuilder.runs.history import CannotUseHistory
    from netbuilder.runs.states import TooLarge
    from netbuilder.runs.unfinished import IsOver, end_here

    with suppress(KeyError, IsOver, InOtherHands, CannotUseHistory, CannotWrite, TooLarge):
        end_here(uid, for_window=held, patience=network_history.PATIENCE)
