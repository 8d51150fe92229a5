"""What was read last is kept, as long as it is still what the files hold."""

import os
from dataclasses import dataclass, field

import numpy as np
import pytest

from netbuilder.data.examples import CannotRead, Examples
from netbuilder.worker.reading import Reading
from netbuilder.worker.recorded import OtherData, refuse_other_data


@dataclass(frozen=True)
class Numbers:
    """A source whose examples are the bytes of a file."""

    path: object
    reads: list = field(default_factory=list, compare=False)

    def read_from(self):
        return (self.path,)

    def read(self, tell, cancelled):
        self.reads.append(1)
        if not self.path.exists():
            raise CannotRead("not there")
        values = np.frombuffer(self.path.read_bytes(), np.uint8).reshape(-1, 1)
        return Examples(values.astype(np.float32), values[:, 0].astype(np.int32))


def read(reading, source):
    return reading.read(source, lambda *_: None, lambda: False)


def test_what_has_not_changed_is_read_once(tmp_path):
    source, reading = Numbers(tmp_path / "numbers"), Reading()
    source.path.write_bytes(b"abc")
    assert read(reading, source) is read(reading, source)
    assert len(source.reads) == 1


def test_files_that_changed_are_read_anew_and_have_another_fingerprint(tmp_path):
    source, reading = Numbers(tmp_path / "numbers"), Reading()
    source.path.write_bytes(b"abc")
    before = read(reading, source)
    source.path.write_bytes(b"abd")
    os.utime(source.path, (2e9, 2e9))  # the clock of a disk may not have moved on since
    after = read(reading, source)
    assert after.examples.targets[-1] == ord("d")
    assert before.fingerprint != after.fingerprint
    assert before.files[0].sha256 != after.files[0].sha256
    with pytest.raises(OtherData, match="have changed since it began"):
        refuse_other_data(before.fingerprint, after.fingerprint)
    refuse_other_data(after.fingerprint, after.fingerprint)


def test_a_failure_is_not_taken_for_what_was_read_before(tmp_path):
    source, reading = Numbers(tmp_path / "numbers"), Reading()
    source.path.write_bytes(b"abc")
    read(reading, source)
    source.path.unlink()
    for _again in range(2):
        with pytest.raises(CannotRead):
            read(reading, source)
