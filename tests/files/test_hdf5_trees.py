"""Trees of HDF5 files that never come to an end are refused before the library walks them."""

import io
import struct
import tracemalloc

import h5py
import numpy as np
import pytest

from netbuilder.files.hdf5_trees import in_order


def content(members: int = 300, **options: object) -> bytearray:
    """A file with a group of so many members, which take several nodes from some hundred on."""
    written = io.BytesIO()
    with h5py.File(written, "w", **options) as file:
        group = file.create_group("layers")
        for number in range(members):
            group.create_dataset(str(number), data=np.arange(3, dtype=np.float32))
    return bytearray(written.getvalue())


def nodes(file: bytes) -> list[int]:
    found, at = [], -1
    while (at := file.find(b"TREE", at + 1)) >= 0:
        found.append(at)
    return found


def leaves(file: bytes) -> list[int]:
    return [at for at in nodes(file) if file[at + 5] == 0]


@pytest.mark.parametrize("members", [0, 1, 20, 300, 2000])
def test_files_as_h5py_writes_them_are_in_order(members: int) -> None:
    assert in_order(bytes(content(members)))


def test_several_nodes_are_what_is_tried() -> None:
    assert len(leaves(content(2000))) > 3


@pytest.mark.parametrize("side", [8, 16])
def test_a_node_that_is_its_own_sibling_is_refused(side: int) -> None:
    file = content()
    at = leaves(file)[0]
    struct.pack_into("<Q", file, at + side, at)
    assert not in_order(bytes(file))


@pytest.mark.parametrize("side", [8, 16])
def test_siblings_in_a_ring_are_refused(side: int) -> None:
    file = content(2000)
    ring = leaves(file)[:3]
    for at, after in zip(ring, ring[1:] + ring[:1], strict=True):
        struct.pack_into("<Q", file, at + side, after)
    assert not in_order(bytes(file))


def test_a_child_above_its_parent_is_refused() -> None:
    file = content(2000)
    upper = next(at for at in nodes(file) if file[at + 5] == 1)
    struct.pack_into("<Q", file, upper + 32, upper)
    assert not in_order(bytes(file))


def test_numbers_that_look_like_a_node_are_numbers() -> None:
    written = io.BytesIO()
    with h5py.File(written, "w") as file:
        file["numbers"] = np.frombuffer(b"TREE\0\0\1\0" + b"\xff" * 56, np.float32)
    assert in_order(written.getvalue())


def test_nodes_that_claim_all_that_follows_take_no_memory() -> None:
    named = bytes(content(0)) + b"TREE" * 50_000  # as counts, these letters are 17,000 children each
    tracemalloc.start()
    assert in_order(named)
    assert tracemalloc.get_traced_memory()[1] < 100e6
    tracemalloc.stop()


def test_more_nodes_than_any_network_has_are_refused() -> None:
    assert not in_order(bytes(content(0)) + b"TREE" * 100_001)


@pytest.mark.parametrize("place", [16, 18])
def test_other_sizes_of_nodes_than_those_of_h5py_are_refused(place: int) -> None:
    file = content(3)
    struct.pack_into("<H", file, place, 1000)
    assert not in_order(bytes(file))


def test_layouts_that_keras_never_writes_are_refused() -> None:
    assert not in_order(bytes(content(3, libver="latest")))
    assert not in_order(bytes(content(3, userblock_size=512))[512:])


@pytest.mark.parametrize("length", [0, 8, 40, 100, 1000])
def test_a_cut_file_is_judged_without_reading_beyond_it(length: int) -> None:
    in_order(bytes(content(3))[:length])
