"""What is sent through the pipe arrives as it was."""

import io

import numpy as np
import pytest

from netbuilder.events import BatchesTrained, RunFailed
from netbuilder.spec.scaling import Scaling
from netbuilder.worker import frames


def sent(message):
    stream = io.BytesIO()
    frames.write(stream, message)
    stream.seek(0)
    return frames.read(stream)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32", "float64"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4)])
def test_arrays_arrive_bit_by_bit(dtype, shape):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    arrived = sent({"first": array, "second": array + 1})
    assert arrived["first"].dtype == array.dtype
    assert np.array_equal(arrived["first"], array)
    assert np.array_equal(arrived["second"], array + 1)
    arrived["first"].fill(0)  # it may be written to


def test_events_arrive_as_events():
    event = BatchesTrained(2, 5, np.array([0.5, np.nan], np.float32), {"accuracy": 0.9}, 1e5, 3.5)
    arrived = sent({"event": event})["event"]
    assert isinstance(arrived, BatchesTrained)
    assert (arrived.epoch, arrived.first_step, arrived.metrics) == (2, 5, {"accuracy": 0.9})
    assert np.array_equal(arrived.losses, event.losses, equal_nan=True)
    assert sent(RunFailed("sentence", "details")) == RunFailed("sentence", "details")


def test_lists_arrive_as_tuples_and_scalings_as_scalings():
    assert sent({"names": ["a", ("b", 1)]}) == {"names": ("a", ("b", 1))}
    assert sent({"scaling": Scaling((1.0, 2.0), (0.5, 0.25))}) == {"scaling": Scaling((1.0, 2.0), (0.5, 0.25))}


def test_a_stream_that_ends_in_the_middle_says_so():
    stream = io.BytesIO()
    frames.write(stream, {"numbers": np.arange(100)})
    with pytest.raises(EOFError):
        frames.read(io.BytesIO(stream.getvalue()[:-1]))


def test_what_neither_side_knows_is_not_made():
    stream = io.BytesIO()
    frames.write(stream, {"$is": "Popen", "args": "true"})
    stream.seek(0)
    with pytest.raises(KeyError):
        frames.read(stream)
