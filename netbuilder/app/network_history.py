"""What the runs told that made a network, from its project file and from the history."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any

from netbuilder.events import Event


def told_by(stored: Mapping[str, Any]) -> tuple[Event, ...]:
    """The events of all runs that a network has been through, as far as they are known; it may take a while to read."""
    from netbuilder.runs.history import CannotUseHistory, History

    told: list[Event] = list(stored.get("history", ()))
    for uid in stored.get("runs", ()):
        # That was told during the run, or the person has deleted it.
        with suppress(CannotUseHistory, KeyError), closing(History()) as history:
            told += history.events(uid)
    return tuple(told)
