"""Ways to change a genuine file by chance: its bytes, and what its JSON says."""

from __future__ import annotations

import json
import random
from typing import Any

from benchmarks.reliability.hostile_json import WRONG

_NUMBERS = (
    0,
    1,
    -1,
    2,
    7,
    127,
    128,
    255,
    256,
    32767,
    65535,
    65536,
    1 << 20,
    1 << 31,
    (1 << 32) - 1,
    1 << 40,
    (1 << 63) - 1,
)
_MOST = 8  # changes of one file
_LONGEST = 64  # bytes of a piece that is moved


def bytes_changed(content: bytes, chance: random.Random, other: bytes = b"") -> bytes:
    """The same with one to eight changes, mostly few; pieces may come from the ``other`` file."""
    changed = bytearray(content)
    for _ in range(min(_MOST, 1 + int(chance.expovariate(0.7)))):
        if not changed:
            break
        _change(changed, chance, other or content)
    return bytes(changed)


def _change(changed: bytearray, chance: random.Random, other: bytes) -> None:
    place = chance.randrange(len(changed))
    match chance.randrange(10):
        case 0 | 1:
            changed[place] ^= 1 << chance.randrange(8)
        case 2:
            changed[place] = chance.choice((0, 0xFF, 0x7F, 0x80, chance.randrange(256)))
        case 3 | 4:  # a length, an offset, a number of things
            size = chance.choice((2, 4, 8))
            order = "big" if chance.random() < 0.3 else "little"
            number = chance.choice(_NUMBERS) & ((1 << 8 * size) - 1)
            changed[place : place + size] = number.to_bytes(size, order)  # type: ignore[arg-type]
        case 5:
            del changed[place : place + chance.randrange(1, _LONGEST)]
        case 6:
            changed[place:place] = chance.randbytes(chance.randrange(1, _LONGEST))
        case 7:
            start = chance.randrange(len(other))
            piece = other[start : start + chance.randrange(1, _LONGEST)]
            changed[place : place + len(piece) * (chance.random() < 0.7)] = piece
        case 8:
            changed[place:place] = changed[place : place + chance.randrange(1, _LONGEST)]
        case _:
            if chance.random() < 0.3:
                del changed[place:]
            else:
                changed[place : place + 4] = bytes(4)


def json_changed(text: bytes, chance: random.Random) -> bytes:
    """JSON that says something else: another value, name, or place of one; now and then its text is changed instead."""
    if chance.random() < 0.2:
        return bytes_changed(text, chance)
    value = json.loads(text)
    for _ in range(min(_MOST, 1 + int(chance.expovariate(1.0)))):
        holder = _holder(value, chance)
        if holder is None:
            break
        _change_within(holder, chance, value)
    try:
        return json.dumps(value).encode("utf-8", "surrogatepass")
    except ValueError:  # it was put into itself
        return text


def _holder(value: Any, chance: random.Random) -> Any:
    """An object or a list that is not empty, anywhere within it."""
    found = None
    while isinstance(value, dict | list) and value:
        found = value
        value = chance.choice(list(value.values()) if isinstance(value, dict) else value)
        if chance.random() < 0.15:
            break
    return found


def _change_within(holder: Any, chance: random.Random, whole: Any) -> None:
    key = chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
    match chance.randrange(8):
        case 0 | 1 | 2:
            holder[key] = chance.choice(WRONG)
        case 3:
            holder[key] = _near(holder[key], chance)
        case 4:
            del holder[key]
        case 5:
            other = _holder(whole, chance)
            holder[key] = chance.choice(list(other.values()) if isinstance(other, dict) else other) if other else None
        case 6 if isinstance(holder, dict):
            holder[chance.choice((f"{key}x", "", "__class__", "kind", "name"))] = holder.pop(key)
        case _ if isinstance(holder, list):
            holder.insert(key, holder[key])
        case _:
            holder[key] = [holder[key]]


def _near(value: Any, chance: random.Random) -> Any:
    """Something of the same kind."""
    match value:
        case bool():
            return not value
        case int() | float():
            return chance.choice((value + 1, value - 1, -value, value * 1000, value / 3, 1e-300, *_NUMBERS))
        case str():
            start = chance.randrange(len(value) + 1)
            return (
                value[:start]
                + chance.choice(("", "x", "\0", "\u202e", "😀", "/", "..", "'\"", "{0}"))
                + value[start + 1 :]
            )
        case _:
            return chance.choice(WRONG)
