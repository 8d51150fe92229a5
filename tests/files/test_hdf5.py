"""Files as h5py writes them are read to the bit; whatever else a file says, the reading ends, with arrays or a refusal."""

import io
import random
import struct
import tracemalloc
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np
import pytest

from netbuilder.files.container import Refused
from netbuilder.files.hdf5 import stored_arrays

MOST = 5000


def written(fill: Callable[[h5py.File], object], **options: Any) -> bytearray:
    made = io.BytesIO()
    with h5py.File(made, "w", **options) as file:
        fill(file)
    return bytearray(made.getvalue())


def members(count: int, folder: str = "layers") -> Callable[[h5py.File], None]:
    """A group of so many members, which take several nodes from some hundred on."""

    def fill(file: h5py.File) -> None:
        group = file.create_group(folder)
        for number in range(count):
            group.create_dataset(str(number), data=np.arange(3, dtype=np.float32) + number)

    return fill


def found(file: bytes, mark: bytes) -> list[int]:
    places, at = [], -1
    while (at := file.find(mark, at + 1)) >= 0:
        places.append(at)
    return places


@pytest.mark.parametrize("count", [0, 1, 9, 300, 2000])
def test_all_members_of_a_group_are_found(count: int) -> None:
    arrays = stored_arrays(bytes(written(members(count))), MOST)
    assert sorted(arrays) == sorted(f"layers/{number}" for number in range(count))
    assert all(one.values().tolist() == [int(name[7:]) + k for k in range(3)] for name, one in arrays.items())


def test_several_nodes_in_two_levels_are_what_is_tried() -> None:
    levels = [written(members(2000))[at + 5] for at in found(written(members(2000)), b"TREE")]
    assert max(levels) == 1
    assert len(levels) > 5


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "int32", "int64"])
@pytest.mark.parametrize("shape", [(), (1,), (4, 7), (2, 3, 5, 7)])
def test_numbers_are_those_that_were_written(kind: str, shape: tuple[int, ...]) -> None:
    numbers = np.random.default_rng(1).normal(size=shape).astype(kind)
    (array,) = stored_arrays(bytes(written(lambda file: file.create_dataset("a", data=numbers))), MOST).values()
    assert (array.kind, array.shape, array.is_whole) == (kind, shape, True)
    assert array.values().tobytes() == numbers.tobytes()
    assert not array.values().flags.writeable


def test_numbers_within_the_header_are_read_too() -> None:
    def fill(file: h5py.File) -> None:
        how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        how.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((3,))
        h5py.Dataset(h5py.h5d.create(file.id, b"a", h5py.h5t.IEEE_F32LE, space, how))[:] = [1, 2, 3]

    assert stored_arrays(bytes(written(fill)), MOST)["a"].values().tolist() == [1, 2, 3]


@pytest.mark.parametrize("kind", [">f4", ">i4", "i2", "u4", "c8", "?", "S9", [("a", "f4")], ("f4", (3,))])
def test_other_kinds_of_values_have_no_name(kind: Any) -> None:
    arrays = stored_arrays(bytes(written(lambda file: file.create_dataset("a", (3,), kind, data=None))), MOST)
    assert arrays["a"].kind == ""


@pytest.mark.parametrize(
    "how",
    [
        {"chunks": (1, 2)},
        {"compression": "gzip"},
        {"maxshape": (None, 2)},
        {"external": [("/etc/passwd", 0, 16)]},
    ],
)
def test_arrays_that_are_not_in_one_piece_have_no_content(how: Any) -> None:
    arrays = stored_arrays(bytes(written(lambda file: file.create_dataset("a", (2, 2), "f4", **how))), MOST)
    assert arrays["a"].content is None
    assert not arrays["a"].is_whole


def test_an_array_that_was_never_written_is_not_whole() -> None:
    assert not stored_arrays(bytes(written(lambda file: file.create_dataset("a", (2, 2), "f4"))), MOST)["a"].is_whole


@pytest.mark.parametrize("options", [{"libver": "latest"}, {"libver": "v110"}, {"track_order": True}])
def test_layouts_that_keras_never_writes_are_refused(options: Any) -> None:
    with pytest.raises(Refused, match="in another way than Keras"):
        stored_arrays(bytes(written(members(20), **options)), MOST)


def test_dense_links_are_refused_before_anybody_looks_at_their_counts() -> None:
    def fill(file: h5py.File) -> None:
        group = file.create_group("layers", track_order=True)
        for number in range(60):
            group.create_group(str(number))

    file = written(fill)
    assert found(file, b"BTHD")
    assert found(file, b"FRHP")
    with pytest.raises(Refused, match="in another way than Keras"):
        stored_arrays(bytes(file), MOST)


