"""Measuring a part of the data in pieces, so that a person who stops or rests need not wait for all of it."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING

from netbuilder.engine.pace import BLOCK_SECONDS, Pace

if TYPE_CHECKING:
    from netbuilder.engine.session import Part, Session

_CALL = 0.002
"""Seconds that a call takes at most, whatever it measures."""

_LEARNING = 6.0
"""As many times as long takes an example at most that is learned from: three passes, in batches that may be small."""


class Measuring:
    """Loss and metrics on parts, in pieces as long as a block."""

    def __init__(self, session: Session, pace: Pace) -> None:
        self._session, self._pace, self._steps = session, pace, 1
        self._measured = 0.0  # seconds that an example takes at the least; 0 before any was measured

    @property
    def _example(self) -> float:
        return self._measured or self._pace.step_seconds / self._pace.batch_size / _LEARNING

    def is_one_piece(self, part: Part) -> bool:
        """Whether the part is measured at once: it can be given up before that, but not within."""
        return len(part) == 1 and part[0].count <= self._steps

    def of(self, part: Part, go_on: Callable[[], bool], within: float = inf) -> dict[str, float] | None:
        """What ``model.evaluate`` would give; None where it was given up, since ``go_on()`` was false.

        Neither is more begun than can be done ``within`` so many seconds, as far as is known.
        """
        found: dict[str, float] = {}
        end, left = perf_counter() + within, sum(batches.count * batches.size for batches in part)
        for batches in part:
            first = 0
            while first < batches.count:
                if perf_counter() + left * self._example > end or not go_on():
                    return None
                asked, count = perf_counter(), min(batches.count - first, self._steps)
                found = self._session.evaluator.measure(batches, first, count, fresh=not found)
                first, left = first + count, left - count * batches.size
                took = perf_counter() - asked
                self._measured = max(0.0, took - _CALL) / (count * batches.size)
                self._steps = max(1, min(4 * count, int(BLOCK_SECONDS / took * count)))
        return found
