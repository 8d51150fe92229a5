"""A disk that fails at any moment of a save costs nothing: the old file stays whole, and one sentence says why."""

from __future__ import annotations

import errno
import os
import random
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.reliability import works
from benchmarks.reliability.attempts import Attempt, broken
from benchmarks.reliability.home import new_home
from benchmarks.reliability.saving import NAME, Save, keep_previous, number_of
from netbuilder import disk

COUNT = 1_000
_CALLS = frozenset({"open", "os.rename", "os.link", "os.chmod"})  # of which Python tells before it makes them
_ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EACCES)
_MOST = 14  # such calls of a save
_WIDTH = 2_500


def attempts(seeds: Sequence[int], saves: Save = keep_previous) -> Iterator[Attempt]:
    """In each, one call of a save fails, or a write beyond some size does, as on a full disk."""
    with new_home() as home:
        path = home.work / NAME
        saves(path, works.numbered(1, _WIDTH))
        size = path.stat().st_size
        for seed in seeds:
            if number_of(path) is None:  # the next attempt shall be judged by itself
                saves(path, works.numbered(1, _WIDTH))
            yield _attempt(seed, path, size, saves, number_of(path) or 1)


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many lost something or said nothing."""
    return [broken("saved on a failing disk: torn file, litter, or no sentence", made)]


def judged(before: int, code: int, sentence: str, found: int | None, litter: Sequence[str]) -> list[str]:
    """What is wrong after a save that ended with a code: 0 it says to have saved, 3 it has said why not."""
    faults = [f"“{one}” was left behind" for one in litter]
    if found is None:
        faults.append("the file is torn")
    match code:
        case 0 if found != before + 1:
            faults.append("the save says to have succeeded, and the file is the old one")
        case 3 if found != before:
            faults.append("the save says to have failed, and the file is another one")
        case 3 if not sentence.endswith(".") or "\n" in sentence or NAME not in sentence:
            faults.append(f"that is no sentence about the file: {sentence}")
        case 0 | 3:
            pass
        case _:
            faults.append(f"it ended with {sentence or f'code {code}'}")
    return faults


def _attempt(seed: int, path: Path, size: int, saves: Save, before: int) -> Attempt:
    chance = random.Random(seed)
    bytes_left = chance.randrange(size) if chance.random() < 0.4 else None
    place, error = chance.randrange(_MOST), chance.choice(_ERRORS)
    where = f"call {place} fails with {errno.errorcode[error]}" if bytes_left is None else f"full at {bytes_left} bytes"
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        _save_once(path, before + 1, tell, saves, bytes_left, place, error)
    os.close(tell)
    with os.fdopen(told, "r", encoding="utf-8") as said:
        sentence = said.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    litter = [one.name for one in path.parent.iterdir() if one.name not in (NAME, f"{NAME}~")]
    return Attempt(seed, where, tuple(judged(before, code, sentence, number_of(path), litter)))


def _save_once(path: Path, number: int, tell: int, saves: Save, bytes_left: int | None, place: int, error: int) -> None:
    contents = works.numbered(number, _WIDTH)
    code, sentence = 0, ""
    try:
        if bytes_left is None:
            _fail_at(place, error, path.parent)
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))
        saves(path, contents)
    except disk.CannotWrite as problem:
        code, sentence = 3, str(problem)
    except BaseException as problem:  # noqa: BLE001 - whatever it is, it is what is looked for
        code, sentence = 4, repr(problem)
    os.write(tell, sentence.encode())
    os._exit(code)


def _fail_at(place: int, error: int, folder: Path) -> None:
    """Lets one of the process's calls about that folder fail, by Python's audit hooks."""
    calls = 0
    own_fsync = os.fsync

    def count(what: str) -> None:
        nonlocal calls
        calls += 1
        if calls == place + 1:
            raise OSError(error, os.strerror(error), what)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        # What is linked stands behind /proc, and its new name is told without its folder.
        if event in _CALLS and (event == "os.link" or any(str(one).startswith(str(folder)) for one in arguments[:2])):
            count(str(arguments[0]))

    def fsync(descriptor: int) -> None:  # of which Python does not tell
        count("fsync")
        own_fsync(descriptor)

    vars(os)["fsync"] = fsync
    sys.addaudithook(hook)
