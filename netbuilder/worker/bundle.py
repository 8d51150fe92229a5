"""Events in bundles: a run of tiny epochs has hundreds a second, and each message costs both sides something."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from netbuilder.events import BatchesTrained, EpochEnded, Event

_APART = 0.08  # seconds between two bundles: less than a block of steps takes


class Bundle:
    """Collects what is told in quick succession; whatever is no epoch is told at once, with all that waited."""

    def __init__(self, tell: Callable[[tuple[Event, ...]], None]) -> None:
        self.tell = tell
        self.before: Callable[[], None] = lambda: None
        """Called before something is told."""
        self._waiting: list[Event] = []
        self._told_at = 0.0

    def take(self, event: Event) -> None:
        """Takes an event and tells the waiting ones if it is time. The next batches are some 0.2 s away at most."""
        self._waiting.append(event)
        soon = perf_counter() - self._told_at < _APART
        if not (soon and isinstance(event, BatchesTrained | EpochEnded)):
            self.before()
            self.tell(tuple(self._waiting))
            self._waiting.clear()
            self._told_at = perf_counter()
