"""A drawing becomes a digit as MNIST would have held it."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from netbuilder.data.drawing import as_ink, prepare

ROOT = Path(__file__).resolve().parents[2]
MNIST = ROOT.parent / "shared" / "data" / "mnist"

needs_mnist = pytest.mark.skipif(not MNIST.is_dir(), reason=f"needs the MNIST files in {MNIST}")

Grey = NDArray[np.uint8]


def canvas(height: int = 280, width: int = 280) -> Grey:
    return np.zeros((height, width), np.uint8)


def extent(picture: Grey) -> tuple[int, int]:
    rows, columns = np.nonzero(picture)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def middle(picture: Grey) -> tuple[float, float]:
    total = picture.sum(dtype=float)
    return float(picture.sum(1) @ np.arange(28) / total), float(picture.sum(0) @ np.arange(28) / total)


def test_a_picture_without_ink_gives_zeros() -> None:
    for shape in ((280, 280), (1, 1), (0, 0), (0, 7)):
        prepared = prepare(np.zeros(shape, np.uint8))
        assert prepared.shape == (28, 28)
        assert prepared.dtype == np.uint8
        assert not prepared.any()


@pytest.mark.parametrize("height, width", [(200, 100), (60, 120), (77, 77), (15, 9)])
def test_the_longer_side_takes_twenty_pixels_and_the_aspect_stays(height: int, width: int) -> None:
    drawing = canvas()
    drawing[30 : 30 + height, 50 : 50 + width] = 255
    assert extent(prepare(drawing)) == (round(20 * height / max(height, width)), round(20 * width / max(height, width)))


def test_the_ink_is_centred_on_pixel_fourteen() -> None:
    drawing = canvas()
    drawing[20:220, 40:60] = 255
    drawing[180:220, 40:140] = 255
    row, column = middle(prepare(drawing))
    assert abs(row - 14.0) <= 0.5
    assert abs(column - 14.0) <= 0.5


def test_where_and_how_brightly_it_was_drawn_does_not_matter() -> None:
    drawing = canvas()
    drawing[10:110, 20:40] = 250
    drawing[10:30, 20:90] = 250
    moved = np.roll(drawing, (150, 120), axis=(0, 1))
    np.testing.assert_array_equal(prepare(moved), prepare(drawing))
    np.testing.assert_allclose(prepare(drawing // 5).astype(int), prepare(drawing), atol=3)


def test_a_faint_rim_of_anti_aliasing_does_not_shrink_the_digit() -> None:
    drawing = canvas()
    drawing[50:150, 100:150] = 255
    blurred = drawing.copy()
    blurred[40:160, 90:160] = np.maximum(blurred[40:160, 90:160], 30)
    np.testing.assert_array_equal(extent(prepare(blurred)), extent(prepare(drawing)))


def test_a_hairline_keeps_a_width_of_one_bright_pixel() -> None:
    drawing = canvas()
    drawing[10:270, 140] = 255
    prepared = prepare(drawing)
    assert extent(prepared) == (20, 1)
    assert prepared.max() == 255


def test_ink_far_from_its_middle_stays_inside_the_frame() -> None:
    drawing = canvas()
    drawing[0:60, 0:200] = 255
    drawing[0:240, 196:200] = 255
    assert extent(prepare(drawing)) == (20, 17)


def test_a_single_pixel_is_a_drawing() -> None:
    assert prepare(np.full((1, 1), 3, np.uint8)).max() == 255


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))))
def test_any_ink_gives_a_picture_that_is_twenty_pixels_long_at_most(drawing: Grey) -> None:
    prepared = prepare(drawing)
    assert prepared.shape == (28, 28)
    assert prepared.any() == drawing.any()
    if drawing.any():
        assert prepared.max() == 255
        assert max(extent(prepared)) <= 20


@pytest.mark.parametrize("wrong", [np.zeros((28, 28, 3), np.uint8), np.zeros((28, 28)), np.zeros(784, np.uint8)])
def test_what_is_not_a_grey_picture_is_refused_with_its_shape(wrong: Grey) -> None:
    for refuse in (prepare, as_ink):
        with pytest.raises(ValueError, match=r"uint8 array of shape \(height, width\)"):
            refuse(wrong)


def letter(paper: int, ink: int) -> Grey:
    picture = np.full((60, 50), paper, np.uint8)
    picture[10:50, 20:26] = ink
    picture[10:16, 20:40] = ink
    return picture


@pytest.mark.parametrize("paper, ink", [(255, 0), (200, 90), (0, 255), (40, 120)])
def test_dark_on_light_and_light_on_dark_become_the_same_ink(paper: int, ink: int) -> None:
    np.testing.assert_array_equal(as_ink(letter(paper, ink)), letter(0, 255))


def test_ink_that_runs_over_the_border_does_not_turn_the_picture_round() -> None:
    picture = letter(230, 30)
    picture[20:30, :] = 30
    inked = as_ink(picture)
    assert inked[25, 0] == 255
    assert inked[0, 0] == 0


def test_the_grain_of_the_paper_becomes_black() -> None:
    grain = np.random.default_rng(1).normal(0, 4, (60, 50))
    inked = as_ink(np.clip(letter(220, 60) + grain, 0, 255).astype(np.uint8))
    drawn = letter(0, 255) > 0
    assert (inked[~drawn] == 0).mean() > 0.99
    assert inked[drawn].min() > 200


def test_a_blank_sheet_has_no_ink() -> None:
    grain = np.random.default_rng(1).normal(0, 3, (60, 50))
    for paper in (20, 128, 240):
        assert not as_ink(np.full((60, 50), paper, np.uint8)).any()
        assert not as_ink(np.clip(paper + grain, 0, 255).astype(np.uint8)).any()
    assert as_ink(np.zeros((0, 4), np.uint8)).shape == (0, 4)


def idx(name: str, header: int) -> Grey:
    with gzip.open(MNIST / name) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def drawn_by_hand(digit: Grey, chance: np.random.Generator) -> Grey:
    """A digit of MNIST 30 to 250 pixels high, anywhere on a pad."""
    rows, columns = np.nonzero(digit)
    cut = digit[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height = int(chance.integers(30, 251))
    width = max(1, round(height * cut.shape[1] / cut.shape[0]))
    if width > 280:
        height, width = max(1, round(height * 280 / width)), 280
    top, left = int(chance.integers(0, 281 - height)), int(chance.integers(0, 281 - width))
    pad = canvas()
    pad[top : top + height, left : left + width] = np.asarray(
        Image.fromarray(cut).resize((width, height), Image.Resampling.BICUBIC)
    )
    return pad


@needs_mnist
def test_a_drawn_digit_is_read_as_well_as_the_same_digit_from_the_file() -> None:
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    pictures = idx("train-images-idx3-ubyte.gz", 16).reshape(-1, 784)[:12_000]
    labels = idx("train-labels-idx1-ubyte.gz", 8)[:12_000]
    network = MLPClassifier((128,), batch_size=100, random_state=1)
    # Several threads that wait for each other on a busy machine take longer than one.
    with threadpool_limits(1):
        for _ in range(5):
            network.partial_fit(pictures / np.float32(255), labels, classes=np.arange(10))

    direct = idx("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)[::4]
    answers = idx("t10k-labels-idx1-ubyte.gz", 8)[::4]
    chance = np.random.default_rng(1)
    drawn = np.stack([prepare(drawn_by_hand(digit, chance)) for digit in direct])
    from_file = network.score(direct.reshape(-1, 784) / np.float32(255), answers)
    from_pad = network.score(drawn.reshape(-1, 784) / np.float32(255), answers)
    assert from_file > 0.92
    assert from_pad > from_file - 0.01
