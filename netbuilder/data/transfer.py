"""One HTTP transfer that can be given up at any moment, also while a name is looked up or nobody answers."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from netbuilder.data.examples import Cancelled, Stopped
from netbuilder.words import _

_PIECE = 1 << 16
_GRACE = 1.0  # seconds in which the socket's own time-out should have spoken; a name server may ignore it


class NoAnswer(Exception):
    """Nobody answered, or the line broke off; the message is the reason. ``another`` may fare better at once."""

    def __init__(self, reason: str, *, another: bool = False) -> None:
        super().__init__(reason)
        self.another = another


class NotServed(Exception):
    """The server answered, but not with the file; the message is its reason."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sends: the whole from byte ``start`` on, ``total`` bytes long if it says so, piece by piece."""

    start: int
    total: int | None
    pieces: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class _Head:
    start: int
    total: int | None


_End = object()
_Item = _Head | bytes | Exception | object


@contextlib.contextmanager
def transfer(url: str, *, start: int, timeout: float, cancelled: Cancelled) -> Iterator[Answer]:
    """Asks for a file from byte ``start`` on; a server that can't do that sends all, and ``Answer.start`` is 0.

    The network is waited for in a thread of its own, since neither looking up a name nor a read can be interrupted; it
    touches no file, and a cancelled one ends by itself. System proxies are used. Raises ``NoAnswer``, ``NotServed``, or
    ``Stopped`` as soon as ``cancelled()``, also while the pieces are taken.
    """
    items: queue.Queue[_Item] = queue.Queue(maxsize=16)
    stop = threading.Event()
    threading.Thread(target=_pull, args=(url, start, timeout, items, stop), name="download", daemon=True).start()
    try:
        received = _received(items, timeout, cancelled)
        head = next(received)
        assert isinstance(head, _Head), "the head comes first"
        yield Answer(head.start, head.total, (piece for piece in received if isinstance(piece, bytes)))
    finally:
        stop.set()


def _received(items: queue.Queue[_Item], timeout: float, cancelled: Cancelled) -> Iterator[_Head | bytes]:
    deadline = time.monotonic() + timeout + _GRACE
    while True:
        if cancelled():
            raise Stopped
        try:
            item = items.get(timeout=0.05)
        except queue.Empty:
            if time.monotonic() > deadline:
                raise NoAnswer(_silent(timeout)) from None
            continue
        if item is _End:
            return
        if isinstance(item, Exception):
            raise item
        assert isinstance(item, _Head | bytes), "nothing else is sent"
        yield item
        deadline = time.monotonic() + timeout + _GRACE


def _pull(url: str, start: int, timeout: float, items: queue.Queue[_Item], stop: threading.Event) -> None:
    """The thread: everything that is said or goes wrong, into the queue."""
    for item in _said(url, start, timeout):
        while not stop.is_set():
            with contextlib.suppress(queue.Full):
                items.put(item, timeout=0.1)
                break
        if stop.is_set():
            return


def _said(url: str, start: int, timeout: float) -> Iterator[_Item]:
    # Imported here: 25 ms that the window needs not wait for.
    import http.client
    import urllib.error
    import urllib.request

    request = urllib.request.Request(url, headers={"User-Agent": "netbuilder"})  # noqa: S310 - declared addresses only
    if start:
        request.add_header("Range", f"bytes={start}-")
    begun = False
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            yield _head(answer.status, answer.headers, start)
            begun = True
            while piece := answer.read1(_PIECE):
                yield piece
            yield _End
    except NotServed as problem:
        yield problem
    except urllib.error.HTTPError as problem:
        problem.close()
        yield NotServed(f"{problem.code} {problem.reason}", problem.code)
    except TimeoutError:
        yield NoAnswer(_silent(timeout))
    except urllib.error.URLError as problem:
        silent = isinstance(problem.reason, TimeoutError)
        yield NoAnswer(_silent(timeout) if silent else str(getattr(problem.reason, "strerror", "") or problem.reason))
    except (OSError, http.client.HTTPException, ValueError) as problem:
        yield NoAnswer(str(problem) or type(problem).__name__, another=begun)


def _head(status: int, headers: Mapping[str, str], start: int) -> _Head:
    """Where the answer begins and how long the whole is."""
    length = headers.get("Content-Length", "")
    if status != 206:
        return _Head(0, int(length) if length.isdecimal() else None)
    unit, _space, span = headers.get("Content-Range", "").partition(" ")
    place, _slash, total = span.partition("/")
    if unit != "bytes" or place.partition("-")[0] != str(start):
        raise NotServed(_("another part than was asked for"), status)
    return _Head(start, int(total) if total.isdecimal() else None)


def _silent(timeout: float) -> str:
    return _("no answer within {seconds:g} seconds").format(seconds=timeout)
