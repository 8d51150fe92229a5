"""The handle on the engine's process: starts it, asks it, and replaces it. No Qt."""

from __future__ import annotations

import threading
from itertools import count
from typing import Any

from netbuilder.orders import Order
from netbuilder.worker.deaths import stillborn
from netbuilder.worker.messages import RUNS, Ask, Receive, Reply, Tell
from netbuilder.worker.process import SILENT_SECONDS, OnDeath, OnKept, Process

_numbers = count(1)  # of requests, whichever process they are made to


class Worker:
    """Asks the engine's process; a process that has died is replaced at the next request.

    ``receive`` and the others are called from a thread of the handle: they must hand over and return at once.
    ``on_death`` hears sentence and details of every death, and whether a run went on; ``on_kept`` hears "" when the
    history has all of a run, or why it has not.
    """

    def __init__(
        self,
        on_death: OnDeath = lambda *_words: None,
        on_kept: OnKept = lambda _sentence: None,
        *,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._lock = threading.RLock()
        self._on_death, self._on_kept = on_death, on_kept
        self._silent_seconds = silent_seconds
        self._process: Process | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The number of the process that lives now, if one does."""
        with self._lock:
            return self._process.pid if self._process and self._process.alive else None

    @property
    def busy(self) -> bool:
        """Whether a request waits for its last reply, or the history for the rest of a run."""
        with self._lock:
            return self._process is not None and self._process.busy

    @property
    def sessions(self) -> int:
        """How many sessions the process had made when it answered last."""
        with self._lock:
            return 0 if self._process is None else self._process.sessions

    def ask(self, kind: Ask, receive: Receive, **body: Any) -> int:
        """Sends a request and returns its number, by which it can be stopped. Never waits for the reply.

        Where the system has no room for another process, that is a death like any other, told at once.
        """
        number = next(_numbers)
        with self._lock:
            if self._closed:
                return number
            try:
                if self._process is None or not self._process.alive:
                    self._process = Process(self._on_death, self._on_kept, self._silent_seconds)
                self._process.send(kind, number, receive, body)
                return number
            except (OSError, RuntimeError) as problem:  # no process, or no thread
                self._process, words = None, stillborn(problem)
        receive(Reply(Tell.DIED, words))
        self._on_death(words["sentence"], words["details"], kind in RUNS)
        return number

    def stop(self, number: int) -> None:
        """Asks a request to end by itself; its last reply still comes."""
        with self._lock:
            if self._process is not None:
                self._process.tell({"kind": Ask.STOP, "job": 0, "which": number})

    def take_back(self, number: int) -> bool:
        """Forgets a run that waits until it can begin; False where there is none of that number."""
        with self._lock:
            return self._process is not None and self._process.take_back(number)

    def order(self, number: int, order: Order) -> None:
        """Gives an order to a run; it has no reply but the run's events."""
        with self._lock:
            if self._process is not None:
                self._process.tell({"kind": Ask.ORDER, "job": 0, "which": number, "order": order})

    def end(self) -> None:
        """Ends the process at once, as a crash would: open requests hear DIED. The next request has a new one."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.end()

    def close(self, *, wait: bool = True) -> None:
        """Ends the process for good; no more is heard of it. ``wait``: until it has ended."""
        with self._lock:
            self._closed, process, self._process = True, self._process, None
        if process is not None:
            process.close(wait=wait)
