"""Measuring a part of the data in pieces, so that a person who stops or rests need not wait for all of it."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from netbuilder.engine.pace import BLOCK_SECONDS

if TYPE_CHECKING:
    from netbuilder.engine.session import Part, Session


class Measuring:
    """Loss and metrics on parts, in pieces as long as a block."""

    def __init__(self, session: Session) -> None:
        self._session, self._steps = session, 1

    def of(self, part: Part, go_on: Callable[[], bool]) -> dict[str, float] | None:
        """What ``model.evaluate`` would give; None where it was given up, since ``go_on()`` was false."""
        found: dict[str, float] = {}
        for batches in part:
            first = 0
            while first < batches.count:
                if not go_on():
                    return None
                asked, count = perf_counter(), min(batches.count - first, self._steps)
                found = self._session.evaluator.measure(batches, first, count, fresh=not found)
                first += count
                each = (perf_counter() - asked) / count
                self._steps = max(1, min(4 * count, int(BLOCK_SECONDS / each)))
        return found
