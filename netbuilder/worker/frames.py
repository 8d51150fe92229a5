"""Messages between window and engine as bytes: length-framed JSON with raw arrays behind it. Never pickle.

Arrays that are many bytes go by a file that both sides share, if they share any.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import fields
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from netbuilder import checkpoint, events, orders
from netbuilder.data.origins import DataFile
from netbuilder.data.preview import Preview
from netbuilder.spec.scaling import Scaling
from netbuilder.worker.bulk import SMALL, Bulk
from netbuilder.worker.messages import DeviceLabel, Price, Readiness

_HEAD = struct.Struct("<IQb")  # bytes of the JSON text, bytes of all arrays, and the file that has those, or -1
_ALIGNED = 64  # bytes: arrays that are read from where they are begin at such places
_KNOWN: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        events.RunPrepared,
        events.BatchesTrained,
        events.EpochEnded,
        events.RunPaused,
        events.RunResumed,
        events.LearningRateSet,
        events.CompilingBegan,
        events.RunEnded,
        events.RunContinued,
        events.NotRecorded,
        events.RunFailed,
        checkpoint.Checkpoint,
        checkpoint.BestEpoch,
        checkpoint.CallbackState,
        Preview,
        DataFile,
        Readiness,
        DeviceLabel,
        Price,
        Scaling,
        orders.Pause,
        orders.Resume,
        orders.Step,
        orders.Stop,
        orders.SetLearningRate,
    )
}

_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in _KNOWN.values()}
_AS_IT_IS = frozenset({str, int, float, bool, type(None)})


def write(stream: IO[bytes], message: Any, bulk: Bulk | None = None) -> None:
    """Sends one message: dicts, tuples, texts, numbers, arrays and the dataclasses that both sides know.

    An array that is there twice is sent once.
    """
    arrays = _Arrays()
    text = json.dumps(_plain(message, arrays)).encode()
    file = None if bulk is None or arrays.size < SMALL else bulk.put(arrays.pieces)
    stream.write(_HEAD.pack(len(text), arrays.size, -1 if file is None else file) + text)
    if file is None:
        stream.writelines(one if isinstance(one, bytes) else one.reshape(-1).view("u1").data for one in arrays.pieces)
    stream.flush()


def read(stream: IO[bytes], bulk: Bulk | None = None) -> Any:
    """The next message; lists arrive as tuples. Raises ``EOFError`` when the other side has gone.

    Arrays may be written to, but for those that came by a file.
    """
    text_size, bulk_size, file = _HEAD.unpack(_exactly(stream, _HEAD.size))
    text = _exactly(stream, text_size)
    if file >= 0:
        if bulk is None:
            raise EOFError
        return _value(json.loads(text), bulk.take(file, bulk_size), is_copied=False)
    return _value(json.loads(text), memoryview(_exactly(stream, bulk_size)), is_copied=True)


class _Arrays:
    """The arrays of a message, and where they stand among each other's bytes."""

    def __init__(self) -> None:
        self.pieces: list[bytes | NDArray[Any]] = []
        self.size = 0
        self._starts: dict[int, tuple[NDArray[Any], int]] = {}  # by identity; held, so that no other has it

    def add(self, array: NDArray[Any]) -> int:
        """Adds one, and says where it begins."""
        if id(array) in self._starts:
            return self._starts[id(array)][1]
        if gap := -self.size % _ALIGNED:
            self.pieces.append(bytes(gap))
        start = self.size + gap
        self._starts[id(array)] = array, start
        self.pieces.append(np.asarray(array, order="C"))
        self.size = start + array.nbytes
        return start


def _exactly(stream: IO[bytes], size: int) -> bytes:
    parts, missing = [], size
    while missing:
        part = stream.read(missing)
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _plain(value: Any, arrays: _Arrays) -> Any:
    kind = type(value)
    if kind in _AS_IT_IS:  # most values of the hundreds of events that a run of tiny epochs tells in a second
        return value
    if kind in _FIELDS:
        return {"$is": kind.__name__, **{name: _plain(getattr(value, name), arrays) for name in _FIELDS[kind]}}
    if isinstance(value, np.ndarray):
        return {"$array": [value.dtype.str, list(value.shape), arrays.add(value)]}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {name: _plain(item, arrays) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, arrays) for item in value]
    return value


def _value(plain: Any, numbers: memoryview, *, is_copied: bool) -> Any:
    if isinstance(plain, list):
        return tuple(_value(item, numbers, is_copied=is_copied) for item in plain)
    if not isinstance(plain, dict):
        return plain
    if "$array" in plain:
        dtype, shape, start = plain["$array"]
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(numbers, np.dtype(dtype), count, start).reshape(shape)
        return array.copy() if is_copied else array
    inside = {name: _value(item, numbers, is_copied=is_copied) for name, item in plain.items() if name != "$is"}
    return _KNOWN[plain["$is"]](**inside) if "$is" in plain else inside
