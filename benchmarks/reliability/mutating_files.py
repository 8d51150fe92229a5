"""Genuine files that are changed by chance, from outside and inside, with the checksums made right again."""

from __future__ import annotations

import gzip
import json
import random
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache, partial

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_zip import Member, made, plain
from benchmarks.reliability.mutating_ways import bytes_changed, json_changed

Mutate = Callable[[random.Random], bytes]


def _of_bytes(base: Callable[[], bytes]) -> Mutate:
    return lambda chance: bytes_changed(base(), chance)


@cache
def _members(base: Callable[[], bytes]) -> tuple[Member, ...]:
    """Stored rather than packed, since that is faster, and read alike."""
    return tuple(plain(name, content) for name, content in genuine.members_of(base()).items())


def _inside(base: Callable[[], bytes], ending: str, change: Callable[[bytes, random.Random], bytes]) -> Mutate:
    """One member of that ending is changed, and the zip is right."""

    def mutate(chance: random.Random) -> bytes:
        members = list(_members(base))
        place = chance.choice([n for n, one in enumerate(members) if one.name.decode().endswith(ending)])
        members[place] = plain(members[place].name.decode(), change(members[place].content, chance))
        return made(members)

    return mutate


def _header_or_all(content: bytes, chance: random.Random) -> bytes:
    """An array changed, mostly where it says what it is."""
    return (
        bytes_changed(content, chance)
        if chance.random() < 0.2
        else bytes_changed(content[:128], chance) + content[128:]
    )


def _png(chance: random.Random) -> bytes:
    """The chunks of a PNG, their data unpacked too, with right checksums."""
    content, chunks, start = genuine.picture("PNG"), [], 8
    while start < len(content):
        (length,) = struct.unpack(">I", content[start : start + 4])
        chunks.append((content[start + 4 : start + 8], content[start + 8 : start + 8 + length]))
        start += 12 + length
    place = chance.randrange(len(chunks))
    name, inside = chunks[place]
    if name == b"IDAT" and chance.random() < 0.5:
        inside = zlib.compress(bytes_changed(zlib.decompress(inside), chance), 1)
    elif chance.random() < 0.9 and inside:
        inside = bytes_changed(inside, chance)
    else:
        name = chance.choice((b"tEXt", b"zTXt", b"iCCP", b"eXIf", b"tRNS", b"PLTE", b"acTL", b"fcTL", b"fdAT", b"IEND"))
    chunks[place] = (name, inside)
    if chance.random() < 0.1:
        chunks.insert(chance.randrange(len(chunks)), chance.choice(chunks))
    return content[:8] + b"".join(
        struct.pack(">I", len(inner)) + kind + inner + struct.pack(">I", zlib.crc32(kind + inner))
        for kind, inner in chunks
    )


def _packed_idx(chance: random.Random) -> bytes:
    return gzip.compress(bytes_changed(genuine.idx(packed=False), chance), 1, mtime=0)


def _hdf5(chance: random.Random) -> bytes:
    members = [one for one in _members(genuine.model) if one.name.decode() != genuine.WEIGHTS]
    return made([*members, plain(genuine.WEIGHTS, bytes_changed(genuine.weights(), chance))])


def _small_project() -> bytes:
    return genuine.project(full=False)


def _config(chance: random.Random) -> bytes:
    config = json_changed(json.dumps(genuine.model_config()).encode(), chance)
    return made(
        [plain(genuine.CONFIG, config), *(one for one in _members(genuine.model) if one.name != b"config.json")]
    )


WAYS: Mapping[str, tuple[str, int, Mutate]] = {
    "a project": ("project", 8, _of_bytes(_small_project)),
    "a project with all it can hold": ("project", 1, _of_bytes(genuine.project)),
    "the JSON of a project": ("project", 14, _inside(_small_project, ".json", json_changed)),
    "the JSON of a project with all it can hold": ("project", 4, _inside(genuine.project, ".json", json_changed)),
    "the arrays of a project": ("project", 5, _inside(_small_project, ".npy", _header_or_all)),
    "the arrays of a project with all it can hold": ("project", 2, _inside(genuine.project, ".npy", _header_or_all)),
    "a model": ("model", 8, _of_bytes(genuine.model)),
    "the description of a model": ("model", 14, _config),
    "the weights of a model": ("model", 14, _hdf5),
    **{f"a {kind} picture": ("picture", 4, _of_bytes(partial(genuine.picture, kind))) for kind in genuine.PICTURES},
    "the chunks of a PNG": ("picture", 4, _png),
    "an archive of data": ("archive", 3, _of_bytes(genuine.archive)),
    "the arrays of an archive of data": ("archive", 4, _inside(genuine.archive, ".npy", _header_or_all)),
    "a packed IDX file": ("idx", 2, _of_bytes(genuine.idx)),
    "what is in a packed IDX file": ("idx", 2, _packed_idx),
}
"""What is changed → who reads it, how often it comes, and how it is changed."""

_NAMES, _WEIGHTS = tuple(WAYS), tuple(often for _reader, often, _mutate in WAYS.values())


def mutated(seed: int, number: int) -> tuple[str, str, bytes]:
    """What is changed, who reads it, and the file: all of it follows from the two numbers."""
    chance = random.Random(f"{seed}/{number}")
    (what,) = chance.choices(_NAMES, _WEIGHTS)
    reader, _often, mutate = WAYS[what]
    return what, reader, mutate(chance)
