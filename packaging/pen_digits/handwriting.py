"""Real handwriting, 8 x 8 pixels small, enlarged smoothly and written again with another pen and slant."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pen_digits.pen import Habit, Line, haste, inked

Field = NDArray[np.float64]

BLOCK = 8
"""An original pixel becomes 8 x 8 pixels."""

HABITS: dict[int, Habit] = {
    0: Habit(1.32, 0.24),
    1: Habit(0.90, 0.32),
    2: Habit(1.35, 0.30),
    3: Habit(1.23, 0.17),
    4: Habit(1.17, 0.09),
    5: Habit(1.42, 0.28),
    6: Habit(1.15, 0.29),
    7: Habit(1.15, -0.10),
    8: Habit(1.23, 0.20),
    9: Habit(1.04, 0.10),
}
"""What takes the originals, which were squeezed into a frame, to the width and lean that digits have in MNIST."""


class Handwriting:
    """scikit-learn's 1,797 handwritten digits: the test part of UCI's Optical Recognition of Handwritten Digits."""

    def __init__(self) -> None:
        from sklearn.datasets import load_digits

        bunch = load_digits()
        self._pictures = [np.flatnonzero(bunch.target == digit) for digit in range(10)]
        self._originals = bunch.images / 16.0
        self._path = cache(lambda index: _path(_enlarged(self._originals[index])))

    def rewritten(self, digit: int, turn: int, chance: np.random.Generator) -> NDArray[np.uint8]:
        """The digit's original whose turn it is, written again and prepared: (28, 28), 0...255."""
        indices = self._pictures[digit]
        path = self._path(int(indices[turn % len(indices)]))
        return inked([path], HABITS[digit], haste(chance), chance)


def _enlarged(picture: Field) -> Field:
    """A sharp picture whose 8 x 8 blocks hold as much ink as the original's pixels do, (80, 80), 0...1.

    Each original pixel counts the ink in a 4 x 4 block of a 32 x 32 bitmap (Alpaydin and Kaynak). Plain interpolation
    blurs strokes to twice their width; here the difference between the blocks' ink and the counts is added again and
    again, and the picture hardened in between.
    """
    framed = np.pad(picture, 1)
    cells = framed.shape[0]
    guess = _resized(framed, cells * BLOCK)
    for _ in range(12):
        hard = np.clip((guess - 0.5) * 3 + 0.5, 0, 1)
        held = hard.reshape(cells, BLOCK, cells, BLOCK).mean(axis=(1, 3))
        guess = guess + 0.6 * _resized(framed - held, cells * BLOCK)
    return guess


def _resized(picture: Field, side: int) -> Field:
    image = Image.fromarray(picture.astype(np.float32))
    return np.asarray(image.resize((side, side), Image.Resampling.BICUBIC), np.float64)


def _path(enlarged: Field) -> Line:
    """The middle of the strokes with their breadth, some 100 high."""
    from scipy.ndimage import distance_transform_edt, gaussian_filter

    # The eye of a small loop is paler than the loop and seldom white: what counts is to be darker than the surroundings.
    around = gaussian_filter(np.clip(enlarged, 0, 1.2), 7)
    ink = enlarged - 0.6 * (around - 0.4) > 0.5
    row, column = np.nonzero(_thinned(ink))
    reach = distance_transform_edt(ink)[row, column]
    # A loop that the original fills stays filled, however thin the new pen is.
    breadth = np.clip(reach / np.median(reach), 0.7, 2.5)
    places = np.stack([column, row], axis=1) * (100.0 / max(int(np.ptp(row)), 1))
    return np.concatenate([places, breadth[:, None]], axis=1)


def _thinned(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The skeleton of the ink, one pixel wide (Zhang and Suen, A fast parallel algorithm for thinning, 1984)."""
    thin = np.pad(ink, 1)
    while True:
        before = int(thin.sum())
        for first in (True, False):
            n, ne, e, se, s, sw, w, nw = (
                np.roll(thin, shift, axis=(0, 1))
                for shift in ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
            )
            ring = np.stack([n, ne, e, se, s, sw, w, nw]).astype(np.int8)
            count = ring.sum(axis=0)
            rises = ((ring == 0) & (np.roll(ring, -1, axis=0) == 1)).sum(axis=0)
            open_sides = ~(n & e & s) & ~(e & s & w) if first else ~(n & e & w) & ~(n & s & w)
            thin = thin & ~((count >= 2) & (count <= 6) & (rises == 1) & open_sides)
        if int(thin.sum()) == before:
            return thin[1:-1, 1:-1]
