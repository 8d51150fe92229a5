"""The history's file: opened, brought up to date, and every failure of it a sentence."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path

from netbuilder.disk import CannotWrite, Locked, cannot_write, data_folder, is_file, is_folder, is_there, locked
from netbuilder.runs.layout import LONGEST_OF_LAYOUT, is_laid_out, short_texts_only
from netbuilder.runs.migrations import MIGRATIONS
from netbuilder.runs.rescue import rescued
from netbuilder.words import _, plural

PATIENCE = 30.0
"""Seconds to wait for another program that is writing; each of them writes for milliseconds."""

DAMAGED = ".damaged-"
"""Stands in the name of a damaged history that was moved aside, after that of the history."""

_PARTS = ("", "-wal", "-shm")  # endings of the files that a history is made of

_OURS = 0x6E657462  # "netb": what SQLite calls the application's id
_FULL, _READ_ONLY, _BUSY, _LOCKED, _CORRUPT, _NOT_A_DATABASE, _TOO_BIG, _NO_OPENING = 13, 8, 5, 6, 11, 26, 18, 14

_SETTINGS = (
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "foreign_keys = ON",
    "synchronous = NORMAL",  # a program that is killed loses nothing, and no commit waits for the disk
    # Debian's SQLite zeroes what is deleted: it would take as much of the disk again, and twice the time, to give it back.
    "secure_delete = OFF",
    f"journal_size_limit = {4 << 20}",
    "cache_size = -256",  # KiB: more would be kept of each run that was listed, and the system has it all the same
)


class CannotUseHistory(Exception):
    """The history can't be opened, read or written; the message says why and what to do."""


class Damaged(CannotUseHistory):
    """The history was damaged: it was moved aside, and the next one who opens it begins a new one."""


def history_path() -> Path:
    """Where the history is, unless somebody says otherwise."""
    return data_folder() / "history.db"


