"""A trial: what an epoch will take, from a short run that leaves no trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import mean, median
from time import perf_counter
from typing import TYPE_CHECKING

from netbuilder.engine.pace import EPOCHS_TO_TELL
from netbuilder.engine.run import Run
from netbuilder.events import EpochEnded, Event
from netbuilder.orders import Orders, Stop

if TYPE_CHECKING:
    from netbuilder.engine.best import Best
    from netbuilder.engine.session import Session

PRICE_SECONDS = 1.0
"""How long a run is tried to know its price: a machine that is shared may take twice as long for some tenths of them."""

_STRETCHES = 5

_KEPT_AND_TOLD = 5e-5
"""Seconds that an epoch of a run takes beside that, to be kept in the history and told (measured on 2 cores)."""


def tried(session: Session, best: Best, cancelled: Callable[[], bool]) -> float:
    """Seconds of an epoch of a session whose steps are compiled; it trains the model, which is to be put back then.

    ``best`` takes the epochs of the trial.
    """
    ended: list[float] = []
    orders, began = Orders(), perf_counter()

    def emit(event: Event) -> None:
        if isinstance(event, EpochEnded):
            ended.append(perf_counter())
        if perf_counter() - began > PRICE_SECONDS or cancelled():
            orders.give(Stop())

    run = Run(session, emit, orders, 1, 1_000_000, began, best, tested=False)
    run.run()
    if len(ended) >= EPOCHS_TO_TELL:
        return _usual([end - start for start, end in pairwise(ended)]) + _KEPT_AND_TOLD
    return session.calls.steps_per_epoch * run.pace.mean_step_seconds + _validation_seconds(session)


def _usual(seconds: Sequence[float]) -> float:
    """What an epoch takes in most stretches of the trial, the first of its epochs left out.

    A mean, since what interrupts tiny epochs again and again interrupts those of the run, too; but one interruption of a
    whole stretch must not count.
    """
    length = -(-len(seconds) // _STRETCHES)
    return median(mean(seconds[start : start + length]) for start in range(0, len(seconds), length))


def _validation_seconds(session: Session) -> float:
    """What validation takes, from the second call for each size: the first one is slower."""
    seconds = 0.0
    for batches in session.validation:
        session.evaluator.measure(batches, 0, 1, fresh=True)
        began = perf_counter()
        session.evaluator.measure(batches, 0, 1, fresh=True)
        seconds += (perf_counter() - began) * batches.count
    return seconds
