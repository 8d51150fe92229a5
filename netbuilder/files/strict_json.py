"""JSON of unknown origin: bounded and without the liberties that Python's reader takes."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from netbuilder.words import _

DEEPEST = 32
_LONGEST_NUMBER = 40  # characters; a float64 needs 24, and a whole number of a field 19


class NotStrict(Exception):  # no ValueError, which a container takes for damage
    """The text is no JSON that is accepted; the message says why, in words that fit after a colon."""


def parse(data: bytes) -> Any:
    """The value of UTF-8 JSON. Raises ``NotStrict`` for NaN, infinity, duplicate keys, long numbers and great depth."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_whole,
            parse_float=_real,
        )
    except RecursionError:
        raise _too_deep() from None
    except ValueError as problem:  # no UTF-8, or no JSON
        raise NotStrict(_("it is no JSON ({problem})").format(problem=problem)) from None
    _refuse_depth(value)
    return value


def text_of(value: Any) -> bytes:
    """The value as JSON that ``parse`` accepts: floats keep every bit. Raises ``ValueError`` for NaN and infinity."""
    return json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False).encode("utf-8")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotStrict(_("a name stands twice in one object"))
    return found


def _constant(name: str) -> NoReturn:
    raise NotStrict(_("it holds {name}, which is no number").format(name=name))


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise NotStrict(_("it holds a very long number"))
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if len(digits) > _LONGEST_NUMBER or not math.isfinite(value):
        raise NotStrict(_("it holds a number beyond all bounds"))
    return value


def _too_deep() -> NotStrict:
    return NotStrict(_("it is nested too deeply"))


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _depth in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise _too_deep()