def connected(path: Path, patience: float = PATIENCE) -> sqlite3.Connection:
    """A connection to the history, which is made or migrated if needed. Raises ``CannotUseHistory``.

    It commits each statement by itself unless ``transaction`` says otherwise. One thread at a time may use it.
    ``patience``: seconds for which each statement waits for another program.
    """
    with told(path):
        _refuse_what_is_no_file(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        for place in (path, path.parent):
            if is_there(place) and not os.access(place, os.W_OK):
                raise PermissionError(13, "", str(path))
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what the system and SQLite say of the history into ``CannotUseHistory``; moves a damaged one aside."""
    try:
        yield
    except (sqlite3.Error, OSError, CannotWrite, Locked) as problem:
        if _is_damage(problem):
            raise Damaged(_moved_aside(path)) from problem
        raise CannotUseHistory(why_not(path, problem)) from problem


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; other writers wait until it is over."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # a full disk may have rolled it back already
            connection.execute("ROLLBACK")
        raise
    try:
        connection.execute("COMMIT")
    except sqlite3.Error:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def why_not(path: Path, problem: Exception) -> str:
    """The sentence for a failure that is no damage."""
    match problem:
        case OSError():
            return str(cannot_write(path, problem))
        case sqlite3.Error():
            why = {
                _FULL: _("the disk is full: free some space"),
                _READ_ONLY: _("you may not write there: change its permissions"),
                _BUSY: _("another program has been writing it for a long time: wait for it, or close it"),
                _LOCKED: _("another program has been writing it for a long time: wait for it, or close it"),
                _TOO_BIG: _("a layer has more weights than it can hold"),
                _NO_OPENING: _("it can't be opened: look whether its folder is there and whether you may write there"),
            }.get(_code(problem), _("the system says “{reason}”: look after the disk").format(reason=problem))
            return _since(path, why)
        case _:
            return str(problem)


def _since(path: Path, why: str) -> str:
    return _("The history of runs, “{path}”, can't be used, since {why}.").format(path=path, why=why)


def _refuse_what_is_no_file(path: Path) -> None:
    """Raises ``CannotUseHistory`` where something else has the name of the history or of its folder."""
    why = ""
    if is_there(path.parent) and not is_folder(path.parent):
        why = _("“{folder}”, where it should be, is no folder: move that away, or rename it").format(folder=path.parent)
    elif is_folder(path):
        why = _("there is a folder of that name: move that away, or rename it")
    elif is_there(path) and not is_file(path):
        why = _("it is no ordinary file: move that away, or rename it")
    if why:
        raise CannotUseHistory(_since(path, why))


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.text_factory = _text
    try:
        with short_texts_only(connection, LONGEST_OF_LAYOUT):  # SQLite computes some columns unasked
            for setting in _SETTINGS:
                connection.execute(f"PRAGMA {setting}")
            version = _version_of_ours(connection)
    except sqlite3.DataError as problem:
        raise _NotOurs from problem
    if version != len(MIGRATIONS):
        with locked(path.with_suffix(".lock"), wait=PATIENCE):
            _bring_up_to_date(connection, path)


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    version = _version_of_ours(connection)
    if version > len(MIGRATIONS):
        message = _("The history of runs, “{path}”, was written by a newer netbuilder: update this one to see it.")
        raise CannotUseHistory(message.format(path=path))
    if version == 0:
        # Both can be chosen only while nothing is in it. Incremental: to give space back must not take a copy of it all.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
    with transaction(connection):
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_OURS}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _version_of_ours(connection: sqlite3.Connection) -> int:
    """The version of a history, 0 of an empty file. Raises ``_NotOurs`` for what is no history, or laid out otherwise."""
    connection.execute("BEGIN")  # all of one moment: another program may just be making it
    try:
        version = _number(connection, "user_version")
        if version == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            return 0
        is_known = version <= len(MIGRATIONS)  # a newer one is refused by its version
        if _number(connection, "application_id") != _OURS or (is_known and not is_laid_out(connection, version)):
            raise _NotOurs
        return version
    finally:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("COMMIT")


class _NotOurs(sqlite3.DatabaseError):
    """A database, but no history."""


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")


def _code(problem: BaseException) -> int:
    """SQLite's primary result code; 0 where there is none."""
    return int(getattr(problem, "sqlite_errorcode", None) or 0) & 0xFF


def _is_damage(problem: BaseException) -> bool:
    return isinstance(problem, _NotOurs) or _code(problem) in (_CORRUPT, _NOT_A_DATABASE)


def _moved_aside(path: Path) -> str:
    """Moves the damaged history away with all that belongs to it, and takes over what can be read; says where it is.

    Raises ``CannotUseHistory`` where that can't be done; then all is as it was.
    """
    aside = _aside(path)
    try:
        with locked(path.with_suffix(".lock"), wait=PATIENCE):
            if _is_sound(path):
                return _("The history of runs was damaged, and another program has begun a new one: try again.")
            _refuse_a_disk_without_room(path)
            _rename(path, aside)
    except (OSError, CannotWrite, Locked) as problem:
        raise CannotUseHistory(why_not(path, problem)) from problem
    try:
        with contextlib.closing(connected(path)) as new:
            count = rescued(new, aside)
    except (CannotUseHistory, sqlite3.Error) as problem:
        _put_back(path, aside)
        raise CannotUseHistory(_not_taken_over(path)) from problem
    message = plural(
        "The history of runs was damaged: {count} run could be taken over into a new one, and the old one is kept as",
        "The history of runs was damaged: {count} runs could be taken over into a new one, and the old one is kept as",
        count,
    )
    return f"{message} “{aside}”."


def _aside(path: Path) -> Path:
    """A name that nothing has yet: two histories may be damaged within a second."""
    moment = time.strftime("%Y%m%d-%H%M%S")
    endings = chain([""], (f"-{number}" for number in count(2)))
    names = (path.with_name(f"{path.stem}{DAMAGED}{moment}{ending}{path.suffix}") for ending in endings)
    return next(name for name in names if not is_there(name))


def _refuse_a_disk_without_room(path: Path) -> None:
    """Raises ``CannotUseHistory`` where a second history can't be written beside this one: it would be tried for nothing."""
    files = [Path(f"{path}{ending}") for ending in _PARTS]
    if shutil.disk_usage(path.parent).free < sum(file.stat().st_size for file in files if is_there(file)):
        raise CannotUseHistory(_not_taken_over(path))


def _not_taken_over(path: Path) -> str:
    message = _(
        "The history of runs, “{path}”, is damaged. What can be read of it could not be taken over into a new one, which "
        "needs as much of the disk again: free some space there, and it is tried again."
    )
    return message.format(path=path)


def _put_back(path: Path, aside: Path) -> None:
    """Takes the damaged history for the only one again, which it was."""
    try:
        with locked(path.with_suffix(".lock"), wait=PATIENCE):
            for ending in _PARTS:
                Path(f"{path}{ending}").unlink(missing_ok=True)
            _rename(aside, path)
    except (OSError, CannotWrite, Locked) as problem:
        raise CannotUseHistory(why_not(aside, problem)) from problem


def _rename(path: Path, other: Path) -> None:
    for ending in _PARTS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{other}{ending}")


def _is_sound(path: Path) -> bool:
    """Whether what is there now is a whole history: another program may have been faster."""
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
            with short_texts_only(connection, LONGEST_OF_LAYOUT):
                _version_of_ours(connection)
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False
