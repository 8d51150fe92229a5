"""The handle on the engine's process: starts it, asks it, notices its death, and replaces it. No Qt."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - the engine has a process of its own
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

from netbuilder.orders import Order
from netbuilder.worker import bulk, frames
from netbuilder.worker.deaths import obituary_of, stillborn
from netbuilder.worker.messages import LONGEST_KEEPING, Ask, Tell
from netbuilder.worker.program import command, environment

SILENT_SECONDS = 20.0
"""A process that says nothing for so long hangs, and is replaced. Imports hold it up for some 3 s at the most."""

_KEPT = 1 << 15  # bytes of what libraries printed last
_PIECE = 1 << 16  # bytes that are read of it at a time
_LAST_WORDS = 0.5  # seconds that a death waits for the rest of what was printed; others may hold the pipe for ever
_PATIENCE = 2.0  # seconds that somebody waits for the rest of a run to reach the history


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply to a request; the last is DONE, FAILED or DIED."""

    kind: Tell
    body: dict[str, Any]

    @property
    def last(self) -> bool:
        return self.kind in (Tell.DONE, Tell.FAILED, Tell.DIED)


Receive = Callable[[Reply], None]
OnDeath = Callable[[str, str, bool], None]
OnKept = Callable[[str], None]

_RUNS = (Ask.TRAIN, Ask.MORE, Ask.RESUME)

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
        self._process: _Process | None = None
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
                    self._process = _Process(self._on_death, self._on_kept, self._silent_seconds)
                self._process.send(kind, number, receive, body)
                return number
            except (OSError, RuntimeError) as problem:  # no process, or no thread
                self._process, words = None, stillborn(problem)
        receive(Reply(Tell.DIED, words))
        self._on_death(words["sentence"], words["details"], kind in _RUNS)
        return number

    def stop(self, number: int) -> None:
        """Asks a request to end by itself; its last reply still comes."""
        with self._lock:
            if self._process is not None:
                self._process.tell({"kind": Ask.STOP, "job": 0, "which": number})

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


class _Process:
    """One life of the engine's process."""

    def __init__(self, on_death: OnDeath, on_kept: OnKept, silent_seconds: float) -> None:
        self._on_death, self._on_kept, self._silent_seconds = on_death, on_kept, silent_seconds
        self._open: dict[int, tuple[Ask, Receive]] = {}
        self._lock = threading.Lock()
        self._outbox: deque[dict[str, Any]] = deque()
        self._wake = threading.Semaphore(0)
        self._printed = b""
        self._all_printed = threading.Event()
        self._heard = time.monotonic()
        self._kept = threading.Event()  # whether the history has all of the last run
        self._kept.set()
        self.sessions = 0
        self.alive = True
        self._quiet = self._hung = False
        self._bulk = bulk.shared()
        try:
            self._popen = subprocess.Popen(
                command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment() | bulk.named(self._bulk),
                pass_fds=self._bulk.descriptors,
            )
        except BaseException:
            self._bulk.close()
            raise
        self.pid = self._popen.pid
        try:
            for work in (self._send_all, self._hear, self._drain, self._watch):
                threading.Thread(target=work, name=f"engine{work.__name__}", daemon=True).start()
        except BaseException:
            self._quiet = True
            self._bury()
            if self._popen.stderr is not None:
                self._popen.stderr.close()
            raise

    @property
    def busy(self) -> bool:
        with self._lock:
            return bool(self._open) or not self._kept.is_set()

    def send(self, kind: Ask, number: int, receive: Receive, body: dict[str, Any]) -> None:
        with self._lock:
            if self.alive:
                self._open[number] = kind, receive
                self._outbox.append({"kind": kind, "job": number, **body})
                self._wake.release()
                return
        receive(Reply(Tell.DIED, obituary_of(None, "", hung=False)))

    def tell(self, message: dict[str, Any]) -> None:
        """Sends a message that has no reply."""
        with self._lock:
            self._outbox.append(message)
            self._wake.release()

    def end(self) -> None:
        """Kills it, once the history has all of the run that has just ended; does not wait for that."""
        if self._kept.is_set():
            self.kill()
        else:
            threading.Thread(target=self._end_when_kept, name="engine_end", daemon=True).start()

    def _end_when_kept(self) -> None:
        self._kept.wait(LONGEST_KEEPING)
        self.kill()

    def kill(self) -> None:
        if self._popen.poll() is None:
            self._popen.kill()

    def close(self, *, wait: bool) -> None:
        self._quiet = True
        with self._lock:
            self._open.clear()
        if not wait:
            self.end()
        elif self._kept.wait(_PATIENCE):
            self.kill()
            self._popen.wait()
        else:  # large weights on a slow disk: it ends by itself when it has written them and hears of no more requests
            self._wake.release()

    def _send_all(self) -> None:
        """Writes requests in a thread of its own: a pipe that is full must not hold up the window."""
        assert self._popen.stdin is not None
        with suppress(OSError, ValueError), self._popen.stdin as requests:
            while self.alive:
                self._wake.acquire()
                if not self._outbox:
                    return
                frames.write(requests, self._outbox.popleft())

    def _hear(self) -> None:
        assert self._popen.stdout is not None
        try:
            with suppress(EOFError, OSError, ValueError):
                while True:
                    self._take(frames.read(self._popen.stdout, self._bulk))
        finally:  # also where this process has no memory for what it hears: nobody would hear of it any more
            self._bury()

    def _take(self, message: dict[str, Any]) -> None:
        self._heard = time.monotonic()
        kind, number = Tell(message.pop("kind")), message.pop("job")
        self.sessions = message.pop("sessions", self.sessions)
        reply = Reply(kind, message)
        if kind is Tell.KEPT:
            self._kept.set()
            self._on_kept(message["sentence"])
        with self._lock:
            asked = self._open.pop(number, None) if reply.last else self._open.get(number)
            if asked is not None and kind is Tell.DONE and asked[0] in _RUNS:
                self._kept.clear()
        if asked is not None:
            asked[1](reply)

    def _drain(self) -> None:
        """Keeps the last that libraries printed, for the details of a death; a flood costs nothing more, nor a line without end."""
        assert self._popen.stderr is not None
        try:
            with self._popen.stderr as printed:
                while piece := os.read(printed.fileno(), _PIECE):
                    self._printed = (self._printed + piece)[-_KEPT:]
        finally:
            self._all_printed.set()

    def _watch(self) -> None:
        while self.alive:
            asked = time.monotonic()
            time.sleep(min(1.0, self._silent_seconds / 4))
            if time.monotonic() - asked > self._silent_seconds / 2:  # the machine slept, and the process with it
                self._heard = time.monotonic()
            if time.monotonic() - self._heard > self._silent_seconds:
                self._hung = True
                self.kill()
                return

    def _bury(self) -> None:
        self.kill()
        code = self._popen.wait()
        with self._lock:
            self.alive = False
            self._kept.set()
            mourners, self._open = list(self._open.values()), {}
        self._wake.release()
        self._bulk.close()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was still to be sent can't be
                    pipe.close()
        if not self._quiet:
            self._all_printed.wait(_LAST_WORDS)
            obituary = obituary_of(code, self._printed.decode(errors="replace"), hung=self._hung)
            for _kind, receive in mourners:
                receive(Reply(Tell.DIED, obituary))
            in_run = any(kind in _RUNS for kind, _receive in mourners)
            self._on_death(obituary["sentence"], obituary["details"], in_run)
