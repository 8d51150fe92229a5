"""Hostile zips, as projects, models and data archives: bombs, too many members, false names, sizes, checksums, packings."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, cut, flipped, holding, of_bytes

_CUTS, _FLIPS = 4, 8  # files of each

NAMES = {
    "a path upwards": "../../outside.npy",
    "a path upwards within": "trained/../../outside.npy",
    "a path from the root": "/tmp/outside.json",
    "a path of Windows": "C:\\outside.npy",
    "a backslash upwards": "..\\..\\outside.npy",
    "a zero byte": "trained\0.json",
    "a line break": "trained\n.json",
    "no name": "",
    "60,000 letters": "a" * 60_000,
    "right-to-left letters": "\u202egpj.npy",
    "a folder": "trained/",
    "a device": "/dev/null",
    "a stream of Windows": "project.json:hidden",
}


@dataclass(frozen=True)
class Member:
    """A member as the zip tells it, which need not be as it is."""

    name: bytes
    content: bytes  # as it is packed
    size: int
    crc: int
    packing: int = 0
    flags: int = 0
    local_name: bytes | None = None
    packed_size: int | None = None
    offset: int | None = None
    extra: bytes = b""
    attributes: int = 0


def plain(name: str, content: bytes) -> Member:
    """A member that is stored as it is."""
    return Member(name.encode("utf-8", "surrogatepass"), content, len(content), zlib.crc32(content))


def deflated(name: str, content: bytes) -> Member:
    """A packed one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return replace(plain(name, content), content=packer.compress(content) + packer.flush(), packing=8)


@cache
def _zeros() -> Member:
    """256 MB of zeros in 256 KB."""
    packer, block, crc, packed = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1 << 20), 0, []
    for _ in range(256):
        packed.append(packer.compress(block))
        crc = zlib.crc32(block, crc)
    return Member(b"", b"".join(packed) + packer.flush(), 256 << 20, crc, packing=8)


@cache
def _many(count: int, told: int | None = None) -> bytes:
    one = plain("a/b.npy", b"")
    return made([replace(one, name=b"a/%d.npy" % number) for number in range(count)], told)


def made(members: Sequence[Member], count: int | None = None, before: bytes = b"", after: bytes = b"") -> bytes:
    """A zip of these members; ``count`` is what it says to have."""
    body, directory = bytearray(before), bytearray()
    for one in members:
        offset = len(body) if one.offset is None else one.offset
        packed = len(one.content) if one.packed_size is None else one.packed_size
        local = one.name if one.local_name is None else one.local_name
        rest = struct.pack("<HHHHIII", one.flags, one.packing, 0, 33, one.crc, packed, one.size)
        body += b"PK\3\4" + struct.pack("<H", 20) + rest + struct.pack("<HH", len(local), 0) + local + one.content
        directory += b"PK\1\2" + struct.pack("<HH", 0x314, 20) + rest
        directory += struct.pack("<HHHHHII", len(one.name), len(one.extra), 0, 0, 0, one.attributes, offset)
        directory += one.name + one.extra
    told = min(len(members) if count is None else count, 0xFFFF)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, told, told, len(directory), len(body), 0)
    return bytes(body + directory + end + after)


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for suffix, base, main in (
        (".netbuilder", genuine.project(), "project.json"),
        (".keras", genuine.model(), genuine.CONFIG),
        (".npz", genuine.archive(), "x_train.npy"),
    ):
        members = [plain(name, content) for name, content in genuine.members_of(base).items()]
        yield from _damaged(suffix, base)
        yield from _sizes(suffix, members, main)
        yield from _structure(suffix, members, main, base)
        for what, name in NAMES.items():
            # An archive of data is asked for its arrays by name, and nothing else of it is looked at; of a name that has a
            # zero byte, Python's reader takes what stands before it, and a model may hold folders.
            opens = ("archive",) if suffix == ".npz" else ("model",) if what in ("a zero byte", "a folder") else ()
            yield holding(f"zip: {what} as a name", suffix, made([*members, plain(name, b"x")]), *opens)
            yield holding(f"zip: {what} as the name of {main}", suffix, made(_but(members, main, name=name.encode())))


def _damaged(suffix: str, base: bytes) -> Iterator[Hostile]:
    anything = ("project", "model", "archive")
    for number in range(_CUTS):
        yield of_bytes(f"zip: cut, {number}", suffix, lambda chance: cut(base, chance))
    for number in range(_FLIPS):
        bits = 1 << number % 4

        def turned(chance: random.Random, bits: int = bits) -> bytes:
            return flipped(base, chance, bits)

        yield of_bytes(f"zip: {bits} flipped bits, {number}", suffix, turned, *anything)
    yield holding("zip: nothing", suffix, b"")
    yield holding("zip: an end and nothing else", suffix, made([]))
    yield holding("zip: half an end", suffix, made([])[:11])
    yield holding("zip: something before it", suffix, b"#!/bin/sh\ntouch ran\n" + base, *anything)
    yield holding("zip: something behind it", suffix, base + b"\0")
    yield holding("zip: a comment", suffix, base[:-2] + b"\1\0x")
    yield holding("zip: two ends", suffix, base + made([]), *anything)


