"""Arrays from ``.npz`` files that may be hostile: as expected, or refused cheaply."""

import io
import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from netbuilder.data.archives import Wanted, read_arrays
from netbuilder.data.examples import CannotRead

X = np.random.default_rng(0).integers(0, 256, (6, 3, 3), np.uint8)
Y = np.arange(6)
WANTED = {"x": Wanted((6, 3, 3)), "y": Wanted((6,), kinds="ui", widest=8)}


def npy(header: str, values: bytes = b"", version: bytes = b"\1\0") -> bytes:
    text = header.encode("latin-1") + b"\n"
    length = struct.pack("<H" if version == b"\1\0" else "<I", len(text))
    return b"\x93NUMPY" + version + length + text + values


def described(kind: str, shape: str) -> str:
    return f"{{'descr': {kind!r}, 'fortran_order': False, 'shape': {shape}}}"


GOOD = npy(described("|u1", "(6, 3, 3)"), X.tobytes())


def archive(path: Path, x: bytes = GOOD, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as out:
        out.writestr("x.npy", x)
        with out.open("y.npy", "w") as member:
            np.save(member, Y)
    return path


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", ["C", "F"])
def test_what_numpy_saves_is_read_as_it_was(tmp_path: Path, save: Callable[..., None], order: str) -> None:
    save(tmp_path / "a.npz", x=np.asarray(X, order=order), y=Y, other=np.zeros(3))
    found = read_arrays(tmp_path / "a.npz", WANTED)
    np.testing.assert_array_equal(found["x"], X)
    np.testing.assert_array_equal(found["y"], Y)
    assert set(found) == {"x", "y"}


@pytest.mark.parametrize(
    "x",
    [
        npy(described("|O", "(6, 3, 3)"), pickle.dumps(X)),
        npy(described("|u1", "(1000000000000, 3, 3)")),
        npy(described("|u1", "(" + "1, " * 70 + ")")),
        npy(described("<f8", "(6, 3, 3)"), X.astype("<f8").tobytes()),
        npy("{'descr': '|u1', 'fortran_order': False, 'shape': (6, 3, 3), 'more': __import__('os').getpid()}"),
        npy("[" * 500 + "]" * 500),
        npy(described("|u1", "(6, 3, 3)") + " " * 60_000),
        npy(described("|u1", "(6, 3, 3)"), X.tobytes()[:-1]),
        npy(described("|u1", "(6, 3, 3)"), X.tobytes() + b"x"),
        npy(described("|u1", "(6, 3, 3)"), X.tobytes(), version=b"\7\0"),
        npy(described("V1", "(6, 3, 3)"), X.tobytes()),
        npy(described("|u1", "(6, 3, -3)"), X.tobytes()),
        npy(described("|u1", "(True, 3, 3)"), X.tobytes()),
        b"",
        b"\x93NUMPY",
        pickle.dumps(print),
    ],
    ids=[
        "objects",
        "10^12 items",
        "70 axes",
        "floats",
        "an expression",
        "nested brackets",
        "a long header",
        "too short",
        "too long",
        "a future version",
        "void",
        "a negative length",
        "a bool as length",
        "nothing",
        "half a magic",
        "a pickle",
    ],
)
def test_an_array_that_is_not_as_announced_is_refused_with_a_sentence(tmp_path: Path, x: bytes) -> None:
    path = archive(tmp_path / "a.npz", x)
    tracemalloc.start()
    with pytest.raises(CannotRead, match=r"a\.npz"):
        read_arrays(path, WANTED)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_zip_of_many_members_is_refused_before_its_directory_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as out:
        for number in range(70):
            out.writestr(f"{number}.npy", b"")
    monkeypatch.setattr(zipfile, "ZipFile", lambda *arguments: pytest.fail("the directory was read"))
    with pytest.raises(CannotRead, match="more than 64 arrays"):
        read_arrays(tmp_path / "a.npz", WANTED)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_arrays_of_one_name_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(archive(tmp_path / "a.npz"), "a") as out:
        out.writestr("x.npy", GOOD)
    with pytest.raises(CannotRead, match="one array named “x”"):
        read_arrays(tmp_path / "a.npz", WANTED)


def test_a_missing_array_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=X)
    with pytest.raises(CannotRead, match="one array named “y”"):
        read_arrays(tmp_path / "a.npz", WANTED)


def test_unusual_packing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="unusual way"):
        read_arrays(archive(tmp_path / "a.npz", method=zipfile.ZIP_LZMA), WANTED)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.npz", GOOD + bytes(200_000_000))
    tracemalloc.start()
    with pytest.raises(CannotRead, match="damaged"):
        read_arrays(path, WANTED)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("content", [b"", b"x" * 21, b"x" * 100, b"PK\5\6" + bytes(18)])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(CannotRead, match=r"a\.npz"):
        read_arrays(tmp_path / "a.npz", WANTED)


def test_any_damage_to_a_file_is_read_right_or_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, x=X, y=Y)
    whole = buffer.getvalue()
    random = np.random.default_rng(0)
    for _time in range(500):
        hurt = bytearray(whole)
        for place in random.integers(0, len(hurt), random.integers(1, 4)):
            hurt[place] = random.integers(0, 256)
        if random.random() < 0.2:
            del hurt[random.integers(0, len(hurt)) :]
        (tmp_path / "a.npz").write_bytes(hurt)
        try:
            found = read_arrays(tmp_path / "a.npz", WANTED)
        except CannotRead:
            continue
        np.testing.assert_array_equal(found["x"], X)
        np.testing.assert_array_equal(found["y"], Y)
