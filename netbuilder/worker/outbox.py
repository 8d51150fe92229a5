"""What is to be sent to the engine's process: in order, but for a run, which waits here until it can begin."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any


class Outbox:
    """Messages on their way; may be used from any thread. What waits here can be taken back, since nobody has begun it."""

    def __init__(self, why: str) -> None:
        """``why`` runs wait from the first, a sentence."""
        self._lock = threading.Lock()
        self._messages: deque[dict[str, Any]] = deque()
        self._ready = threading.Semaphore(0)
        self._runs: dict[int, list[dict[str, Any]]] = {}  # each with the orders that it was given meanwhile
        self._why = why

    def put(self, message: dict[str, Any]) -> None:
        """Sends a message; an order to a run that waits goes with it."""
        with self._lock:
            run = self._runs.get(message.get("which", 0))
            if run is None:
                self._send(message)
            else:
                run.append(message)

    def put_run(self, message: dict[str, Any]) -> str:
        """Sends the request for a run, unless it has to wait: then the answer is why."""
        with self._lock:
            if self._why:
                self._runs[message["job"]] = [message]
            else:
                self._send(message)
            return self._why

    def hold(self, why: str) -> None:
        """From now on runs wait."""
        with self._lock:
            self._why = why

    def let_go(self) -> tuple[int, ...]:
        """Sends the runs that wait, and those to come; the numbers of those that waited."""
        with self._lock:
            runs, self._runs, self._why = self._runs, {}, ""
            for messages in runs.values():
                for message in messages:
                    self._send(message)
            return tuple(runs)

    def take_back(self, number: int) -> bool:
        """Forgets a run that waits; False where there is none."""
        with self._lock:
            return self._runs.pop(number, None) is not None

    def forget_runs(self) -> None:
        """Nobody asks any more for the runs that wait."""
        with self._lock:
            self._runs.clear()

    def close(self) -> None:
        """Lets ``next`` come to its end."""
        self._ready.release()

    def next(self) -> dict[str, Any] | None:
        """The oldest message, as soon as there is one; None after the last, once it is closed."""
        self._ready.acquire()
        with self._lock:
            return self._messages.popleft() if self._messages else None

    def _send(self, message: dict[str, Any]) -> None:
        self._messages.append(message)
        self._ready.release()
