"""Messages between window and engine as bytes: length-framed JSON with raw arrays behind it. Never pickle."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import IO, Any

import numpy as np

from netbuilder import checkpoint, events, orders
from netbuilder.data.origins import DataFile
from netbuilder.data.preview import Preview
from netbuilder.spec.scaling import Scaling
from netbuilder.worker.messages import DeviceLabel, Price, Readiness

_HEAD = struct.Struct("<IQ")  # bytes of the JSON text, bytes of all arrays
_KNOWN: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        events.RunPrepared,
        events.BatchesTrained,
        events.EpochEnded,
        events.RunPaused,
        events.RunResumed,
        events.LearningRateSet,
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


def write(stream: IO[bytes], message: Any) -> None:
    """Sends one message: dicts, tuples, texts, numbers, arrays and the dataclasses that both sides know."""
    arrays: list[bytes] = []
    text = json.dumps(_plain(message, arrays)).encode()
    stream.write(_HEAD.pack(len(text), sum(map(len, arrays))) + text)
    stream.writelines(arrays)
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    """The next message; lists arrive as tuples. Raises ``EOFError`` when the other side has gone."""
    text_size, bulk_size = _HEAD.unpack(_exactly(stream, _HEAD.size))
    text = _exactly(stream, text_size)
    return _value(json.loads(text), memoryview(_exactly(stream, bulk_size)))


def _exactly(stream: IO[bytes], size: int) -> bytes:
    parts, missing = [], size
    while missing:
        part = stream.read(missing)
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _plain(value: Any, arrays: list[bytes]) -> Any:
    if isinstance(value, np.ndarray):
        start = sum(map(len, arrays))
        arrays.append(np.ascontiguousarray(value).tobytes())
        return {"$array": [value.dtype.str, list(value.shape), start]}
    if isinstance(value, np.generic):
        return value.item()
    if is_dataclass(value) and not isinstance(value, type):
        inside = {field.name: _plain(getattr(value, field.name), arrays) for field in fields(value)}
        return {"$is": type(value).__name__, **inside}
    if isinstance(value, Mapping):
        return {name: _plain(item, arrays) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, arrays) for item in value]
    return value


def _value(plain: Any, bulk: memoryview) -> Any:
    if isinstance(plain, list):
        return tuple(_value(item, bulk) for item in plain)
    if not isinstance(plain, dict):
        return plain
    if "$array" in plain:
        dtype, shape, start = plain["$array"]
        count = int(np.prod(shape, dtype=np.int64))
        return np.frombuffer(bulk, np.dtype(dtype), count, start).reshape(shape).copy()
    inside = {name: _value(item, bulk) for name, item in plain.items() if name != "$is"}
    return _KNOWN[plain["$is"]](**inside) if "$is" in plain else inside
