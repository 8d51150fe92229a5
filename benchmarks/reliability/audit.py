"""Sees what a process does while it opens a file, by Python's audit hooks (PEP 578), and forbids what opening never does.

A program, a connection, a write, an unpickled or unmarshalled object, code that is run: each is told, and does not happen.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

_PROGRAMS = frozenset(
    {
        "subprocess.Popen",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.startfile/2",
        "os.system",
        "pty.spawn",
    }
)
_CONNECTIONS = ("socket.", "urllib.", "http.client.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "telnetlib.")
_CHANGES = frozenset(
    {
        "os.chmod",
        "os.chown",
        "os.link",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.setxattr",
        "os.symlink",
        "os.truncate",
        "os.utime",
    }
)
_MADE_CODE = frozenset({"marshal.load", "marshal.loads", "code.__new__", "exec", "compile"})
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_READABLE = ("/proc/self/", "/sys/fs/cgroup/", "/dev/null")  # what a program asks about itself


class Forbidden(BaseException):  # no Exception: a reader that takes those for damage shall not pass it over
    """Something was done that opening a file never does; the message says what."""


class Audit:
    """Watches this process from its first use on: a hook can't be taken away again.

    ``allowed`` are folders in which may be written. While a ``watched`` block runs, what it should not do is raised as
    ``Forbidden`` and kept in ``seen``, should somebody have swallowed that.
    """

    def __init__(self, allowed: Sequence[Path] = ()) -> None:
        self.seen: list[str] = []
        self._allowed = tuple(f"{os.path.realpath(one)}{os.sep}" for one in allowed)
        own = {os.path.realpath(one) for one in (sys.prefix, sys.base_prefix, *sys.path)}
        self._own = (*_READABLE, *(f"{one}{os.sep}" for one in own))
        self._readable = self._own
        self._watching = False
        sys.addaudithook(self._hook)

    @contextlib.contextmanager
    def watched(self, file: Path) -> Iterator[None]:
        """Within it this file may be read, and Python's own; nothing else."""
        self._readable = (str(file), os.path.realpath(file), *self._own)
        self._watching = True
        try:
            yield
        finally:
            self._watching = False

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._watching:
            return
        self._watching = False  # what is asked here is not to be asked about
        try:
            said = self._offence(event, arguments)
        finally:
            self._watching = True
        if said is not None:
            self.seen.append(said)
            raise Forbidden(said)

    def _offence(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        what = f"{event} {str(arguments)[:200]}"
        if event in _PROGRAMS:
            return f"it started a program: {what}"
        if event.startswith(_CONNECTIONS):
            return f"it touched the network: {what}"
        if event == "open":
            return self._opened(arguments)
        if event in _CHANGES:
            return None if self._may_write(arguments[0]) else f"it changed the disk: {what}"
        if event == "pickle.find_class":
            return f"it unpickled: {what}"
        if event.startswith("ctypes.") and not _is_importing():
            return f"it reached for native code: {what}"
        if event in _MADE_CODE and not _is_importing() and not (event == "compile" and _is_only_parsed()):
            return f"it made or ran code: {what}"
        return None

    def _opened(self, arguments: tuple[Any, ...]) -> str | None:
        path, mode, flags = arguments
        if isinstance(path, int):  # opened before, and seen then
            return None
        if any(letter in (mode or "") for letter in "wax+") or (flags or 0) & _WRITES:
            return None if self._may_write(path) else f"it wrote a file: {path}"
        name = os.fsdecode(path)
        if name.startswith(self._readable) or os.path.realpath(name).startswith(self._readable):
            return None
        return f"it read another file: {name}"

    def _may_write(self, path: Any) -> bool:
        return not isinstance(path, int) and os.path.realpath(os.fsdecode(path)).startswith(self._allowed or ("\0",))


def _stack() -> Iterator[FrameType]:
    frame: FrameType | None = inspect.currentframe()
    while frame is not None:
        yield frame
        frame = frame.f_back


def _is_importing() -> bool:
    """Whether Python's import system asks for it, of one of its own or our modules."""
    return any(frame.f_code.co_filename.startswith("<frozen importlib") for frame in _stack())


def _is_only_parsed() -> bool:
    """Whether it is ``ast.parse``, which makes a tree and no code: so NumPy reads the header of an array."""
    return any(frame.f_code is ast.parse.__code__ for frame in _stack())
