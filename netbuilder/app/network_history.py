"""What the runs told that made a network: from its project file, from the history, and as this window heard it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np

from netbuilder.events import (
    BatchesTrained,
    EpochEnded,
    Event,
    LearningRateSet,
    NotRecorded,
    RunContinued,
    RunEnded,
    RunPrepared,
)
from netbuilder.words import _

PATIENCE = 1.0
"""Seconds for which a window waits for a history that another program holds."""

_MOST_EPOCHS = 10_000  # of a run that the history keeps too: some 10 MB

_OfEpoch = BatchesTrained | EpochEnded | LearningRateSet


class Heard:
    """What a run tells, for the case that the history can't be written, or the run is deleted from it later.

    Then this alone is left to be saved. Of a run that is recorded no more than the last epochs are held.
    """

    def __init__(self, runs: tuple[str, ...] = (), before: Mapping[str, Any] | None = None) -> None:
        """``runs`` of the history, this one being the last; ``before``: what was known of the network it goes on with."""
        self._runs, self._before = runs, before or {}
        self._recorded = True
        self._prepared: RunPrepared | None = None
        self._epochs: deque[tuple[_OfEpoch, ...]] = deque()
        self._part: list[_OfEpoch | RunEnded] = []  # of the epoch that has not ended, and the end of all

    @property
    def known(self) -> dict[str, Any]:
        """What ``told_by`` makes the events from."""
        heard, remembered = dict(self._before.get("heard", {})), dict(self._before.get("remembered", {}))
        for uid in self._runs[-1:]:
            events = self._events()
            remembered[uid] = _joined(remembered.get(uid, ()), events)
            if not self._recorded:
                heard[uid] = events
        history = self._before.get("history", ())
        return {"runs": self._runs, "history": history, "heard": heard, "remembered": remembered}

    def hear(self, event: Event) -> None:
        """Takes note of what was told."""
        match event:
            case RunPrepared():
                self._prepared = event
                self._forget_after(0)
            case BatchesTrained() | LearningRateSet() | RunEnded():
                self._part.append(event)
            case EpochEnded():
                self._epochs.append((*_together(self._part), event))
                self._part.clear()
                if self._recorded and len(self._epochs) > _MOST_EPOCHS:
                    self._epochs.popleft()
            case RunContinued():
                self._forget_after(event.epoch)
            case NotRecorded():
                self._recorded = False
            case _:
                pass

    def _events(self) -> tuple[Event, ...]:
        first = () if self._prepared is None else (self._prepared,)
        return (*first, *(event for epoch in self._epochs for event in epoch), *self._part)

    def _forget_after(self, epoch: int) -> None:
        self._part.clear()
        while self._epochs and self._epochs[-1][-1].epoch > epoch:
            self._epochs.pop()


def is_recorded(stored: Mapping[str, Any]) -> bool:
    """Whether the history could take the last of the network's runs to its end; True where none is known."""
    return not any(run in stored.get("heard", {}) for run in stored.get("runs", ())[-1:])


@dataclass(frozen=True, slots=True)
class Told:
    """The events of a network's runs; ``lacks``: why some may not be among them for now, in a sentence, or ""."""

    events: tuple[Event, ...]
    lacks: str = ""


def told_by(stored: Mapping[str, Any]) -> Told:
    """All that is known of the runs that a network has been through; it may take a while to read, but waits for nobody."""
    heard, remembered = stored.get("heard", {}), stored.get("remembered", {})
    runs: Sequence[str] = stored.get("runs", ())
    asked = [uid for uid in runs if not _is_whole(heard.get(uid, ()))]
    kept, problem = _kept(asked)
    told, lacks = list(stored.get("history", ())), ""
    for uid in runs:
        found = _joined(kept.get(uid, ()), heard[uid]) if uid in heard else kept.get(uid, ())
        events, why = _of_run(found, remembered.get(uid, ()), problem if uid in asked else "")
        told += events
        lacks = lacks or why
    return Told(tuple(told), lacks)


def _of_run(found: Sequence[Event], remembered: Sequence[Event], problem: str) -> tuple[Sequence[Event], str]:
    """All that is known of a run, and why that may not be all of it.

    The history lacks what it told before it was deleted: with more epochs, there is a run again that has those alone.
    """
    if problem and _is_complete(remembered):
        return remembered, ""
    if _beginning(remembered) >= _beginning(found):
        return found, problem
    events = _joined(remembered, found) if found else remembered
    deleted = _("A run of it was deleted from the history, which alone had its first epochs.")
    return events, problem or ("" if _is_complete(events) else deleted)


def _kept(runs: Sequence[str]) -> tuple[dict[str, list[Event]], str]:
    """What the history has of these runs; and, where that may not be all of it, why."""
    from netbuilder.runs.history import CannotUseHistory, Damaged, History

    found: dict[str, list[Event]] = {}
    lacks = ""
    for _attempt in range(2 if runs else 0):  # where it was damaged, the second one asks what could be taken over
        try:
            with closing(History(patience=PATIENCE)) as history:
                for uid in runs:
                    with suppress(KeyError):  # the person has deleted it
                        found[uid] = history.events(uid)
            break
        except Damaged as problem:
            lacks = str(problem)
        except CannotUseHistory as problem:
            lacks = f"{lacks} {problem}".strip()
            break
    return found, lacks


def _is_whole(heard: Sequence[Event]) -> bool:
    """Whether all that the run told was heard, from the first batch on."""
    return _beginning(heard) == (1, 0)


def _is_complete(events: Sequence[Event]) -> bool:
    """Whether no epoch is missing since the run was prepared."""
    first = next((one.first_epoch for one in events if isinstance(one, RunPrepared)), None)
    epochs = [one.epoch for one in events if isinstance(one, EpochEnded)]
    return first is not None and epochs == list(range(first, first + len(epochs)))


def _beginning(events: Sequence[Event]) -> tuple[float, float]:
    """The place of the first of them that belongs to an epoch."""
    return min((_place(one) for one in events if isinstance(one, _OfEpoch)), default=(inf, 0))


def _joined(kept: Sequence[Event], heard: Sequence[Event]) -> list[Event]:
    """What the history had kept until it could not be written any more, and what was heard."""
    first, step = _beginning(heard)
    before = [
        one
        for one in kept
        if isinstance(one, RunPrepared) or (isinstance(one, _OfEpoch) and _place(one) < (first, step))
    ]
    if before:  # with a second beginning, the epochs between the two would be forgotten
        heard = [one for one in heard if not isinstance(one, RunPrepared) or one.first_epoch == first]
    return [*before, *heard]


def _place(one: _OfEpoch) -> tuple[int, float]:
    """The epoch, and the step within it at which it was told."""
    match one:
        case BatchesTrained():
            return one.epoch, one.first_step
        case LearningRateSet():
            return one.epoch, one.step
        case EpochEnded():
            return one.epoch, inf


def _together(part: Sequence[_OfEpoch | RunEnded]) -> list[_OfEpoch]:
    """What was told of an epoch that has ended, all its batches in one, as the history has them."""
    batches = [one for one in part if isinstance(one, BatchesTrained)]
    rates: list[_OfEpoch] = [one for one in part if isinstance(one, LearningRateSet)]
    if not batches:
        return rates
    losses = np.concatenate([one.losses for one in batches])
    return [*rates, replace(batches[-1], first_step=batches[0].first_step, losses=losses)]
