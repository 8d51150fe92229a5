"""Large numbers go by a file that both sides share."""

import io
import os
import sys

import numpy as np
import pytest

from netbuilder.worker import bulk, frames

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no file can be given to a process there")
LARGE = np.arange(bulk.SMALL, dtype=np.float32)


@pytest.fixture
def shared():
    one = bulk.shared()
    yield one
    one.close()


def held(shared):
    """Bytes that are in its files."""
    return sum(os.fstat(one).st_size for one in shared.descriptors)


def sent(message, shared):
    """What arrives, and how many bytes went through the pipe."""
    stream = io.BytesIO()
    frames.write(stream, message, shared)
    length = stream.tell()
    stream.seek(0)
    return frames.read(stream, shared), length


def test_what_is_large_arrives_bit_by_bit_and_is_gone_when_nobody_needs_it(shared):
    odd = np.arange(3, dtype=np.uint8)
    arrived, length = sent({"odd": odd, "large": LARGE, "none": np.empty((0, 2)), "number": np.array(7)}, shared)
    assert length < 1000
    assert np.array_equal(arrived["large"], LARGE)
    assert np.array_equal(arrived["odd"], odd)
    assert (arrived["none"].shape, int(arrived["number"])) == ((0, 2), 7)
    assert arrived["large"].flags.aligned
    last = arrived["large"][-1:]
    del arrived
    assert held(shared) > LARGE.nbytes
    assert last == LARGE[-1]
    del last
    assert held(shared) == 0


def test_what_was_taken_outlives_the_files(shared):
    arrived, _length = sent({"large": LARGE}, shared)
    shared.close()
    shared.close()
    assert np.array_equal(arrived["large"], LARGE)
    del arrived


def test_what_is_small_goes_through_the_pipe(shared):
    arrived, length = sent({"small": LARGE[:100]}, shared)
    assert length > 400
    assert np.array_equal(arrived["small"], LARGE[:100])


def test_what_comes_while_all_files_are_needed_goes_through_the_pipe(shared):
    arrived = [sent({"one": LARGE + number}, shared) for number in range(5)]
    assert [length > LARGE.nbytes for _message, length in arrived] == [False] * 3 + [True] * 2
    for number, (message, _length) in enumerate(arrived):
        assert np.array_equal(message["one"], LARGE + number)


def test_a_message_whose_file_is_empty_is_the_end_of_the_stream(shared):
    stream = io.BytesIO()
    frames.write(stream, {"one": LARGE}, shared)
    os.ftruncate(shared.descriptors[0], 0)
    stream.seek(0)
    with pytest.raises(EOFError):
        frames.read(stream, shared)


def test_what_finds_no_room_goes_through_the_pipe(shared, monkeypatch):
    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bulk, "write_at", full)
    arrived, length = sent({"large": LARGE}, shared)
    assert length > LARGE.nbytes
    assert np.array_equal(arrived["large"], LARGE)


def test_what_is_there_twice_is_sent_once(shared):
    weights = np.ones((700, 700), np.float32)
    for way in (shared, None):
        stream = io.BytesIO()
        frames.write(stream, {"weights": (weights,), "again": {"best": weights}}, way)
        size = stream.tell() + held(shared)
        assert weights.nbytes < size < 1.1 * weights.nbytes
        stream.seek(0)
        arrived = frames.read(stream, way)
        assert np.array_equal(arrived["weights"][0], arrived["again"]["best"])
        del arrived


def test_an_engine_that_was_given_none_has_none(monkeypatch):
    monkeypatch.delenv("NETBUILDER_BULK", raising=False)
    assert bulk.inherited().descriptors == ()
    arrived, length = sent({"large": LARGE}, bulk.inherited())
    assert length > LARGE.nbytes
    assert np.array_equal(arrived["large"], LARGE)


def test_no_process_that_the_engine_starts_has_its_files(shared, monkeypatch):
    monkeypatch.setenv(*next(iter(bulk.named(shared).items())))
    for one in shared.descriptors:
        os.set_inheritable(one, True)
    assert bulk.inherited().descriptors == shared.descriptors
    assert not any(os.get_inheritable(one) for one in shared.descriptors)
    assert bulk.inherited().descriptors == ()
