"""The picture of a run, whatever its numbers were: it is drawn before the model is written."""

from xml.etree import ElementTree

import pytest

from netbuilder.cli.curves import curves_svg
from netbuilder.events import EpochEnded

NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    "losses",
    [
        [],
        [0.5],
        [0.0, 0.0],
        [1e-38, 2e-38],
        [3e-14, 1e-14],
        [5e-324, 0.0],
        [1e38, 3e38],
        [1e9, 1e9 + 1e-6],
        [NAN, NAN],
        [INFINITE, 1.0, NAN],
        [-5.0, 3.0],
    ],
    ids=str,
)
def test_whatever_the_numbers_were_the_picture_is_whole(losses: list[float]) -> None:
    epochs = [EpochEnded(at, 0.1, {"loss": one}, 0.01, None, 0) for at, one in enumerate(losses, start=1)]
    text = curves_svg(epochs, None, "<A> & B")
    root = ElementTree.fromstring(text)
    for line in root.iter("{http://www.w3.org/2000/svg}polyline"):
        heights = [float(point.partition(",")[2]) for point in line.get("points", "").split()]
        assert all(0 <= one <= float(root.get("height", "0")) for one in heights)
