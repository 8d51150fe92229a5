"""Hostile JSON, within projects and models that are right otherwise: huge, deep, no numbers, wrong types, unknown versions."""

from __future__ import annotations

import copy
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, cut, of_bytes
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.files.migrations import VERSION
from netbuilder.spec.plain import to_plain

_SWAPS = 60  # files with a value of a wrong type, of each kind

# No value of a description is any of these where something else stands; a flag and a small number may be meant.
WRONG: tuple[Any, ...] = (
    None,
    -1,
    1.5,
    -0.0,
    2**31,
    2**63,
    2**70,
    1e308,
    "",
    "x" * 100_000,
    "__import__('os').system('touch ran')",
    "\u0000",
    "\ud800",
    "../../outside",
    [],
    {},
    [[[[]]]],
    {"class_name": "function", "config": "os.system"},
    [1] * 1000,
)

MEMBERS: dict[str, tuple[str, Callable[[], bytes], tuple[str, ...]]] = {
    "project": (".netbuilder", genuine.project, ("project.json", "trained/trained.json")),
    "model": (".keras", genuine.model, (genuine.CONFIG, genuine.METADATA)),
}

TEXTS: dict[str, Callable[[bytes], bytes]] = {
    "64 MB of spaces": lambda text: b" " * (64 << 20) + text,
    "7 MB of empty lists": lambda _text: b"[" + b"[]," * (7 * (1 << 20) // 3) + b"0]",
    "7 MB of numbers": lambda _text: b"[" + b"0," * (7 * (1 << 20) // 2) + b"0]",
    "7 MB of names": lambda _text: b"{" + b",".join(b'"%d":0' % number for number in range(600_000)) + b"}",
    "7 MB of objects": lambda _text: b"[" + b'{"":0},' * (1 << 20) + b"0]",
    "lists 100,000 deep": lambda _text: b"[" * 100_000 + b"]" * 100_000,
    "objects 100,000 deep": lambda _text: b'{"a":' * 100_000 + b"0" + b"}" * 100_000,
    "lists 900 deep": lambda _text: b"[" * 900 + b"]" * 900,
    "nothing": lambda _text: b"",
    "null": lambda _text: b"null",
    "a list": lambda _text: b"[]",
    "an empty object": lambda _text: b"{}",
    "a text": lambda _text: b'"format"',
    "a number of 400 digits": lambda text: _beside(text, b"1" * 400),
    "a number of 100,000 digits": lambda text: _beside(text, b"1" * 100_000),
    "a number beyond float64": lambda text: _beside(text, b"1e999"),
    "400 digits behind the point": lambda text: _beside(text, b"0." + b"1" * 400),
    "NaN": lambda text: _beside(text, b"NaN"),
    "infinity": lambda text: _beside(text, b"Infinity"),
    "minus infinity": lambda text: _beside(text, b"-Infinity"),
    "a name twice": lambda text: _beside(text, b'0,"hostile":1'),
    "a name twice, deep inside": lambda text: _beside(text, b'{"a":{"b":1,"b":2}}'),
    "another name": lambda text: _beside(text, b"0"),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text,
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "no UTF-8": lambda text: _beside(text, b'"\xff\xfe"'),
    "a lone surrogate": lambda text: _beside(text, b'"\\ud800"'),
    "a zero byte": lambda text: _beside(text, b'"\0"'),
    "something behind it": lambda text: text + b"{}",
    "Python instead": lambda text: str(json.loads(text)).encode(),
    "a comment": lambda text: b"/* touch ran */" + text,
    "a line of a shell": lambda text: b"$(touch ran)\n" + text,
    "a document of YAML that makes an object": lambda _text: b"!!python/object/apply:os.system ['touch ran']",
    "a thousand million laughs": lambda _text: b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><a>&c;</a>',
}

VERSIONS: tuple[Any, ...] = (0, -1, VERSION + 1, 10**9, 10**30, 2.0, 1.5, "2", True, None, [], {"major": 2})
FORMATS: tuple[Any, ...] = ("", "netbuilder", None, 2, "netbuilder project\n")

ELSEWHERE = (
    "//nobody.invalid/share/x.npz",
    r"\\nobody.invalid\share\x.npz",
    r"\\?\UNC\nobody.invalid\share\x.npz",
    r"\\.\UNC\nobody.invalid\share\x.npz",
    r"\??\UNC\nobody.invalid\share\x.npz",
    "file://nobody.invalid/x.npz",
    "/net/nobody.invalid/x.npz",
    "~/../../../../net/nobody.invalid/x.npz",
)
"""Data on another computer, which would learn who looks."""


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for reader, (suffix, base, members) in MEMBERS.items():
        for member in members:
            for what, change in TEXTS.items():
                opens = _harmless(member, what)
                yield of_bytes(f"json: {what} as {member}", suffix, partial(_with_text, base, member, change), *opens)
            yield of_bytes(f"json: {member}, cut", suffix, partial(_cut, base, member))
            for number in range(_SWAPS):
                what = f"json: a wrong value in {member}, {number}"
                # Many a value may well be missing, empty or large.
                yield of_bytes(what, suffix, partial(_with_wrong, base, member, number), reader)
    for number, version in enumerate(VERSIONS):
        yield of_bytes(f"json: version {number}", ".netbuilder", partial(_with_head, "version", version))
    for number, word in enumerate(FORMATS):
        yield of_bytes(f"json: format {number}", ".netbuilder", partial(_with_head, "format", word))
    for number, path in enumerate(ELSEWHERE):
        what = f"json: data on another computer, {number}"
        yield of_bytes(what, ".netbuilder", partial(_with_data, path), "project")


def swapped(value: Any, chance: random.Random, wrong: Any) -> Any:
    """The same with one value, anywhere within it, put in the place of another."""
    value = copy.deepcopy(value)
    places = list(_places(value))
    holder, key = chance.choice(places)
    holder[key] = wrong
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _harmless(member: str, what: str) -> tuple[str, ...]:
    """Who reads a model asks its version of it, and nothing else; what else stands in the file of a network is ignored."""
    if member == genuine.METADATA and what in ("another name", "a lone surrogate", "an empty object"):
        return ("model",)
    if member == genuine.CONFIG and what in ("another name", "a lone surrogate"):
        return ("model",)
    if member in ("project.json", "trained/trained.json") and what in ("another name", "a lone surrogate"):
        return ("project",)
    return ()


def _beside(text: bytes, value: bytes) -> bytes:
    """With one name more, and that value."""
    return b'{"hostile":' + value + b"," + text[text.index(b"{") + 1 :]


def _changed(base: Callable[[], bytes], member: str, content: bytes) -> bytes:
    packing = zipfile.ZIP_STORED if base is genuine.model else zipfile.ZIP_DEFLATED
    return genuine.zipped(genuine.members_of(base()) | {member: content}, packing)


def _with_text(
    base: Callable[[], bytes], member: str, change: Callable[[bytes], bytes], _chance: random.Random
) -> bytes:
    return _changed(base, member, change(genuine.members_of(base())[member]))


def _cut(base: Callable[[], bytes], member: str, chance: random.Random) -> bytes:
    return _changed(base, member, cut(genuine.members_of(base())[member], chance))


def _with_wrong(base: Callable[[], bytes], member: str, number: int, chance: random.Random) -> bytes:
    document = json.loads(genuine.members_of(base())[member])
    return _changed(base, member, json.dumps(swapped(document, chance, WRONG[number % len(WRONG)])).encode())


def _with_head(name: str, value: Any, _chance: random.Random) -> bytes:
    document = json.loads(genuine.members_of(genuine.project())["project.json"])
    return _changed(genuine.project, "project.json", json.dumps(document | {name: value}).encode())


def _with_data(path: str, _chance: random.Random) -> bytes:
    document = json.loads(genuine.members_of(genuine.project())["project.json"])
    document["project"]["data"]["source"] = to_plain(Mnist(path=path))
    return _changed(genuine.project, "project.json", json.dumps(document).encode())
