"""Promises that every data source in the catalog keeps."""

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder import disk
from netbuilder.data.examples import Examples, Readable, readable
from netbuilder.data.like_mnist import LikeMnist
from netbuilder.data.pictures import pen_digits
from netbuilder.data.points.blobs import Blobs
from netbuilder.data.points.curve import Curve
from netbuilder.data.points.spirals import Spirals
from netbuilder.spec.catalogs import Entry
from netbuilder.spec.plain import source_from, to_plain
from netbuilder.spec.sources import Source, source
from netbuilder.spec.split import Split

EVERY = pytest.mark.parametrize("entry", list(source), ids=lambda entry: entry.name)


@pytest.fixture(scope="module")
def read_once() -> dict[str, Examples]:
    return {}


@pytest.fixture(scope="module")
def clothes_folder(mnist_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MNIST's files, the last test label another, so that they are no longer known to be digits."""
    folder = tmp_path_factory.mktemp("clothes")
    for file in mnist_folder.glob("*-ubyte.gz"):
        content = bytearray(gzip.decompress(file.read_bytes()))
        if file.name.startswith("t10k-labels"):
            content[-1] ^= 1
        (folder / file.name.removesuffix(".gz")).write_bytes(content)
    return folder


def examples_of(
    entry: Entry[Source], request: pytest.FixtureRequest, read_once: dict[str, Examples]
) -> tuple[Readable, Examples]:
    """The source with its defaults (MNIST: from files) and its examples."""
    kind = entry.kind
    folders = {"mnist": "mnist_folder", "fashion_mnist": "clothes_folder"}
    made = kind(path=str(request.getfixturevalue(folders[entry.name]))) if issubclass(kind, LikeMnist) else kind()
    if entry.name == "pen_digits" and not disk.resource(pen_digits.FILE).exists():
        pytest.skip(f"needs {pen_digits.FILE}, which is not made yet")
    assert readable(made)
    if entry.name not in read_once:
        read_once[entry.name] = made.read(lambda done, total: None, lambda: False)
    return made, read_once[entry.name]


def test_the_catalog_holds_every_source_that_is_promised() -> None:
    promised = "pen_digits digits_8x8 mnist fashion_mnist iris wine breast_cancer diabetes"
    points = "moons circles spirals xor blobs curve"
    assert {entry.name for entry in source} == set(f"{promised} {points}".split())


@EVERY
def test_a_source_is_described_in_a_group_of_the_menu(entry: Entry[Source]) -> None:
    assert entry.group in {"Pictures", "Tables", "Points"}
    assert entry.words.endswith((".", "?"))
    assert not entry.words.startswith(entry.kind.__name__ + "("), "a docstring that dataclass made up"


@EVERY
def test_a_source_is_the_same_after_it_was_made_plain(entry: Entry[Source]) -> None:
    assert source_from(to_plain(entry.kind())) == entry.kind()


@EVERY
def test_declared_facts_are_those_of_the_examples_that_are_read(
    entry: Entry[Source], request: pytest.FixtureRequest, read_once: dict[str, Examples]
) -> None:
    made, examples = examples_of(entry, request, read_once)
    facts = made.facts(made.usual_split())
    assert examples.inputs.shape == (facts.train + facts.validation + facts.test, *facts.shape)
    assert examples.classes == facts.classes
    assert examples.features == facts.features
    assert (examples.inputs.dtype == np.uint8) == facts.picture
    assert examples.own_test in (0, facts.test)
    if facts.picture:
        assert facts.value_range == (0, 255)
        assert int(examples.inputs.max()) == 255, "ink reaches the end of its range"
    if facts.classes:
        assert examples.targets.dtype == np.int32
        assert examples.targets.shape == (len(examples),)
        assert set(examples.targets.tolist()) == set(range(len(facts.classes))), "each class has an example"
    else:
        assert examples.targets.dtype == np.float32
        assert examples.targets.shape == (len(examples), facts.targets)


@EVERY
def test_inputs_lie_in_the_declared_range(
    entry: Entry[Source], request: pytest.FixtureRequest, read_once: dict[str, Examples]
) -> None:
    made, examples = examples_of(entry, request, read_once)
    low, high = made.facts(Split()).value_range
    inside = (examples.inputs >= np.float32(low)) & (examples.inputs <= np.float32(high))
    # Noise has no end: of made-up points a few may stray further than three deviations.
    assert inside.mean() > 0.99 if entry.group == "Points" else inside.all()


@EVERY
def test_tables_declare_no_wider_range_than_they_have(
    entry: Entry[Source], request: pytest.FixtureRequest, read_once: dict[str, Examples]
) -> None:
    if entry.group != "Tables":
        return
    made, examples = examples_of(entry, request, read_once)
    found = (float(examples.inputs.min()), float(examples.inputs.max()))
    assert found == pytest.approx(made.facts(Split()).value_range)


@EVERY
def test_targets_of_a_regression_lie_in_the_declared_range(
    entry: Entry[Source], request: pytest.FixtureRequest, read_once: dict[str, Examples]
) -> None:
    made, examples = examples_of(entry, request, read_once)
    declared = made.facts(Split()).target_range
    assert (declared is None) is bool(examples.classes)
    if declared is not None:
        found = (float(examples.targets.min()), float(examples.targets.max()))
        slack = 0.5 if entry.group == "Points" else 0.0  # the wave need not reach its ends, and noise has none
        assert found == pytest.approx(declared, abs=slack)


@EVERY
def test_reading_twice_gives_the_same_examples(
    entry: Entry[Source], request: pytest.FixtureRequest, read_once: dict[str, Examples]
) -> None:
    made, first = examples_of(entry, request, read_once)
    again = made.read(lambda done, total: None, lambda: False)
    np.testing.assert_array_equal(first.inputs, again.inputs)
    np.testing.assert_array_equal(first.targets, again.targets)


@pytest.mark.parametrize("name", ["moons", "circles", "spirals", "xor", "blobs", "curve"])
def test_points_obey_count_noise_and_seed(name: str) -> None:
    kind = source[name].kind

    def read(**values: float) -> Examples:
        made = kind(**values)
        assert readable(made)
        examples = made.read(lambda done, total: None, lambda: False)
        facts = made.facts(Split())
        assert facts.train + facts.validation + facts.test == len(examples)
        return examples

    assert len(read(count=23)) == 23
    exact, noisy, other = read(noise=0.0, seed=1), read(noise=0.3, seed=1), read(noise=0.0, seed=2)
    moved = noisy.inputs - exact.inputs if name != "curve" else noisy.targets - exact.targets
    assert 0.25 < moved.std() < 0.35
    assert not np.array_equal(exact.inputs, other.inputs)


def test_each_cloud_of_blobs_is_a_class_of_equal_share() -> None:
    examples = Blobs(count=100, groups=5).read(lambda done, total: None, lambda: False)
    assert np.bincount(examples.targets).tolist() == [20] * 5


def test_arms_of_spirals_do_not_touch_without_noise() -> None:
    examples = Spirals(count=2000, noise=0.0).read(lambda done, total: None, lambda: False)
    far = examples.inputs[np.linalg.norm(examples.inputs, axis=1) > 0.2]
    arm = examples.targets[np.linalg.norm(examples.inputs, axis=1) > 0.2]
    distances = np.linalg.norm(far[arm == 0][:, None] - far[arm == 1][None], axis=2)
    assert distances.min() > 0.1


def test_the_curve_is_answered_with_numbers() -> None:
    examples = Curve(noise=0.0).read(lambda done, total: None, lambda: False)
    assert examples.classes == ()
    assert examples.targets.shape == (300, 1)


def test_pen_digits_are_read_from_the_embedded_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (50, 28, 28), np.uint8)
    labels = np.arange(50, dtype=np.uint8) % 10
    np.savez_compressed(tmp_path / "pen-digits.npz", pictures=pictures, labels=labels)
    monkeypatch.setattr(pen_digits, "COUNT", 50)
    monkeypatch.setattr(disk, "resource", lambda name: tmp_path / Path(name).name)
    examples = pen_digits.PenDigits().read(lambda done, total: None, lambda: False)
    np.testing.assert_array_equal(examples.inputs, pictures)
    np.testing.assert_array_equal(examples.targets, labels)


def test_declaring_the_sources_loads_neither_scikit_learn_nor_the_network() -> None:
    heavy = "sklearn scipy PIL urllib.request http.client ssl keras tensorflow PySide6 platformdirs"
    program = f"import sys, netbuilder.data; print([name for name in {heavy.split()!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