def test_a_block_before_the_file_is_refused() -> None:
    with pytest.raises(Refused, match="no HDF5 file"):
        stored_arrays(bytes(written(members(3), userblock_size=512)), MOST)
    with pytest.raises(Refused, match="in another way than Keras"):
        stored_arrays(bytes(written(members(3), userblock_size=512)[512:]), MOST)


def test_a_node_that_is_its_own_child_is_refused() -> None:
    file = written(members(2000))
    upper = next(at for at in found(file, b"TREE") if file[at + 5] == 1)
    struct.pack_into("<Q", file, upper + 32, upper)
    with pytest.raises(Refused, match="damaged"):
        stored_arrays(bytes(file), MOST)


def test_a_header_that_goes_on_within_itself_is_refused() -> None:
    file = written(members(3))
    message = struct.pack("<HHB3xQQ", 16, 16, 0, 0, 0)  # of a header, the first message is 16 bytes behind its start
    for start in range(len(file) - 40):
        if file[start : start + 2] == b"\1\0" and file[start + 16 : start + 18] == b"\x11\0":
            file[start + 16 : start + 16 + len(message)] = struct.pack("<HHB3xQQ", 16, 16, 0, start + 16, 24)
    with pytest.raises(Refused, match="damaged"):
        stored_arrays(bytes(file), MOST)


def test_a_ring_of_free_places_in_a_heap_is_nobodys_business() -> None:
    file = written(members(3))
    for at in found(file, b"HEAP"):
        size, free, names = struct.unpack_from("<QQQ", file, at + 8)
        if free < size:
            struct.pack_into("<QQ", file, names + free, free, 16)
    assert len(stored_arrays(bytes(file), MOST)) == 3


def test_more_members_than_expected_are_refused() -> None:
    with pytest.raises(Refused, match="too many parts"):
        stored_arrays(bytes(written(members(300))), 300)


def test_groups_within_groups_come_to_an_end() -> None:
    with pytest.raises(Refused, match="too many parts"):
        stored_arrays(bytes(written(lambda file: file.create_group("/".join("abcdefghij")))), MOST)


def test_a_group_under_two_names_is_refused() -> None:
    with pytest.raises(Refused, match="one thing under two names"):
        stored_arrays(bytes(written(lambda file: file.__setitem__("a", file.create_group("b")))), MOST)


def test_names_that_make_long_paths_are_refused() -> None:
    with pytest.raises(Refused, match="too many parts"):
        stored_arrays(bytes(written(lambda file: file.create_group("/".join(letter * 90 for letter in "abc")))), MOST)


def test_arrays_that_lie_upon_each_other_are_refused() -> None:
    file = written(lambda file: [file.create_dataset(name, data=np.ones(1000, "f4")) for name in "ab"])
    layout = struct.Struct("<BBQQ")  # version, in one piece, address, size
    for at in range(len(file) - layout.size):
        if file[at : at + 2] == b"\3\1" and layout.unpack_from(file, at)[3] == 4000:
            layout.pack_into(file, at, 3, 1, 0, len(file))
    with pytest.raises(Refused, match="upon each other"):
        stored_arrays(bytes(file), MOST)


def test_lists_that_claim_all_that_follows_take_neither_time_nor_memory() -> None:
    file = written(members(2000))
    for at in found(file, b"SNOD"):
        struct.pack_into("<H", file, at + 6, 0xFFFF)
    tracemalloc.start()
    with pytest.raises(Refused):
        stored_arrays(bytes(file), MOST)
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_types_within_types_are_not_unfolded() -> None:
    def fill(file: h5py.File) -> None:
        sort = h5py.h5t.IEEE_F32LE.copy()
        for _level in range(1000):
            sort = h5py.h5t.array_create(sort, (1,))
        h5py.h5d.create(file.id, b"a", sort, h5py.h5s.create_simple((1,)))

    assert stored_arrays(bytes(written(fill)), MOST)["a"].kind == ""


def test_a_file_that_is_cut_anywhere_is_refused() -> None:
    file = bytes(written(members(9)))
    stored_arrays(file, MOST)
    for length in range(0, len(file), 7):
        with pytest.raises(Refused):
            stored_arrays(file[:length], MOST)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_bytes_are_changed_the_reading_ends_with_arrays_or_a_refusal(seed: int) -> None:
    chance, file, refused = random.Random(seed), bytes(written(members(20))), 0
    for _attempt in range(1000):
        other = bytearray(file)
        for _place in range(chance.choice((1, 4))):
            at = chance.randrange(len(other))
            other[at : at + 8] = chance.choice((b"\xff" * 8, bytes(8), chance.randbytes(1), other[at + 8 : at + 16]))
        try:
            for one in stored_arrays(bytes(other), MOST).values():
                assert not (one.kind and one.is_whole) or one.values().shape == one.shape
        except Refused:
            refused += 1
    assert 100 < refused < 1000
