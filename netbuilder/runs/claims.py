"""Who trains a run now: locks beside its checkpoint, which the system frees when the programs that hold them die.

There are two. Whoever writes a run has the first one: an engine, or the command line. A window has the second as long as
it has the run, so that nobody takes that between the death of an engine and the next one.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from netbuilder.disk import Locked, cannot_write, locked
from netbuilder.disk.locks import is_locked
from netbuilder.words import _

_PATIENCE = 1.0  # seconds: whoever only looks whether a run goes on holds its lock for an instant

_UID = re.compile("[0-9a-f]{32}")


class InOtherHands(Exception):
    """Another program is training that run; the message says so."""


def checkpoint_path(history: Path, uid: str) -> Path:
    """The checkpoint file of a run of the history at that path. Raises ``KeyError`` for what is no run's uid."""
    if not _UID.fullmatch(uid):
        raise KeyError(uid)
    return checkpoint_folder(history) / f"{uid}.checkpoint"


def checkpoint_folder(history: Path) -> Path:
    """Where the checkpoint files of the history at that path lie."""
    return history.parent / "checkpoints"


class Claim:
    """The right to train a run, held until it is released or its program dies.

    ``for_window``: on behalf of the window that has the run. Raises ``InOtherHands``, ``KeyError`` for what is no uid, and
    ``CannotWrite``.
    """

    def __init__(self, history: Path, uid: str, *, for_window: bool = False) -> None:
        first, second = _locks(history, uid)
        self._held = _taken((first,) if for_window else (second, first), _PATIENCE)

    def release(self) -> None:
        """Gives it up, and leaves no lock file behind. Again, it does nothing."""
        self._held.close()


class Hold:
    """A window's, on a run that its engines train one after the other, until it is released or the window dies.

    It waits for nobody. Raises ``InOtherHands``, ``KeyError`` for what is no uid, and ``CannotWrite``.
    """

    def __init__(self, history: Path, uid: str) -> None:
        _first, second = _locks(history, uid)
        self._held = _taken((second,), 0.0)

    def release(self) -> None:
        """Leaves the run to whoever trains it, or wants to. Again, it does nothing."""
        self._held.close()


@contextlib.contextmanager
def held_if_free(history: Path, uid: str) -> Iterator[bool]:
    """Holds a run that nobody trains, and leaves no lock of a killed program behind; whether it is held.

    For one that goes on it waits for nothing, where a ``Claim`` would wait a second. Raises ``KeyError`` and ``CannotWrite``.
    """
    claim = None
    if not is_claimed(history, uid):
        with contextlib.suppress(InOtherHands):
            claim = Claim(history, uid)
    try:
        yield claim is not None
    finally:
        if claim is not None:
            claim.release()


def is_claimed(history: Path, uid: str) -> bool:
    """Whether some program is training that run now, or a window is about to go on with it."""
    return any(map(is_locked, _locks(history, uid)))


def _locks(history: Path, uid: str) -> tuple[Path, Path]:
    path = checkpoint_path(history, uid)
    return path.with_suffix(".lock"), path.with_suffix(".window")


def _taken(paths: tuple[Path, ...], patience: float) -> contextlib.ExitStack:
    """Holds these locks, in that order; all or none."""
    with contextlib.ExitStack() as held:
        for path in paths:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                held.enter_context(locked(path, wait=patience, vanishes=True))
            except OSError as problem:
                raise cannot_write(path, problem) from problem
            except Locked as problem:
                message = _("Another program is training this run: stop it there, or wait until it is done.")
                raise InOtherHands(message) from problem
        return held.pop_all()
