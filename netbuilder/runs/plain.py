"""Between values and what the history stores: JSON and raw numbers, read back with as little trust as a foreign file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite, prod
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

_WHOLE = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
_KINDS = tuple(np.dtype(name).str for name in (*_WHOLE, "float16", "float32", "float64"))
_MOST_AXES = 8

_encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False)  # json.dumps would make one each time


class NotPlain(Exception):
    """What was stored is not what is stored there."""


def text_of(value: Any) -> str:
    """The value as short JSON. Raises ``ValueError`` for NaN and infinity."""
    return _encoder.encode(value)


def parsed(text: str | bytes) -> Any:
    """The value of JSON. Raises ``NotPlain``."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as problem:
        raise NotPlain from problem


def numbers_text(values: Mapping[str, float]) -> str:
    """Named numbers as JSON; those that are none or infinite stand there as words."""
    return text_of({name: value if isfinite(value) else str(value) for name, value in values.items()})


def numbers_of(text: str) -> dict[str, float]:
    """The named numbers that ``numbers_text`` wrote. Raises ``NotPlain``."""
    plain = parsed(text)
    if not isinstance(plain, dict):
        raise NotPlain
    try:
        return {name: float(value) for name, value in plain.items()}
    except (TypeError, ValueError, OverflowError) as problem:
        raise NotPlain from problem


def texts_of(text: str) -> dict[str, str]:
    """Named texts. Raises ``NotPlain``."""
    plain = parsed(text)
    if not isinstance(plain, dict) or not all(isinstance(value, str) for value in plain.values()):
        raise NotPlain
    return plain


def kind_and_shape(arrays: Sequence[NDArray[Any]]) -> list[tuple[str, tuple[int, ...]]]:
    """What is to be known of each array beside its bytes. Raises ``NotPlain`` for numbers that are not stored."""
    found = [(one.dtype.str, one.shape) for one in arrays]
    if any(kind not in _KINDS or len(shape) > _MOST_AXES for kind, shape in found):
        raise NotPlain
    return found


def array_from(kind: Any, shape: Any, numbers: bytes | memoryview) -> NDArray[Any]:
    """The array at the beginning of the bytes, read-only and not copied. Raises ``NotPlain``."""
    if kind not in _KINDS or not isinstance(shape, list | tuple) or len(shape) > _MOST_AXES:
        raise NotPlain
    if not all(isinstance(size, int) and 0 <= size < 1 << 40 for size in shape):
        raise NotPlain
    count = prod(shape)
    if count * np.dtype(kind).itemsize > len(numbers):
        raise NotPlain
    if not count:  # NumPy makes no array from no bytes
        return np.empty(shape, kind)
    return np.frombuffer(numbers, kind, count).reshape(shape)


def _refuse(_constant: str) -> NoReturn:
    raise NotPlain