def _sizes(suffix: str, members: list[Member], main: str) -> Iterator[Hostile]:
    """Bombs, and sizes that are not so."""
    others = _without(members, main)

    def bomb(**change: object) -> bytes:
        return made([*others, replace(_zeros(), name=main.encode(), **change)])  # type: ignore[arg-type]

    yield holding("zip: 256 MB of zeros", suffix, bomb)
    yield holding("zip: 256 MB that say to be 100 bytes", suffix, lambda: bomb(size=100))
    yield holding("zip: 32 MB of spaces", suffix, lambda: made([*others, deflated(main, b" " * (32 << 20))]))
    yield holding("zip: a bomb within a bomb", suffix, lambda: made([deflated(main, bomb())]))
    yield holding(
        "zip: 2,000 names for the same 256 MB",
        suffix,
        lambda: made([_zeros(), *(replace(_zeros(), name=b"m%d.npy" % n, offset=0, content=b"") for n in range(2000))]),
    )
    for what, change in {
        "size 4 GB": {"size": 0xFFFFFFFE},
        "size one more": {"size": 1 + _size(members, main)},
        "size one less": {"size": _size(members, main) - 1},
        "size 0": {"size": 0},
        "packed size 4 GB": {"packed_size": 0xFFFFFFFE},
        "packed size 0": {"packed_size": 0},
        "offset beyond the end": {"offset": 0xFFFFFFF0},
        "offset of another": {"offset": 0},
        "wrong CRC": {"crc": 0},
    }.items():
        # What it holds ends earlier, and its checksum is right; and the first member is at 0 anyway.
        is_harmless = what in ("size 4 GB", "size one more", "packed size 4 GB") or (
            what == "offset of another" and members[0].name.decode() == main
        )
        opens = ("project", "model", "archive") if is_harmless else ()
        yield holding(f"zip: {what}", suffix, made(_but(members, main, **change)), *opens)


def _structure(suffix: str, members: list[Member], main: str, base: bytes) -> Iterator[Hostile]:
    """Too many members, the same twice, encryption, packings that nobody knows, extensions for large files."""
    for count in (1_000, 30_000, 65_535, 100_000):
        yield holding(f"zip: {count:,} members", suffix, partial(_many, count))
    yield holding("zip: 100,000 members that say to be 9", suffix, partial(_many, 100_000, 9))
    yield holding("zip: says to have 65,535 members", suffix, made(members, count=65_535))
    yield holding(
        "zip: says to have one more", suffix, made(members, count=len(members) + 1), "project", "model", "archive"
    )
    for member in (main, members[-1].name.decode()):
        twice = next(each for each in members if each.name.decode() == member)
        opens: tuple[str, ...] = (
            ("archive",) if suffix == ".npz" and member != main and member not in ("x_train.npy", "y_train.npy") else ()
        )
        yield holding(f"zip: {member} twice", suffix, made([*members, twice]), *opens)
        yield holding(f"zip: {member} is missing", suffix, made(_without(members, member)))
    for what, flags in (("encrypted", 1), ("strongly encrypted", 0x41), ("masked", 0x2001), ("patched", 0x20)):
        yield holding(f"zip: {what}", suffix, made(_but(members, main, flags=flags)))
    for packing in (1, 6, 9, 12, 14, 93, 95, 97, 99, 65_535):
        yield holding(f"zip: packed in way {packing}", suffix, made(_but(members, main, packing=packing)))
    yield holding("zip: deflate that is none", suffix, made(_but(members, main, packing=8)))
    yield holding("zip: another name inside", suffix, made(_but(members, main, local_name=b"other.json")))
    link = _but(members, main, attributes=0o120777 << 16)  # to whoever unpacks it, a link
    yield holding("zip: a member as a symbolic link", suffix, made(link), "project", "model", "archive")
    for length in (3, 4, 65_000):
        large = struct.pack("<HH", 1, length) + b"\xff" * min(length, 200)
        yield holding(
            f"zip: sizes beyond 4 GB in {length} bytes", suffix, made(_but(members, main, extra=large, size=0xFFFFFFFF))
        )
    record = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1 << 40, 1 << 40, 1 << 40, 0)
    locator = b"PK\6\7" + struct.pack("<IQI", 0, len(base) - 22, 1)
    yield holding("zip: an end record for 10¹² members", suffix, base[:-22] + record + locator + base[-22:])
    places = {
        "disk": (4, b"\7\0"),
        "length of the directory": (12, b"\xff\xff\xff\x7f"),
        "place of the directory": (16, b"\xff" * 4),
    }
    for what, (place, content) in places.items():
        end = base[-22:]
        changed = end[:place] + content + end[place + len(content) :]
        # The disk's number is looked at by nobody, since there is one file.
        opens = ("project", "model", "archive") if what == "disk" else ()
        yield holding(f"zip: the end's {what}", suffix, base[:-22] + changed, *opens)


def _without(members: Sequence[Member], name: str) -> list[Member]:
    return [one for one in members if one.name.decode() != name]


def _but(members: Sequence[Member], main: str, **change: object) -> list[Member]:
    return [replace(one, **change) if one.name.decode() == main else one for one in members]  # type: ignore[arg-type]


def _size(members: Sequence[Member], main: str) -> int:
    return next(one.size for one in members if one.name.decode() == main)
