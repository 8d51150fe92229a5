"""The pen digits: the stored file, and the generator that makes it again."""

import gzip
import zipfile
from pathlib import Path

import make_pen_digits
import numpy as np
import pytest
from numpy.typing import NDArray
from pen_digits.handwriting import Handwriting
from pen_digits.ways import WAYS

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "resources" / "data" / "pen-digits.npz"
MNIST = ROOT.parent / "shared" / "data" / "mnist"

needs_mnist = pytest.mark.skipif(not MNIST.is_dir(), reason=f"needs the MNIST files in {MNIST}")

Stored = dict[str, NDArray[np.uint8]]


@pytest.fixture(scope="module")
def stored() -> Stored:
    with np.load(FILE, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def test_the_file_holds_thirty_thousand_grey_pictures_and_their_labels(stored: Stored) -> None:
    assert {name: values.shape for name, values in stored.items()} == {
        "pictures": (30_000, 28, 28),
        "labels": (30_000,),
        "made_of": (30_000,),
    }
    assert {values.dtype for values in stored.values()} == {np.dtype(np.uint8)}
    assert FILE.stat().st_size < 5_000_000


def test_every_digit_is_as_frequent_as_the_others_in_every_part(stored: Stored) -> None:
    assert np.bincount(stored["labels"]).tolist() == [3000] * 10
    for part in np.split(stored["labels"], 10):
        assert np.bincount(part, minlength=10).min() > 240


def test_strokes_and_real_handwriting_are_both_there(stored: Stored) -> None:
    assert set(np.unique(stored["made_of"]).tolist()) == {make_pen_digits.STROKES, make_pen_digits.HANDWRITING}
    assert 0.1 < stored["made_of"].mean() < 0.5


def test_no_two_pictures_are_the_same(stored: Stored) -> None:
    assert len(np.unique(stored["pictures"].reshape(30_000, -1), axis=0)) > 29_950


def test_digits_are_twenty_pixels_long_and_reach_full_brightness(stored: Stored) -> None:
    inked = stored["pictures"] > 0
    longest = np.maximum(inked.any(axis=2).sum(axis=1), inked.any(axis=1).sum(axis=1))
    assert longest.max() == 20
    assert (longest == 20).mean() > 0.99
    assert (stored["pictures"].max(axis=(1, 2)) == 255).all()


def test_the_ink_is_centred_on_pixel_fourteen_as_in_mnist(stored: Stored) -> None:
    pictures = stored["pictures"].astype(np.float64)
    total = pictures.sum(axis=(1, 2))
    for axis in (1, 2):
        middles = pictures.sum(axis=axis) @ np.arange(28) / total
        assert abs(middles.mean() - 14.0) < 0.02
        # Half a pixel is what whole pixels leave; a few digits would leave the frame if they were moved farther.
        assert (np.abs(middles - 14.0) < 0.55).mean() > 0.99


def test_the_generator_makes_the_stored_pictures_again(stored: Stored) -> None:
    turns = make_pen_digits.turns()
    assert [turn.digit for turn in turns] == stored["labels"].tolist()
    assert [turn.made_of for turn in turns] == stored["made_of"].tolist()
    np.testing.assert_array_equal(make_pen_digits.pictures(turns[:200]), stored["pictures"][:200])
    np.testing.assert_array_equal(make_pen_digits.pictures(turns[-50:]), stored["pictures"][-50:])


def test_the_same_arrays_are_packed_into_the_same_bytes(tmp_path: Path, stored: Stored) -> None:
    few = {name: values[:50] for name, values in stored.items()}
    file = tmp_path / "few.npz"
    file.write_bytes(make_pen_digits.packed(few))
    assert make_pen_digits.difference(few, file) is None
    with zipfile.ZipFile(file) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    changed = {**few, "labels": few["labels"][::-1]}
    assert "labels differs" in str(make_pen_digits.difference(changed, file))
    assert "does not exist" in str(make_pen_digits.difference(few, tmp_path / "none.npz"))


def test_every_digit_is_written_in_several_ways() -> None:
    assert sorted(WAYS) == list(range(10))
    assert min(len(ways) for ways in WAYS.values()) >= 3


def test_one_original_is_never_written_the_same_way_twice() -> None:
    handwriting = Handwriting()
    first, second = (handwriting.rewritten(3, 0, np.random.default_rng(seed)) for seed in (1, 2))
    assert (first != second).any()
    np.testing.assert_array_equal(first, handwriting.rewritten(3, 0, np.random.default_rng(1)))


def idx(name: str, header: int) -> NDArray[np.uint8]:
    with gzip.open(MNIST / name) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


@needs_mnist
def test_a_network_that_learned_pen_digits_reads_real_handwriting(stored: Stored) -> None:
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    network = MLPClassifier((128,), batch_size=100, random_state=1)
    pictures = stored["pictures"].reshape(-1, 784)[:27_000] / np.float32(255)
    # Several threads that wait for each other on a busy machine take longer than one.
    with threadpool_limits(1):
        for _ in range(8):
            network.partial_fit(pictures, stored["labels"][:27_000], classes=np.arange(10))
    strangers = idx("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784) / np.float32(255)
    answers = idx("t10k-labels-idx1-ubyte.gz", 8)
    read = network.predict(strangers)
    recalls = [float((read[answers == digit] == digit).mean()) for digit in range(10)]
    assert (read == answers).mean() > 0.92
    assert min(recalls) > 0.82, recalls
