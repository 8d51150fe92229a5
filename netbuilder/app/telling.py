"""How threads tell a Qt object what they have found, although it may go while they speak."""

from __future__ import annotations

from threading import Lock
from typing import Any, Protocol


class _Signal(Protocol):
    def emit(self, *words: Any) -> object: ...


class Telling:
    """Emits signals from any thread until it is ended: an object that goes in the midst of that takes the program along."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ended = False

    def tell(self, signal: _Signal, *words: Any) -> None:
        """Emits the signal; its slots must be of another thread, since nothing else is told meanwhile."""
        with self._lock:
            if not self._ended:
                try:
                    signal.emit(*words)
                except RuntimeError:  # it is going: Python has let go of it already
                    self._ended = True

    def end(self) -> None:
        """From its return on, nothing is told any more."""
        with self._lock:
            self._ended = True
