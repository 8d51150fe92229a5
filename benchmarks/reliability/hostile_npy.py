"""Hostile arrays, within projects and data archives and alone: pickles, headers that lie or are code, and IDX files."""

from __future__ import annotations

import gzip
import io
import pickle
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, cut, flipped, holding, of_bytes

_CUTS = 4

PLACES: dict[str, tuple[str, Callable[[], bytes], str, tuple[int, ...], str, int]] = {
    "weights of a project": (
        ".netbuilder",
        genuine.project,
        "trained/weights/000.npy",
        (2, 8),
        "<f4",
        zipfile.ZIP_STORED,
    ),
    "a drawing": (".netbuilder", genuine.project, "drawings/000.npy", (8, 8), "|u1", zipfile.ZIP_STORED),
    "data": (".npz", genuine.archive, "x_train.npy", (6, 4, 4), "|u1", zipfile.ZIP_STORED),
}


class _Runs:
    """Unpickled, it runs a program."""

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, ("touch ran",)


def npy(header: str | bytes, content: bytes, version: tuple[int, int] = (1, 0), length: int | None = None) -> bytes:
    """An array with any header, which ends as NumPy's do; ``length`` is what it says to be long."""
    raw = header.encode() if isinstance(header, str) else header
    told = len(raw) if length is None else length
    packed = struct.pack("<H", told & 0xFFFF) if version == (1, 0) else struct.pack("<I", told)
    return b"\x93NUMPY" + bytes(version) + packed + raw + content


def _described(kind: str, shape: object, order: object = False) -> str:
    return f"{{'descr': {kind}, 'fortran_order': {order!r}, 'shape': {shape}, }}\n"


def _headers(kind: str, shape: tuple[int, ...], content: bytes) -> Iterator[tuple[str, bytes]]:
    """Arrays that should be of that kind and shape, and are not."""
    code = "__import__('os').system('touch ran')"
    for what, header in {
        "10¹² numbers": _described(repr(kind), (10**12,)),
        "10¹² × 10¹² numbers": _described(repr(kind), (10**12, 10**12)),
        "a length of 400 digits": _described(repr(kind), f"({'9' * 400},)"),
        "a length of 5,000 digits": _described(repr(kind), f"({'9' * 5000},)"),
        "70 axes": _described(repr(kind), (1,) * 70),
        "9 axes": _described(repr(kind), (1,) * 9),
        "a length of −1": _described(repr(kind), (-1, *shape[1:])),
        "lengths that are flags": _described(repr(kind), (True, False)),
        "lengths of halves": _described(repr(kind), (2.5, 8)),
        "a shape that is code": _described(repr(kind), code),
        "a kind that is code": _described(code, shape),
        "an order that is code": f"{{'descr': {kind!r}, 'fortran_order': {code}, 'shape': {shape}}}\n",
        "code instead": f"{code}\n",
        "by columns": _described(repr(kind), shape, order=True),
        "an order of 7": _described(repr(kind), shape, order=7),
        "objects": _described("'|O'", shape),
        "text": _described("'|S9'", shape),
        "letters of 10⁹": _described("'<U1000000000'", shape),
        "times": _described("'<M8[s]'", shape),
        "complex numbers": _described("'<c16'", shape),
        "the other machine's order": _described("'>f8'", shape),
        "records": _described("[('a', '<f4'), ('b', '|O')]", shape),
        "arrays of arrays": _described("('<f4', (1000000, 1000000))", shape),
        "a kind of 10,000 fields": _described(str([(f"f{n}", "<f4") for n in range(10_000)]), shape),
        "an unknown kind": _described("'hostile'", shape),
        "a kind that is a number": _described("7", shape),
        "no shape": f"{{'descr': {kind!r}, 'fortran_order': False}}\n",
        "a name more": f"{{'descr': {kind!r}, 'fortran_order': False, 'shape': {shape}, 'x': 1}}\n",
        "a list": "[1, 2, 3]\n",
        "nothing": "",
        "an open bracket": "{'descr': (\n",
        "20,000 brackets": "(" * 20_000,
        "9,000 brackets": "(" * 4500 + ")" * 4500 + "\n",
        "9,000 minus signs": "-" * 9000 + "1\n",
        "9,000 sums": "+".join("1" * 4500) + "\n",
        "an open text": "{'descr': 'x\n",
        "a zero byte": "{'descr': '\0'}\n",
        "a long integer of Python 2": _described(repr(kind), "(6L, 4L, 4L)"),
    }.items():
        yield what, npy(header, content)
    right = _described(repr(kind), shape)
    yield "no UTF-8", npy(b"\xff\xfe" + right.encode(), content)
    yield "a header of 65,535 bytes that are not there", npy(right, content, length=65_535)
    yield "a header of 4 GB", npy(right, content, version=(2, 0), length=0xFFFFFFF0)
    yield "version 3", npy(right, content, version=(3, 0))
    yield "version 9", npy(right, content, version=(9, 9))
    yield "one byte more", npy(right, content + b"\0")
    yield "one byte less", npy(right, content[:-1])
    yield "a pickle with that name", pickle.dumps(_Runs())
    yield "a pickle within", npy(_described("'|O'", shape), pickle.dumps(_Runs()))
    yield "a pickle behind a right header", npy(right, pickle.dumps(_Runs()))
    yield "no array", b"#!/bin/sh\ntouch ran\n"
    yield "nothing at all", b""


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for place, (suffix, base, member, shape, kind, packing) in PLACES.items():
        genuinely = genuine.members_of(base())[member]
        content = genuinely[-int(np.prod(shape)) * np.dtype(kind).itemsize :]

        def instead(
            changed: bytes, base: Callable[[], bytes] = base, member: str = member, packing: int = packing
        ) -> bytes:
            return genuine.zipped(genuine.members_of(base()) | {member: changed}, packing)

        for what, changed in _headers(kind, shape, content):
            opens = ("archive",) if suffix == ".npz" and what in ("by columns", "a long integer of Python 2") else ()
            yield holding(f"npy: {what} as {place}", suffix, partial(instead, changed), *opens)
        for number in range(_CUTS):
            yield of_bytes(f"npy: {place}, cut, {number}", suffix, partial(_cut, instead, genuinely))
    yield holding("npy: a pickle alone", ".npz", pickle.dumps(_Runs()))
    yield holding("npy: a pickle alone as a project", ".netbuilder", pickle.dumps(_Runs()))
    yield holding("npy: an array of objects alone", ".npy", _objects())
    yield holding("npy: 30,000 arrays", ".npz", lambda: genuine.zipped({f"a{n}.npy": b"" for n in range(30_000)}))
    yield from _idx()


