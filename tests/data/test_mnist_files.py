"""MNIST's layout: every usual way in which its files lie about is read; everything else is a sentence."""

import gzip
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from netbuilder import disk
from netbuilder.data import mnist_files
from netbuilder.data.examples import CannotRead, DataMissing, Examples, Stopped
from netbuilder.data.mnist_files import NAMES
from netbuilder.data.pictures.fashion_mnist import FashionMnist
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.remote import Remote


def read(path: Path) -> Examples:
    return Mnist(path=str(path)).read(lambda done, total: None, lambda: False)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Six pictures to train with and four to test, as the four files' contents."""
    monkeypatch.setattr(mnist_files, "TRAIN", 6)
    monkeypatch.setattr(mnist_files, "TEST", 4)
    monkeypatch.setattr(mnist_files, "COUNT", 10)
    return {
        NAMES[0]: idx(np.full((6, 28, 28), 255, np.uint8)),
        NAMES[1]: idx(np.array([0, 1, 2, 3, 4, 5], np.uint8)),
        NAMES[2]: idx(np.full((4, 28, 28), 7, np.uint8)),
        NAMES[3]: idx(np.array([6, 7, 8, 9], np.uint8)),
    }


def idx(values: np.ndarray) -> bytes:
    sizes = b"".join(length.to_bytes(4, "big") for length in values.shape)
    return bytes([0, 0, 8, values.ndim]) + sizes + values.tobytes()


