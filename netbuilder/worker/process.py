"""One life of the engine's process: what is sent to it and heard of it, and its death. No Qt."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - the engine has a process of its own
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from netbuilder.words import _
from netbuilder.worker import bulk, frames
from netbuilder.worker.deaths import obituary_of
from netbuilder.worker.messages import LONGEST_KEEPING, RUNS, Ask, Receive, Reply, Tell
from netbuilder.worker.outbox import Outbox
from netbuilder.worker.program import command, environment

SILENT_SECONDS = 20.0
"""A process that says nothing for so long hangs, and is replaced. Imports hold it up for some 3 s at the most."""

_KEPT = 1 << 15  # bytes of what libraries printed last
_PIECE = 1 << 16  # bytes that are read of it at a time
_LAST_WORDS = 0.5  # seconds that a death waits for the rest of what was printed; others may hold the pipe for ever
_PATIENCE = 2.0  # seconds that somebody waits for the rest of a run to reach the history


OnDeath = Callable[[str, str, bool], None]
OnKept = Callable[[str], None]


class Process:
    """One life of the engine's process."""

    def __init__(self, on_death: OnDeath, on_kept: OnKept, silent_seconds: float) -> None:
        self._on_death, self._on_kept, self._silent_seconds = on_death, on_kept, silent_seconds
        self._open: dict[int, tuple[Ask, Receive]] = {}
        self._lock = threading.Lock()
        self._outbox = Outbox(_("Waiting for the engine, which is still loading …"))
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
        message = {"kind": kind, "job": number, **body}
        with self._lock:
            if self.alive:
                self._open[number] = kind, receive
                if kind not in RUNS:
                    self._outbox.put(message)
                elif why := self._outbox.put_run(message):
                    receive(Reply(Tell.WAITS, {"sentence": why}))
                return
        receive(Reply(Tell.DIED, obituary_of(None, "", hung=False)))

    def take_back(self, number: int) -> bool:
        with self._lock:
            taken = self._outbox.take_back(number)
            _kind, receive = self._open.pop(number) if taken else (None, None)
        if receive is not None:
            receive(Reply(Tell.TAKEN_BACK, {}))
        return taken

    def tell(self, message: dict[str, Any]) -> None:
        """Sends a message that has no reply."""
        self._outbox.put(message)

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
            self._outbox.forget_runs()
        if not wait:
            self.end()
        elif self._kept.wait(_PATIENCE):
            self.kill()
            self._popen.wait()
        else:  # large weights on a slow disk: it ends by itself when it has written them and hears of no more requests
            self._outbox.close()

    def _send_all(self) -> None:
        """Writes requests in a thread of its own: a pipe that is full must not hold up the window."""
        assert self._popen.stdin is not None
        with suppress(OSError, ValueError), self._popen.stdin as requests:
            while self.alive and (message := self._outbox.next()) is not None:
                frames.write(requests, message)

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
            if kind in (Tell.LOADED, Tell.KEPT):
                for run in self._outbox.let_go():
                    self._open[run][1](Reply(Tell.WAITS, {"sentence": ""}))
            asked = self._open.pop(number, None) if reply.last else self._open.get(number)
            if asked is not None and kind is Tell.DONE and asked[0] in RUNS:
                self._kept.clear()
                self._outbox.hold(_("Waiting until the last run is written into the history …"))
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
            self._outbox.forget_runs()
        self._outbox.close()
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
            in_run = any(kind in RUNS for kind, _receive in mourners)
            self._on_death(obituary["sentence"], obituary["details"], in_run)
