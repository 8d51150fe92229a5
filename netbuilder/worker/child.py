"""The engine's process: reads requests from a pipe, works in threads, and ends when its parent does."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from typing import Any, BinaryIO

from netbuilder.orders import Orders, Pause, Stop
from netbuilder.worker import frames
from netbuilder.worker.bulk import Bulk, inherited
from netbuilder.worker.messages import LONGEST_KEEPING, Ask, Tell

ALIVE_SECONDS = 1.0
_LEAST = 0.02  # seconds of a core; a process that only waits takes as much in 100 s
_MODEST = 15  # how nice: with 5, one answer in a hundred waits 10 ms for a core rather than 7


def main() -> int:
    """Serves the parent on the pipe that was standard input and output, until it is closed."""
    requests, replies = _private_pipe()
    bulk = inherited()
    _go_first_when_memory_ends()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # An answer has several turns, and would wait up to 5 ms for each while a network trains.
    sys.setswitchinterval(0.001)
    child = _Child(requests, replies, bulk)
    child.serve()
    child.finish()
    os._exit(0)  # threads may be deep in a compilation that nothing else can end


def _private_pipe() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output under numbers of their own: libraries print to the old ones, which now lead to stderr."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    return requests, replies


def _go_first_when_memory_ends() -> None:
    """Asks the system to end this process rather than the window or another program."""
    if sys.platform == "linux":
        try:
            with open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:  # noqa: PTH123 - no file of ours
                score.write("500")
        except OSError:  # not allowed in some containers; then the system chooses by itself
            pass


def _yield_to_others() -> None:
    """Makes this thread, and those that it starts, modest: the window and the answers to the pad come first.

    Linux has a priority for each thread; TensorFlow's own are started by the first thread that uses it.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _MODEST)


class _Child:
    """The loop, and the threads that it hands requests to."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO, bulk: Bulk) -> None:
        self._requests, self._replies, self._bulk = requests, replies, bulk
        self._writing = threading.Lock()
        self._keeping = threading.Lock()  # held while the history is given the rest of a run
        self._stops: dict[int, threading.Event] = {}
        self._orders: dict[int, Orders] = {}
        # One thread each, so that no answer waits for a training, and no training for a download.
        self._lanes = {
            name: ThreadPoolExecutor(1, name, None if name == "answer" else _yield_to_others)
            for name in ("train", "prepare", "serve", "read", "answer")
        }

    def serve(self) -> None:
        threading.Thread(target=self._stay_alive, name="alive", daemon=True).start()
        self._lanes["serve"].submit(self._load)
        while True:
            try:
                request = frames.read(self._requests)
            except (EOFError, OSError):
                return
            if request["kind"] == Ask.STOP:
                self._stops.get(request["which"], threading.Event()).set()
                self._orders.get(request["which"], Orders()).give(Stop())
                continue
            if request["kind"] == Ask.ORDER:
                self._orders.get(request["which"], Orders()).give(request["order"])
                continue
            self._stops[request["job"]] = threading.Event()
            self._orders[request["job"]] = orders = Orders()
            if request.pop("paused", False):  # at once: what is ordered later counts
                orders.give(Pause())
            self._lanes[_lane(request["kind"])].submit(self._do, request)

    def finish(self) -> None:
        """Waits until the history has all of the run that has just ended, if one has."""
        self._keeping.acquire(timeout=LONGEST_KEEPING)

    def tell(self, kind: Tell, job: int, **body: Any) -> None:
        # Where the parent has gone, the loop sees that, too, and ends when all is kept.
        with self._writing, suppress(OSError):
            frames.write(self._replies, {"kind": kind, "job": job, **body}, self._bulk)

    def _stay_alive(self) -> None:
        """Says that the process lives, as long as a run that is at work computes: one that hangs is as good as dead."""
        before = 0.0
        while True:
            computed = sum(os.times()[:4])  # of its children, too
            if computed - before >= _LEAST or not any(orders.at_work for orders in tuple(self._orders.values())):
                self.tell(Tell.ALIVE, 0)
                before = computed
            time.sleep(ALIVE_SECONDS)

    def _load(self) -> None:
        """Loads the engine unasked: until that is done, no run is sent. Where it can't be, each request says why."""
        from netbuilder.engine.loading import load

        try:
            load()
        finally:
            self.tell(Tell.LOADED, 0)

    def _do(self, request: dict[str, Any]) -> None:
        from netbuilder.worker import jobs

        number = request.pop("job")
        after: list[Callable[[], None]] = []
        try:
            stopped, orders = self._stops[number].is_set, self._orders[number]
            job = jobs.Job(number, stopped, orders, self._teller(number), after.append)
            body = jobs.do(request.pop("kind"), job, request)
            del self._orders[number]  # from now on, it may wait for a disk
            with self._keeping if after else nullcontext():
                try:
                    self.tell(Tell.DONE, number, sessions=jobs.sessions_made(), **body)
                finally:  # also where there is no memory to tell of it: the history shall have it
                    for one in after:
                        one()
        except Exception as problem:  # noqa: BLE001 - whatever it is, the window must hear of it
            words = {"sentence": jobs.sentence(problem), "details": traceback.format_exc()}
            self.tell(Tell.FAILED, number, sessions=jobs.sessions_made(), **words)
        finally:
            self._stops.pop(number, None)
            self._orders.pop(number, None)

    def _teller(self, number: int) -> Callable[..., None]:
        return lambda kind, **body: self.tell(kind, number, **body)


def _lane(kind: str) -> str:
    lanes = {
        Ask.TRAIN: "train",
        Ask.MORE: "train",
        Ask.RESUME: "train",
        Ask.LOAD: "train",
        Ask.OPEN: "train",
        Ask.PREPARE: "prepare",
        Ask.ANSWER: "answer",
        Ask.PREVIEW: "read",
        Ask.DOWNLOAD: "read",
    }
    return lanes.get(Ask(kind), "serve")
