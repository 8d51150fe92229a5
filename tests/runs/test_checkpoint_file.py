"""Checkpoints: every bit comes back, and whichever byte was written last, one of them is whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from netbuilder.checkpoint import LAST_EPOCH, BestEpoch, CallbackState, Checkpoint, NotACheckpoint
from netbuilder.runs import positioned
from netbuilder.runs.checkpoint_file import CheckpointFile, read_checkpoint
from netbuilder.runs.plain import NotPlain

Make = Callable[..., Checkpoint]
Same = Callable[[Checkpoint, Checkpoint], bool]

KINDS = st.sampled_from(["bool", "int8", "int64", "uint8", "uint32", "float16", "float32", "float64"])
ARRAYS = KINDS.flatmap(lambda kind: npst.arrays(kind, npst.array_shapes(min_dims=0, min_side=0, max_dims=3)))
GROUPS = st.lists(ARRAYS, max_size=4).map(tuple)
NUMBERS = st.floats(allow_nan=False)
CHECKPOINTS = st.builds(
    Checkpoint,
    epoch=st.integers(0, LAST_EPOCH),
    first=st.integers(1, 9),
    last=st.integers(1, LAST_EPOCH),
    compiled=st.booleans(),
    variables=GROUPS,
    optimizer=GROUPS,
    seconds=st.floats(0, 1e9),
    metrics=st.dictionaries(st.text(max_size=9), NUMBERS, max_size=3),
    stopped=st.booleans(),
    replaced_rate=st.none() | st.floats(1e-9, 100.0),
    best=st.none() | st.builds(BestEpoch, st.integers(0, 99), NUMBERS, GROUPS),
    callbacks=st.lists(
        st.builds(CallbackState, st.dictionaries(st.text(max_size=9), st.none() | NUMBERS, max_size=3), GROUPS),
        max_size=2,
    ).map(tuple),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.checkpoint"


@given(CHECKPOINTS, CHECKPOINTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_what_was_written_is_read_to_the_last_bit(path: Path, same: Same, one: Checkpoint, other: Checkpoint) -> None:
    file = CheckpointFile(path)
    for written in (one, other, one):
        file.write(written)
        found = read_checkpoint(path)
        assert found is not None
        assert same(found, written)
    file.remove()


def test_there_is_none_before_the_first_and_none_after_its_removal(path: Path, checkpoint: Make) -> None:
    assert read_checkpoint(path) is None
    file = CheckpointFile(path)
    file.write(checkpoint(1))
    file.remove()
    assert read_checkpoint(path) is None
    assert list(path.parent.iterdir()) == []


def test_the_newest_is_read_whether_or_not_the_disk_has_got_it(path: Path, checkpoint: Make) -> None:
    file = CheckpointFile(path)
    for epoch in range(1, 30):
        file.write(checkpoint(epoch))
        if epoch % 5 == 0:
            file.settle()
        found = read_checkpoint(path)
        assert found is not None
        assert found.epoch == epoch
    file.close()


def test_a_checkpoint_that_grows_has_room(path: Path, checkpoint: Make) -> None:
    file = CheckpointFile(path)
    for epoch, size in ((1, 8), (2, 200), (3, 8), (4, 500)):
        file.write(checkpoint(epoch, size))
        found = read_checkpoint(path)
        assert found is not None
        assert (found.epoch, found.variables[0].shape) == (epoch, (size, size))
    file.close()
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_weights_of_a_best_epoch_that_come_later_fit_without_another_file(path: Path, checkpoint: Make) -> None:
    file = CheckpointFile(path)
    full = checkpoint(2, 300)
    file.write(replace(full, epoch=1, best=None, callbacks=(CallbackState(),)))
    node = path.stat().st_ino
    file.write(full)
    file.close()
    assert path.stat().st_ino == node


def test_a_slow_run_touches_two_slots(path: Path, checkpoint: Make) -> None:
    file = CheckpointFile(path)
    for epoch in range(1, 9):
        file.write(checkpoint(epoch, 300))
        file.settle()
    file.close()
    size = sum(one.nbytes for one in (*checkpoint(1, 300).variables, *checkpoint(1, 300).optimizer)) * 2
    assert path.stat().st_blocks * 512 < 2.2 * size


def test_what_the_disk_has_surely_got_is_not_written_over(
    path: Path, checkpoint: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power failure may ruin all that was written since, and also while the disk was asked to settle it."""
    file = CheckpointFile(path)
    file.write(checkpoint(1))
    file.write(checkpoint(2))
    file.settle()
    settled = path.read_bytes()
    start = next(place for place in range(4096, len(settled), 4096) if b'"epoch":2,' in settled[place : place + 200])
    slot = settled[start : start + 3000]
    sync = os.fsync

    def slow_sync(descriptor: int) -> None:
        for epoch in range(20, 30):
            file.write(checkpoint(epoch))
        assert path.read_bytes()[start : start + 3000] == slot
        assert b'"epoch":19,' in path.read_bytes()
        sync(descriptor)

    for epoch in range(3, 20):
        file.write(checkpoint(epoch))
        assert path.read_bytes()[start : start + 3000] == slot
    monkeypatch.setattr(os, "fsync", slow_sync)
    file.settle()
    file.close()


