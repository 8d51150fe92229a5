"""Turns what a person drew or dropped into a digit as MNIST would have held it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE = 28
"""Pixels along each side of a prepared picture."""

LONGEST = 20
"""Pixels of the longer side of the digit inside a prepared picture."""

MIDDLE = 14.0
"""Pixel index (the first is 0) on which the ink is centred.

Measured on MNIST: 13.99 +- 0.29. The frame's own middle, 13.5, costs some 3 points of accuracy.
"""

# Anti-aliasing leaves a rim of faint pixels around a stroke. Counting it as ink would make the digit smaller than MNIST's.
RIM = 0.2

# Below this contrast (of 255) a dropped picture is a blank sheet with the noise of a camera.
BLANK = 24


def prepare(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A drawing of any size, cropped, shrunk and centred as MNIST's digits were.

    `ink` is (height, width), bright ink on black, 0...255. The result is (28, 28), 0...255: the longer side of the
    digit takes 20 pixels, and the ink-weighted mean of the pixel indices is as near to 14.0 as whole pixels allow
    without losing ink at the frame. A picture without ink gives all zeros.
    Raises ValueError if `ink` is not a two-dimensional uint8 array.

    The recipe is that of LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
    """
    _expect_grey(ink)
    prepared = np.zeros((SIDE, SIDE), np.uint8)
    if not ink.any():
        return prepared
    digit = _shrunk(_cropped(ink))
    top, left = _corner(digit)
    height, width = digit.shape
    prepared[top : top + height, left : left + width] = digit
    return prepared


def as_ink(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey picture of any kind as bright ink on black, the deepest ink at 255.

    `grey` is (height, width), 0...255, either dark on light paper or light on a dark ground: the border tells which,
    since the digit seldom covers half of it. The paper's own grain becomes 0; a blank sheet gives all zeros.
    The result has the shape of `grey`. Raises ValueError if `grey` is not a two-dimensional uint8 array.
    """
    _expect_grey(grey)
    if not grey.size:
        return np.zeros(grey.shape, np.uint8)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]).astype(np.float64)
    paper = float(np.median(border))
    levels = grey.astype(np.float64)
    depth = paper - levels if paper - levels.min() > levels.max() - paper else levels - paper
    # Three standard deviations, estimated by the median so that ink touching the border does not count as grain.
    grain = 3 * 1.4826 * float(np.median(np.abs(border - paper)))
    deepest = float(depth.max())
    if deepest < grain + BLANK:
        return np.zeros(grey.shape, np.uint8)
    stretched = np.clip((depth - grain) / (deepest - grain), 0.0, 1.0)
    return np.rint(255 * stretched).astype(np.uint8)


def _expect_grey(picture: NDArray[np.uint8]) -> None:
    if picture.ndim != 2 or picture.dtype != np.uint8:
        raise ValueError(
            f"Expected a grey picture: a uint8 array of shape (height, width). "
            f"Received {picture.dtype} of shape {picture.shape}."
        )


def _cropped(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    solid = ink >= max(1.0, RIM * float(ink.max()))
    rows = np.flatnonzero(solid.any(axis=1))
    columns = np.flatnonzero(solid.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _shrunk(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    from PIL import Image

    height, width = digit.shape
    scale = LONGEST / max(height, width)
    # A plain "1" drawn with a thin pen is narrower than a pixel once shrunk.
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(Image.fromarray(np.ascontiguousarray(digit)).resize(size, Image.Resampling.BILINEAR), np.float64)
    # The strokes of a thin pen pale when they shrink; every digit of MNIST has a pixel of 254 or 255.
    bright: NDArray[np.uint8] = np.rint(255 * small / small.max()).astype(np.uint8)
    return bright


def _corner(digit: NDArray[np.uint8]) -> tuple[int, int]:
    """Row and column of the frame where the digit's upper left pixel goes."""
    height, width = digit.shape
    weights = digit.astype(np.float64)
    total = float(weights.sum())
    row = float(weights.sum(axis=1) @ np.arange(height)) / total
    column = float(weights.sum(axis=0) @ np.arange(width)) / total
    top = min(max(round(MIDDLE - row), 0), SIDE - height)
    left = min(max(round(MIDDLE - column), 0), SIDE - width)
    return top, left