def _cut(instead: Callable[[bytes], bytes], content: bytes, chance: random.Random) -> bytes:
    return instead(cut(content, chance))


def _objects() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array([_Runs()], object), allow_pickle=True)
    return buffer.getvalue()


def _idx() -> Iterator[Hostile]:
    plain, packed = genuine.idx(packed=False), genuine.idx()
    for what, content in {
        "another kind": b"\0\0\x0d" + plain[3:],
        "no axis": b"\0\0\x08\0" + plain[4:],
        "255 axes": b"\0\0\x08\xff" + plain[4:],
        "4 × 10⁹ pictures": plain[:4] + b"\xff\xff\xff\xff" + plain[8:],
        "one byte more": plain + b"\0",
        "one byte less": plain[:-1],
        "packed, a wrong checksum": packed[:-8] + b"\0\0\0\0" + packed[-4:],
        "packed, a wrong length": packed[:-4] + b"\xff\xff\xff\xff",
        "packed twice": gzip.compress(packed, mtime=0),
        "packed, cut": packed[: len(packed) // 2],
        "packed, only its beginning": packed[:10],
        "packed, a name of 10⁶ letters": packed[:3] + b"\x08" + packed[4:10] + b"x" * 10**6 + b"\0" + packed[10:],
        "packed, another behind it": packed + packed,
        "packed, rubbish behind it": packed + b"rubbish",
    }.items():
        opens = ("idx",) if what == "packed, a name of 10⁶ letters" else ()
        yield holding(f"idx: {what}", ".gz" if what.startswith("packed") else ".idx", content, *opens)
    yield holding("idx: 256 MB of zeros", ".gz", lambda: gzip.compress(bytes(64 << 20), mtime=0) * 4)
    yield holding(
        "idx: 256 MB behind what is right", ".gz", lambda: packed + gzip.compress(bytes(64 << 20), mtime=0) * 4
    )
    for number in range(8):
        yield of_bytes(f"idx: flipped bits, {number}", ".gz", lambda chance: flipped(packed, chance, 2), "idx")
