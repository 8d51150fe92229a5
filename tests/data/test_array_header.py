"""Headers of arrays: all that NumPy writes for plain numbers, and nothing that is code, endless or of another kind."""

import io
import struct
import time

import numpy as np
import pytest
from numpy.lib import format as npy

from netbuilder.data.array_header import NotAnArray, read_header


def written(values: np.ndarray, version: tuple[int, int] = (1, 0)) -> io.BytesIO:
    stream = io.BytesIO()
    npy.write_array(stream, values, version=version)
    stream.seek(0)
    return stream


def of(header: str, length: int | None = None) -> io.BytesIO:
    return io.BytesIO(b"\x93NUMPY\1\0" + struct.pack("<H", len(header) if length is None else length) + header.encode())


@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
@pytest.mark.parametrize("kind", ["bool", "int8", "uint8", "<i4", ">i4", "uint64", "<f2", "<f4", "<f8", "<c16"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (1,) * 32])
def test_what_numpy_writes_is_read_as_numpy_reads_it(
    kind: str, shape: tuple[int, ...], version: tuple[int, int]
) -> None:
    values = np.ones(shape, kind)
    stream = written(values, version)
    found = read_header(stream)
    assert (found.shape, found.kind) == (shape, values.dtype)
    assert stream.read() == values.tobytes()


def test_the_order_of_columns_is_told() -> None:
    assert read_header(written(np.ones((2, 3), order="F"))).by_columns
    assert not read_header(written(np.ones((2, 3)))).by_columns


def test_what_python_2_wrote_is_read_without_a_warning() -> None:
    assert (
        read_header(of("{'descr': '|u1', 'fortran_order': False, 'shape': (60000L, 28L, 28L), }\n")).shape[0] == 60_000
    )


@pytest.mark.parametrize(
    "header",
    [
        "",
        "{",
        "(" * 9000,
        "-" * 9000 + "1",
        "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '|x9', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': 1, 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2.5,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + "1, " * 70 + "), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + "9" * 400 + ",), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': __import__('os').system('true'), }",
    ],
    ids=lambda header: header[:60],
)
def test_what_is_no_header_of_plain_numbers_is_refused_at_once(header: str) -> None:
    begun = time.thread_time()
    with pytest.raises(NotAnArray):
        read_header(of(header))
    assert time.thread_time() - begun < 1


def test_a_header_that_is_longer_than_its_file_is_refused() -> None:
    with pytest.raises(NotAnArray):
        read_header(of("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", length=60_000))
    with pytest.raises(NotAnArray):
        read_header(io.BytesIO(b"\x93NUM"))
    with pytest.raises(NotAnArray):
        read_header(io.BytesIO(b"\x93NUMPY\3\0" + bytes(20)))