class Killed(BaseException):
    """The program ended here."""


@pytest.mark.parametrize("size, later", [(6, 6), (80, 80), (6, 60)], ids=["small", "large", "grown"])
def test_a_death_at_any_byte_leaves_the_one_before_or_the_new_one(
    path: Path, checkpoint: Make, same: Same, monkeypatch: pytest.MonkeyPatch, size: int, later: int
) -> None:
    write = positioned._write
    left = 0

    def write_some(descriptor: int, start: int, pieces: Sequence[memoryview]) -> None:
        nonlocal left
        content = b"".join(pieces)
        write(descriptor, start, [memoryview(content[:left])] if left else [])
        left -= len(content)
        if left <= 0:
            raise Killed

    # Of one length, so that a slot that was written in part looks whole until its CRC is taken.
    first, second, before, after = (
        replace(checkpoint(epoch, wide), metrics={}) for epoch, wide in ((1, size), (2, size), (3, size), (4, later))
    )
    outcomes = set()
    for allowed in [*range(40), *range(40, 600_000, 97 if later < 10 else 4099)]:
        file = CheckpointFile(path)
        for one in (first, second, before):
            file.write(one)
        left = allowed
        with monkeypatch.context() as patch:
            patch.setattr(positioned, "_write", write_some)
            try:
                file.write(after)
            except Killed:
                finished = False
            else:
                finished = True
        file.close()
        found = read_checkpoint(path)
        assert found is not None
        assert same(found, before) or same(found, after)
        outcomes.add(found.epoch)
        if finished:
            assert found.epoch == 4
            break
    assert outcomes == {3, 4}


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_a_damaged_file_has_a_whole_checkpoint_or_none(path: Path, checkpoint: Make, same: Same, data: Any) -> None:
    file = CheckpointFile(path)
    for epoch in (1, 2, 3):
        file.write(checkpoint(epoch, 3))
    file.close()
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, 400) | st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.just(len(content)) | st.integers(0, len(content)))])
    try:
        found = read_checkpoint(path)
    except NotACheckpoint:
        return
    assert found is not None
    assert any(same(found, checkpoint(epoch, 3)) for epoch in (1, 2, 3))


def test_numbers_of_an_unknown_kind_are_refused_before_anything_is_written(path: Path, checkpoint: Make) -> None:
    odd = replace(checkpoint(1), variables=(np.array(["text"]),))
    with pytest.raises(NotPlain):
        CheckpointFile(path).write(odd)
    assert not path.exists()


CHILD = """
import sys
from pathlib import Path
import numpy as np
from netbuilder.checkpoint import Checkpoint
from netbuilder.runs.checkpoint_file import CheckpointFile

file, size = CheckpointFile(Path(sys.argv[1])), int(sys.argv[2])
for epoch in range(1, 1_000_000):
    weights = tuple(np.full(size, epoch + place, "f4") for place in range(8))
    file.write(Checkpoint(epoch, 1, 9, True, weights, (), metrics={"loss": epoch}))
    sys.stdout.write(f"{epoch}\\n")
    sys.stdout.flush()
    if epoch % 50 == 0:
        file.settle()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
@pytest.mark.parametrize("size, seed", [(16, 1), (16, 2), (5_000, 3), (200_000, 4), (200_000, 5)])
def test_no_told_epoch_is_lost_when_the_writer_is_killed(path: Path, size: int, seed: int) -> None:
    patience = random.Random(seed).uniform(0.01, 0.4)
    with subprocess.Popen([sys.executable, "-c", CHILD, str(path), str(size)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        told = child.stdout.readline()  # it has begun
        reader = child.stdout
        end = time.monotonic() + patience
        while time.monotonic() < end:
            told = reader.readline()
        child.send_signal(signal.SIGKILL)
        told = (reader.read().splitlines() or [told])[-1]
    found = read_checkpoint(path)
    assert found is not None
    assert found.epoch in (int(told), int(told) + 1)
    assert found.metrics["loss"] == found.epoch
    assert all((one == found.epoch + place).all() for place, one in enumerate(found.variables))


def test_of_a_run_that_its_history_knows_in_part_it_is_the_newest_that_leaves_no_gap(
    path: Path, checkpoint: Make
) -> None:
    file = CheckpointFile(path)
    for epoch in (3, 5, 8):
        file.write(checkpoint(epoch))
    file.close()
    for recorded, expected in ((8, 8), (9, 8), (7, 5), (None, 8), (5, 5)):
        found = read_checkpoint(path, recorded)
        assert found is not None
        assert found.epoch == expected
    found = read_checkpoint(path, 0)
    assert found is not None
    assert found.epoch == 8, "better a gap in curves than nothing"
