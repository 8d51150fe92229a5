"""Downloads files that the user asked for: whole, checked, resumable, and only once."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from netbuilder.data.examples import Cancelled, CannotRead, Stopped, Tell
from netbuilder.data.remote import Downloadable, Remote
from netbuilder.data.transfer import Answer, NoAnswer, NotServed, transfer
from netbuilder.disk import Locked, cannot_write, is_file, locked, settle
from netbuilder.words import _

_PIECE = 1 << 20
_ATTEMPTS = 3  # without a single new byte; a slow line that breaks off again and again still gets there
_AT_MOST = 8  # times the announced size: a mirror may serve the same content unpacked
_MOST_CONTENT = 64  # times the size: what unpacks to more is a bomb
_FOREVER = 7 * 24 * 3600.0


class CannotDownload(CannotRead):
    """A download failed; the message says why and what to do."""


class NoNetwork(CannotDownload):
    """Nobody answered; the message says what to do without a network."""


def fetch(source: Downloadable, tell: Tell, cancelled: Cancelled, *, timeout: float = 30.0) -> None:
    """Downloads the source's files, unless it can already be read. See ``download``."""
    if not source.present():
        download(source.remote(), source.folder(), tell, cancelled, timeout=timeout)


def download(
    files: tuple[Remote, ...], folder: Path, tell: Tell, cancelled: Cancelled, *, timeout: float = 30.0
) -> None:
    """Makes sure that the folder holds all files, whole and with the right checksum.

    What is there and right is kept; what an earlier download left behind is continued. ``timeout`` is in seconds
    without a single byte. Two programs may ask at once: the second waits and finds the files. ``tell`` hears
    (done, total) bytes. Raises ``NoNetwork``, ``CannotDownload``, ``CannotWrite``, or ``Stopped`` when cancelled, at
    once; what has come so far stays for the next time.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise cannot_write(folder, problem) from problem
    try:
        with locked(folder / ".lock", wait=_FOREVER, give_up=cancelled):
            total, before = sum(file.size for file in files), 0
            for file in files:
                _one(file, folder, _Progress(tell, before, file.size, total), cancelled, timeout)
                before += file.size
                tell(before, total)
    except Locked:
        raise Stopped from None


class _Progress:
    """One file's share of the whole, whatever its real length turns out to be."""

    def __init__(self, tell: Tell, before: int, size: int, total: int) -> None:
        self._tell, self._before, self._size, self._total = tell, before, size, total

    def __call__(self, done: int) -> None:
        self._tell(self._before + min(done, self._size), self._total)


def _one(file: Remote, folder: Path, tell: _Progress, cancelled: Cancelled, timeout: float) -> None:
    whole = folder / file.name
    if is_file(whole) and _matches(file, whole, cancelled):
        return None
    problem: CannotDownload | None = None
    for url in file.urls:
        try:
            return _from(url, file, whole, tell, cancelled, timeout)
        except CannotDownload as failed:
            # Of several mirrors' failures, one that got an answer says more than "no network".
            problem = failed if problem is None or isinstance(problem, NoNetwork) else problem
    assert problem is not None, "every file has an address"
    raise problem


def _from(url: str, file: Remote, whole: Path, tell: _Progress, cancelled: Cancelled, timeout: float) -> None:
    # One part a mirror: their gzip may differ, and halves of two would never fit.
    part = whole.with_name(f"{whole.name}.{hashlib.sha256(url.encode()).hexdigest()[:8]}.part")
    try:
        # Twice if it is continued: the file on the mirror may have changed since the first half came.
        for _attempt in range(2 if _size(part) else 1):
            _complete(url, file, part, tell, cancelled, timeout)
            if _matches(file, part, cancelled):
                break
            part.unlink()
        else:
            raise _wrong(url)
        part.replace(whole)
        settle(whole.parent)
        for stale in whole.parent.glob(f"{whole.name}.*.part"):
            stale.unlink()
    except OSError as problem:
        raise cannot_write(whole, problem) from problem


def _complete(url: str, file: Remote, part: Path, tell: _Progress, cancelled: Cancelled, timeout: float) -> None:
    """Transfers until the part is as long as the mirror says, however often the line breaks off."""
    fruitless = 0
    while fruitless < _ATTEMPTS:
        before = _size(part)
        try:
            with transfer(url, start=before, timeout=timeout, cancelled=cancelled) as answer:
                if _append(answer, file, url, part, tell):
                    return
        except NotServed as problem:
            if before and problem.status == 416:  # nothing comes after what is there: whole, or of another file
                return
            message = _("{host} answered “{problem}”: try again later, or choose the files yourself.")
            raise CannotDownload(message.format(host=_host(url), problem=problem)) from problem
        except NoAnswer as problem:
            if _size(part) <= before and not problem.another:
                message = _(
                    "{host} could not be reached ({problem}): check the network and try again, "
                    "or choose the files yourself if you have them."
                )
                raise NoNetwork(message.format(host=_host(url), problem=problem)) from problem
        fruitless = 0 if _size(part) > before else fruitless + 1
    message = _("{host} broke off the download again and again: try again later; it will go on from where it stands.")
    raise NoNetwork(message.format(host=_host(url)))


def _append(answer: Answer, file: Remote, url: str, part: Path, tell: _Progress) -> bool:
    """Writes what comes; whether that was all. An answer from the beginning replaces what was there."""
    with part.open("r+b" if answer.start else "wb") as out:
        out.seek(answer.start)
        out.truncate()
        done = answer.start
        for piece in answer.pieces:
            done += len(piece)
            if done > _AT_MOST * file.size + _PIECE:
                message = _("{host} sends something else than “{name}”: try again later, or choose the files yourself.")
                raise CannotDownload(message.format(host=_host(url), name=file.name))
            out.write(piece)
            tell(done)
        out.flush()
        os.fsync(out.fileno())
    return answer.total is None or done >= answer.total


def _matches(file: Remote, path: Path, cancelled: Cancelled) -> bool:
    """Whether the file's checksum is the published one."""
    digest, length = hashlib.sha256(), 0
    try:
        for piece in _pieces(path, unpacked=file.unpacked):
            if cancelled():
                raise Stopped
            digest.update(piece)
            length += len(piece)
            if length > _MOST_CONTENT * file.size + _PIECE:
                return False
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False
    return digest.hexdigest() == file.sha256


def _pieces(path: Path, *, unpacked: bool) -> Iterator[bytes]:
    """The file's bytes, or those that it unpacks to if it is gzipped at all, which some mirrors undo."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        with gzip.GzipFile(fileobj=file) if unpacked and packed else file as content:
            while piece := content.read(_PIECE):
                yield piece


def _size(part: Path) -> int:
    return part.stat().st_size if is_file(part) else 0


def _host(url: str) -> str:
    return url.partition("//")[2].partition("/")[0]


def _wrong(url: str) -> CannotDownload:
    message = _(
        "What {host} sent is not the published file, so it was thrown away: try again later, or choose the files yourself."
    )
    return CannotDownload(message.format(host=_host(url)))
