"""IDX files: exactly what was announced and expected, or a sentence."""

import gzip
import os
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from netbuilder.data.examples import CannotRead, Stopped
from netbuilder.data.idx import read_idx

VALUES = np.random.default_rng(0).integers(0, 256, (7, 4, 4), np.uint8)
HEADER = bytes([0, 0, 8, 3, 0, 0, 0, 7, 0, 0, 0, 4, 0, 0, 0, 4])
WHOLE = HEADER + VALUES.tobytes()

packed = partial(gzip.compress, mtime=0)  # with the time in it, two workers would have tests of other names


def read(path: Path) -> np.ndarray:
    into = np.zeros((7, 4, 4), np.uint8)
    read_idx(path, into, lambda done, total: None, lambda: False)
    return into


@pytest.mark.parametrize("content", [WHOLE, packed(WHOLE), packed(WHOLE[:50]) + packed(WHOLE[50:])])
def test_a_plain_or_gzipped_file_gives_its_values(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    np.testing.assert_array_equal(read(tmp_path / "file"), VALUES)


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "something else|0 bytes"),
        (b"hello", "5 bytes"),
        (WHOLE[:-1], "has 127 bytes, but an IDX file of 7 × 4 × 4 has 128"),
        (WHOLE + b"x", "has 129 bytes"),
        (HEADER.replace(b"\7", b"\6") + VALUES.tobytes(), "holds 6 × 4 × 4, but expected is an IDX file of 7 × 4 × 4"),
        (b"\0\0\x0d" + WHOLE[3:], "holds something else"),
        (packed(WHOLE)[:-9], "damaged or cut short"),
        (packed(WHOLE)[:-8] + b"\0" * 8, "damaged or cut short"),
        (packed(WHOLE + b"x"), "longer than it announces"),
        (packed(b"\0\0\x08\x03" + b"\xff" * 12), "holds 4,294,967,295 × 4,294,967,295"),
        (packed(bytes(100_000_000)), "holds something else"),
        (b"\x1f\x8bnonsense", "damaged"),
    ],
)
def test_what_is_not_as_expected_is_refused_by_name(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "digits-file").write_bytes(content)
    with pytest.raises(CannotRead, match=says) as refused:
        read(tmp_path / "digits-file")
    assert "digits-file" in str(refused.value)


def test_a_gzip_that_was_padded_by_its_disk_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(packed(WHOLE) + bytes(100_000))
    np.testing.assert_array_equal(read(tmp_path / "file"), VALUES)


def named(size: int) -> bytes:
    """A gzip that tells a name of so many letters."""
    whole = packed(WHOLE)
    return whole[:3] + b"\x08" + whole[4:10] + b"a" * size + b"\0" + whole[10:]


@pytest.mark.parametrize(
    "content",
    [
        packed(WHOLE) + bytes(40_000_000),
        named(40_000_000),
        packed(b"") * 30_000 + packed(WHOLE),
        packed(WHOLE) + packed(b"") * 30_000,
    ],
    ids=["padding", "name", "empty parts before", "empty parts behind"],
)
def test_a_gzip_with_much_around_its_values_is_refused_at_once(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "digits-file").write_bytes(content)
    begun = time.thread_time()
    with pytest.raises(CannotRead, match="digits-file"):
        read(tmp_path / "digits-file")
    assert time.thread_time() - begun < 0.2


def test_a_gzip_longer_than_any_disk_is_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.write(packed(WHOLE))
        file.truncate(50 << 30)  # of which the disk keeps nothing
    with pytest.raises(CannotRead, match="is longer than it announces"):
        read(tmp_path / "file")


def test_any_single_byte_changed_in_the_gzip_is_read_right_or_refused(tmp_path: Path) -> None:
    content = packed(WHOLE)
    refused = 0
    for place in range(len(content)):
        (tmp_path / "file").write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            np.testing.assert_array_equal(read(tmp_path / "file"), VALUES)
        except CannotRead:
            refused += 1
    assert refused > len(content) * 0.9


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CannotRead, match="no ordinary file"):
        read(tmp_path / "pipe")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="is not there"):
        read(tmp_path / "none")
    with pytest.raises(CannotRead, match="is a folder"):
        read(tmp_path)


def test_reading_stops_when_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(WHOLE)
    with pytest.raises(Stopped):
        read_idx(tmp_path / "file", np.zeros((7, 4, 4), np.uint8), lambda done, total: None, lambda: True)
