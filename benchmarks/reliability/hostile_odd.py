"""What is no ordinary file, or another kind of file by a false name: pipes, devices, links in a circle, programs, pickles."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import random
import socket
import sqlite3
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, holding, of_bytes

SUFFIXES = (".netbuilder", ".keras", ".png", ".npz")
_RUBBISH = 6  # files of random bytes of each name

Put = Callable[[Path], object]


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for suffix in SUFFIXES:
        for what, put in _NO_FILES.items():
            yield Hostile(f"odd: {what}", suffix, partial(_put, put))
        for what, content in _OTHERS.items():
            yield holding(f"odd: {what}", suffix, content)
        for number in range(_RUBBISH):
            yield of_bytes(
                f"odd: rubbish, {number}", suffix, lambda chance: chance.randbytes(chance.randrange(1, 5000))
            )
    for reader, suffix, base in (
        ("project", ".netbuilder", genuine.project),
        ("model", ".keras", genuine.model),
        ("picture", ".png", partial(genuine.picture, "PNG")),
        ("archive", ".npz", genuine.archive),
        ("idx", ".gz", genuine.idx),
    ):
        for what, name in _NAMES.items():
            yield Hostile(f"odd: genuine, {what}", suffix, partial(_genuine, base), frozenset({reader}), name=name)
        yield of_bytes(f"odd: {reader} by the name of a program", ".exe", partial(_made, base), reader)
        for what, disturb in _DISTURBED.items():
            opens = frozenset({reader})
            yield Hostile(f"odd: {what}", suffix, partial(_genuine, base), opens, partial(disturb, base))


def _put(put: Put, path: Path, _chance: random.Random) -> None:
    put(path)


def _genuine(base: Callable[[], bytes], path: Path, _chance: random.Random) -> None:
    path.write_bytes(base())


def _made(base: Callable[[], bytes], _chance: random.Random) -> bytes:
    return base()


def _link_to_a_pipe(path: Path) -> None:
    os.mkfifo(path.with_name("pipe"))
    path.symlink_to(path.with_name("pipe"))


def _circle(path: Path) -> None:
    other = path.with_name("other")
    path.symlink_to(other)
    other.symlink_to(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(20 << 30)  # none of which takes room on the disk


def _chain(path: Path) -> None:
    before = path
    for number in range(60):
        after = path.with_name(f"link{number}")
        before.symlink_to(after)
        before = after


_NO_FILES: dict[str, Put] = {
    "nothing there": lambda _path: None,
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a link to a pipe": _link_to_a_pipe,
    "a link to nothing": lambda path: path.symlink_to(path.with_name("nowhere")),
    "a link to itself": lambda path: path.symlink_to(path),
    "links in a circle": _circle,
    "60 links, one after another": _chain,
    "a link to a folder": lambda path: path.symlink_to(path.parent),
    "a link to /dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "a link to /dev/random": lambda path: path.symlink_to("/dev/random"),
    "a link to /dev/stdin": lambda path: path.symlink_to("/dev/stdin"),
    "a link to this process's memory": lambda path: path.symlink_to("/proc/self/mem"),
    "a link to the kernel's words": lambda path: path.symlink_to("/proc/kmsg"),
    "a link to the passwords": lambda path: path.symlink_to("/etc/passwd"),
    "a socket": _socket,
    "20 GB of nothing": _large,
}

_NAMES: dict[str, bytes] = {
    "its name of 255 letters": b"x" * 255,
    "its name not of UTF-8": b"\xff\xfe\x80",
    "its name of two lines": b"a\nb",
    "its name in braces": b"{0.__class__}{path}%s%n",
    "its name of HTML": b"<img src=x onerror=alert(1)>",
}


def _shorten(_base: Callable[[], bytes], path: Path) -> None:
    os.truncate(path, 0)
    path.write_bytes(_base())


def _rewrite(base: Callable[[], bytes], path: Path) -> None:
    content = bytearray(base())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    path.write_bytes(content)
    path.write_bytes(base())


def _swap(base: Callable[[], bytes], path: Path) -> None:
    other = path.with_name("swapped")
    other.write_bytes(base() * 2)
    other.replace(path)
    os.mkfifo(other)
    other.replace(path)


def _grow(base: Callable[[], bytes], path: Path) -> None:
    with path.open("ab") as file:
        file.write(base())
    os.truncate(path, len(base()))


_DISTURBED: dict[str, Callable[[Callable[[], bytes], Path], None]] = {
    "cut while it is read": _shorten,
    "written while it is read": _rewrite,
    "replaced by a pipe while it is read": _swap,
    "longer while it is read": _grow,
}


class _Runs:
    """Unpickled, it runs a program."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch ran",)


def _tar() -> bytes:
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed,  # the same seed is the same file
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        member = tarfile.TarInfo("../../outside")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"data"))
    return buffer.getvalue()


def _database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE a (b)")
        return connection.serialize()


_OTHERS: dict[str, bytes | Callable[[], bytes]] = {
    "nothing in it": b"",
    "one byte": b"P",
    "a line of a shell": b"#!/bin/sh\ntouch ran\n",
    "a starter of the desktop": b"[Desktop Entry]\nType=Application\nExec=touch ran\n",
    "a pickle": pickle.dumps(_Runs()),
    "a pickle of the first kind": pickle.dumps(_Runs(), 0),
    "a model of PyTorch": lambda: genuine.zipped({"archive/data.pkl": pickle.dumps(_Runs()), "archive/version": b"3"}),
    "a model of joblib": lambda: zlib.compress(pickle.dumps(_Runs())),
    "Python's bytecode": b"\xa7\r\r\n" + bytes(12) + b"\xe3" + bytes(40),
    "a model of the first Keras": lambda: genuine.hdf5(lambda file: file.attrs.update(model_config="{}")),
    "a tar that goes upwards": _tar,
    "a database": _database,
    "a program that Windows installs": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a document with macros": lambda: genuine.zipped({"word/vbaProject.bin": b"x", "[Content_Types].xml": b"<a/>"}),
    "Python's own zip": lambda: genuine.zipped({"__main__.py": b"import os; os.system('touch ran')"}),
    "XML that laughs": b"<!DOCTYPE a [<!ENTITY a 'a'><!ENTITY b '&a;&a;'>]><a>&b;</a>" * 50,
}
