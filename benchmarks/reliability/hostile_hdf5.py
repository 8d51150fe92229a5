"""Hostile HDF5 within a model that is right otherwise: storage in other files, links, shapes, filters, types, damage."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import h5py
import numpy as np

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, cut, flipped, of_bytes

_CUTS, _FLIPS = 8, 24  # files of each
KERNEL = "layers/dense/vars/0"

Fill = Callable[[h5py.File], object]


def _instead(make: Fill, name: str = KERNEL) -> Fill:
    """Genuine weights, but of that name what ``make`` puts there."""

    def fill(file: h5py.File) -> None:
        genuine.fill_weights(file)
        del file[name]
        make(file)

    return fill


def _kernel(**how: Any) -> Fill:
    return _instead(lambda file: file.create_dataset(KERNEL, **how))


def _virtual(path: str) -> Fill:
    layout = h5py.VirtualLayout((2, 8), "f4")
    layout[:] = h5py.VirtualSource(path, "data", (2, 8))
    return _instead(lambda file: file.create_virtual_dataset(KERNEL, layout, fillvalue=0))


def _link(link: Any, name: str = KERNEL) -> Fill:
    def put(file: h5py.File) -> None:
        file[name] = link

    return _instead(put, name)


def _reference(file: h5py.File) -> None:
    file.create_dataset(KERNEL, (2, 8), h5py.ref_dtype)[0, 0] = file.ref


def _committed(file: h5py.File) -> None:
    file["sort"] = np.dtype("f4")
    file.create_dataset(KERNEL, (2, 8), file["sort"])


def _cycle(file: h5py.File) -> None:
    genuine.fill_weights(file)
    file["layers/dense/again"] = file["layers"]


def _many_groups(file: h5py.File) -> None:
    genuine.fill_weights(file)
    for number in range(20_000):
        file["layers"].create_group(f"g{number}")


def _deep(file: h5py.File) -> None:
    genuine.fill_weights(file)
    group = file["layers"]
    for _ in range(1_500):
        group = group.create_group("a")


def _attribute(value: Any) -> Fill:
    def put(file: h5py.File) -> None:
        genuine.fill_weights(file)
        file["layers/dense/vars"].attrs["name"] = value

    return put


def _filter(number: int) -> Fill:
    """A filter that nobody has; its name in the file is that of a library to be loaded."""

    def put(file: h5py.File) -> None:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((2, 8))
        plist.set_filter(number, h5py.h5z.FLAG_OPTIONAL, (1, 2, 3))
        space = h5py.h5s.create_simple((2, 8))
        h5py.h5d.create(file.id, KERNEL.encode(), h5py.h5t.IEEE_F32LE, space, plist)

    return _instead(put)


_ONES = np.ones((2, 8), "f4")
_TERA = 10**12

FILES: dict[str, Fill] = {
    "weights in /etc/passwd": _kernel(shape=(2, 8), dtype="f4", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)]),
    "weights in a file beside it": _kernel(shape=(2, 8), dtype="f4", external=[("beside.bin", 0, 64)]),
    "weights in /dev/zero": _kernel(shape=(_TERA,), dtype="f4", external=[("/dev/zero", 0, h5py.h5f.UNLIMITED)]),
    "virtual weights of another file": _virtual("/etc/passwd"),
    "virtual weights of itself": _virtual("."),
    "a link to another file": _link(h5py.ExternalLink("/etc/passwd", "/data")),
    "a link of a whole layer to another file": _link(h5py.ExternalLink("beside.h5", "/"), "layers/dense"),
    "a soft link": _link(h5py.SoftLink("/layers/dense_1/vars/0")),
    "a soft link to nothing": _link(h5py.SoftLink("/nowhere")),
    "a soft link to itself": _link(h5py.SoftLink(f"/{KERNEL}")),
    "a soft link of a layer": _link(h5py.SoftLink("/layers/dense_1"), "layers/dense"),
    "a group in the place of weights": _instead(lambda file: file.create_group(KERNEL)),
    "a type in the place of weights": _link(np.dtype("f4")),
    "a group within itself": _cycle,
    "20,000 groups": _many_groups,
    "groups 1,500 deep": _deep,
    "10¹² numbers in pieces": _kernel(shape=(_TERA,), dtype="f4", chunks=(1 << 20,)),
    "10¹² × 10¹² numbers": _kernel(shape=(10**9, 10**9), dtype="f4", chunks=(1000, 1000)),
    "10¹² numbers that may grow": _kernel(shape=(2, _TERA), dtype="f4", maxshape=(None, None), chunks=(2, 1000)),
    "10¹² numbers of which none is stored": _kernel(shape=(_TERA,), dtype="f4"),
    "1 GB of zeros, packed": _kernel(shape=(1 << 28,), dtype="f4", chunks=(1 << 22,), compression="gzip"),
    "64 MB of ones, packed": _kernel(data=np.ones(1 << 24, "f4"), chunks=(1 << 20,), compression="gzip"),
    "a piece of 1 GB": _kernel(shape=(1 << 28,), dtype="f4", chunks=(1 << 28,)),
    "32 axes": _kernel(shape=(1,) * 32, dtype="f4"),
    "no axis": _kernel(data=np.float32(1)),
    "no numbers": _kernel(shape=(0, 8), dtype="f4"),
    "no space": _kernel(data=h5py.Empty("f4")),
    "another shape": _kernel(data=np.ones((8, 2), "f4")),
    "one row more": _kernel(data=np.ones((3, 8), "f4")),
    "text": _kernel(data=np.full((2, 8), b"x", "S9")),
    "text of any length": _kernel(data=[["x" * 1000] * 8] * 2, dtype=h5py.string_dtype()),
    "arrays of any length": _kernel(shape=(2, 8), dtype=h5py.vlen_dtype("f4")),
    "references": _instead(_reference),
    "opaque bytes": _kernel(data=np.zeros((2, 8), "V1000")),
    "records": _kernel(shape=(2, 8), dtype=[("a", "f4"), ("b", "S100")]),
    "an enumeration": _kernel(shape=(2, 8), dtype=h5py.enum_dtype({"a": 1})),
    "arrays of arrays": _kernel(shape=(2,), dtype=np.dtype(("f4", (8,)))),
    "complex numbers": _kernel(data=_ONES.astype("c8")),
    "whole numbers": _kernel(data=_ONES.astype("i4")),
    "flags": _kernel(data=_ONES.astype("?")),
    "a committed type": _instead(_committed),
    "an unknown filter": _filter(32_001),
    "a filter of another number": _filter(400),
    "Szip, which is not here": _filter(4),
    "nothing": lambda _file: None,
    "no optimizer's half": _instead(lambda _file: None, "optimizer/vars/4"),
    "no weights of a layer": _instead(lambda _file: None, "layers/dense_1"),
    "one weight missing": _instead(lambda _file: None, KERNEL),
    "an attribute of 60 KB": _attribute("x" * 60_000),
    "an attribute of references": _attribute(h5py.Empty("f4")),
    "a name upwards": _instead(lambda file: file.create_dataset("layers/dense/vars/..", data=_ONES)),
}

HARMLESS: dict[str, Fill] = {
    "numbers in order of the other machine": _kernel(data=_ONES.astype(">f4")),
    "half the bits": _kernel(data=_ONES.astype("f2")),
    "twice the bits": _kernel(data=_ONES.astype("f8")),
    "not a number": _kernel(data=_ONES * np.float32("nan")),
    "infinity": _kernel(data=_ONES * np.float32("inf")),
    "packed by gzip": _kernel(data=_ONES, compression="gzip", shuffle=True),
    "with checksums": _kernel(data=_ONES, fletcher32=True),
    "packed by LZF": _kernel(data=_ONES, compression="lzf"),
    "rounded": _kernel(data=_ONES, scaleoffset=2),
    "pieces that were never written": _kernel(shape=(2, 8), dtype="f4", chunks=(1, 8), fillvalue=7),
}
"""What the reader may take or refuse, as it likes; the others hold something that it must refuse, or must not look at."""


def hostile() -> Iterator[Hostile]:
    """All of them."""
    beside = ("20,000 groups", "groups 1,500 deep", "a group within itself", "no optimizer's half")
    attributes = ("an attribute of 60 KB", "an attribute of references", "a name upwards")
    for what, fill in (FILES | HARMLESS).items():
        opens = ("model",) if what in (*HARMLESS, *beside, *attributes) else ()
        yield of_bytes(f"hdf5: {what}", ".keras", partial(_model, fill), *opens)
    for what in ("10¹² numbers in pieces", "a link to another file", "weights in /etc/passwd"):
        yield of_bytes(f"hdf5: {what}, not in a model", ".h5", partial(_alone, FILES[what]))
    for newest in ("earliest", "v110", "latest"):
        yield of_bytes(f"hdf5: format {newest}", ".keras", partial(_of_format, newest), "model")
    yield of_bytes("hdf5: a block of the user's before it", ".keras", _with_user_block, "model")
    for number in range(_CUTS):
        yield of_bytes(
            f"hdf5: cut, {number}", ".keras", lambda chance: genuine.model(weights=cut(genuine.weights(), chance))
        )
    for number in range(_FLIPS):
        yield of_bytes(f"hdf5: flipped bits, {number}", ".keras", partial(_flipped, 1 << number % 6), "model")
    for number, start in enumerate(
        (b"", b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + b"\xff" * 200, b"PK\3\4", bytes(4096))
    ):
        yield of_bytes(f"hdf5: other bytes, {number}", ".keras", partial(_with_weights, start))
    yield of_bytes("hdf5: missing", ".keras", lambda _chance: genuine.zipped({genuine.CONFIG: b"{}"}))


def _model(fill: Fill, _chance: random.Random) -> bytes:
    return genuine.model(weights=genuine.hdf5(fill))


def _alone(fill: Fill, _chance: random.Random) -> bytes:
    return genuine.hdf5(fill)


def _with_weights(content: bytes, _chance: random.Random) -> bytes:
    return genuine.model(weights=content)


def _of_format(newest: str, _chance: random.Random) -> bytes:
    return genuine.model(weights=genuine.hdf5(genuine.fill_weights, libver=newest))


def _with_user_block(_chance: random.Random) -> bytes:
    content = b"#!/bin/sh\ntouch ran\n".ljust(512, b"\0") + genuine.hdf5(genuine.fill_weights, userblock_size=512)[512:]
    return genuine.model(weights=content)


def _flipped(bits: int, chance: random.Random) -> bytes:
    return genuine.model(weights=flipped(genuine.weights(), chance, bits))