def laid(folder: Path, files: dict[str, bytes], *, dotted: bool = False, packed: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        spelled = (name.replace("-idx", ".idx") if dotted else name) + (".gz" if packed else "")
        (folder / spelled).write_bytes(gzip.compress(content) if packed else content)
    return folder


def archive(path: Path, **changed: np.ndarray) -> Path:
    arrays = {
        "x_train": np.full((6, 28, 28), 255, np.uint8),
        "y_train": np.arange(6),
        "x_test": np.full((4, 28, 28), 7, np.uint8),
        "y_test": np.arange(6, 10),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **(arrays | changed))
    return path


def is_the_small_one(examples: Examples) -> bool:
    return examples.targets.tolist() == list(range(10)) and examples.inputs[:, 0, 0].tolist() == [255] * 6 + [7] * 4


def test_the_published_files_hold_the_published_digits(mnist_folder: Path) -> None:
    examples = read(mnist_folder)
    assert examples.targets[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(examples.targets[:60_000]).tolist()[:3] == [5923, 6742, 5958]
    assert examples.targets[60_000:60_004].tolist() == [7, 2, 1, 0]
    # The mean of the training pixels that nearly every tutorial quotes.
    assert examples.inputs[:60_000].mean() / 255 == pytest.approx(0.1307, abs=1e-4)
    assert examples.own_test == 10_000


@pytest.mark.parametrize("dotted", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_or_one_of_its_files_is_read(
    small: dict[str, bytes], tmp_path: Path, dotted: bool, packed: bool
) -> None:
    folder = laid(tmp_path, small, dotted=dotted, packed=packed)
    assert is_the_small_one(read(folder))
    for file in folder.iterdir():
        assert is_the_small_one(read(file))


def test_progress_goes_up_to_the_whole(small: dict[str, bytes], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    Mnist(path=str(laid(tmp_path, small))).read(lambda done, total: told.append((done, total)), lambda: False)
    assert told == sorted(told)
    assert told[-1] == (10 * 785, 10 * 785)


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.uint32])
def test_an_npz_is_read_with_labels_of_any_whole_kind(
    small: dict[str, bytes], tmp_path: Path, kind: type[np.integer]
) -> None:
    labels = {"y_train": np.arange(6).astype(kind), "y_test": np.arange(6, 10).astype(kind)}
    assert is_the_small_one(read(archive(tmp_path / "digits.npz", **labels)))


@pytest.mark.parametrize("label", [-1, 10, 2**32, 2**40 + 3])
def test_labels_beyond_the_classes_are_refused(small: dict[str, bytes], tmp_path: Path, label: int) -> None:
    path = archive(tmp_path / "digits.npz", y_test=np.array([0, 1, 2, label]))
    with pytest.raises(CannotRead, match="must lie from 0 to 9"):
        read(path)


def test_missing_files_are_named(small: dict[str, bytes], tmp_path: Path) -> None:
    folder = laid(tmp_path, small)
    (folder / NAMES[3]).unlink()
    with pytest.raises(CannotRead, match=f"missing, plain or as .gz: {NAMES[3]}. Put all four"):
        read(folder)


def test_swapped_files_are_told_apart(small: dict[str, bytes], tmp_path: Path) -> None:
    small[NAMES[0]], small[NAMES[2]] = small[NAMES[2]], small[NAMES[0]]
    with pytest.raises(CannotRead, match=r"holds|bytes"):
        read(laid(tmp_path, small))


@pytest.mark.parametrize("name", ["none", "none.npz", NAMES[0]])
def test_a_path_that_is_not_there_is_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotRead, match=r"not there|missing"):
        read(tmp_path / name)


def test_a_file_of_another_kind_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(b"")
    with pytest.raises(CannotRead, match="neither a folder with the four IDX files"):
        read(tmp_path / "cat.png")


def test_caches_are_found_own_before_keras(
    small: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "cache_folder", lambda: tmp_path / "own")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    for made in (Mnist(), FashionMnist()):
        assert not made.present()
        with pytest.raises(DataMissing, match="not on this computer"):
            made.read(lambda done, total: None, lambda: False)
    other = archive(tmp_path / "keras" / "datasets" / "mnist.npz", y_train=np.zeros(6, np.uint8))
    laid(tmp_path / "keras" / "datasets" / "fashion-mnist", small, packed=True)
    for made in (Mnist(), FashionMnist()):
        assert made.present()
        made.read(lambda done, total: None, lambda: False)
    laid(tmp_path / "own" / "mnist", small, packed=True)
    assert is_the_small_one(Mnist().read(lambda done, total: None, lambda: False))
    shutil.rmtree(tmp_path / "own")
    assert not is_the_small_one(Mnist().read(lambda done, total: None, lambda: False))
    other.unlink()
    assert not Mnist().present()


def test_a_half_downloaded_cache_does_not_count(
    small: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "cache_folder", lambda: tmp_path)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    laid(tmp_path / "mnist", {name: small[name] for name in NAMES[:3]}, packed=True)
    assert not Mnist().present()


def test_reading_can_be_cancelled(small: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        Mnist(path=str(laid(tmp_path, small))).read(lambda done, total: None, lambda: True)
    with pytest.raises(Stopped):
        Mnist(path=str(archive(tmp_path / "a.npz"))).read(lambda done, total: None, lambda: True)


def test_digits_are_not_read_as_clothes(
    tmp_path: Path, small: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = Remote(f"{NAMES[3]}.gz", (), 0, hashlib.sha256(small[NAMES[3]]).hexdigest())
    monkeypatch.setattr(Mnist, "files", (*Mnist.files[:3], labels))
    folder = laid(tmp_path / "digits", small)
    assert len(read(folder)) == 10
    with pytest.raises(CannotRead, match="holds MNIST, not Fashion-MNIST"):
        FashionMnist(path=str(folder)).read(lambda done, total: None, lambda: False)


def test_the_published_digits_are_known_by_their_labels(mnist_folder: Path) -> None:
    assert len(read(mnist_folder)) == 70_000
    with pytest.raises(CannotRead, match="holds MNIST, not Fashion-MNIST"):
        FashionMnist(path=str(mnist_folder)).read(lambda done, total: None, lambda: False)


@pytest.mark.parametrize("path", ["x" * 300, "~~~~/digits", "a\0b"])
def test_a_path_that_no_system_takes_is_refused_in_a_sentence(path):
    with pytest.raises(CannotRead, match="choose another file or folder"):
        Mnist(path=path).read(lambda *_: None, lambda: False)
    assert Mnist(path=path).read_from() == ()
