"""Real handwriting, replayed on the pad by a network that was trained on the digits that netbuilder brings."""

import gzip

import numpy as np
import pytest

from netbuilder.data.drawing import prepare
from netbuilder.engine.session import Session
from netbuilder.files.templates import template_named
from netbuilder.orders import Orders


def enlarged(digit, height, rng):
    """The digit as somebody draws it: ``height`` pixels high, anywhere on a pad of 280 × 280."""
    from PIL import Image

    rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0))
    ink = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    width = max(1, min(270, round(height * ink.shape[1] / ink.shape[0])))
    large = np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BICUBIC))
    pad = np.zeros((280, 280), np.uint8)
    top, left = rng.integers(0, 280 - height + 1), rng.integers(0, 280 - width + 1)
    pad[top : top + height, left : left + width] = large
    return pad


@pytest.fixture(scope="module")
def network():
    project = template_named("digits").project()
    source = project.data.source
    examples = source.read(lambda *_: None, lambda: False)
    session = Session(project, source.facts(project.data.split), examples)
    session.run(lambda event: None, Orders())
    return session.network


def test_the_default_network_reads_strangers_digits_on_the_pad(network, mnist_folder):
    with gzip.open(mnist_folder / "t10k-images-idx3-ubyte.gz") as file:
        digits = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    with gzip.open(mnist_folder / "t10k-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    rng = np.random.default_rng(5)
    drawn = np.stack([prepare(enlarged(digit, int(rng.integers(30, 251)), rng)) for digit in digits[::2]])
    right = network.predict(drawn).argmax(1) == labels[::2]
    assert right.mean() >= 0.91
    straight = network.predict(digits[::2]).argmax(1) == labels[::2]
    assert abs(right.mean() - straight.mean()) < 0.01
