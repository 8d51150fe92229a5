"""How a drawing becomes one example of the data, and which words say so. Pure functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.drawing import LONGEST, SIDE, prepare
from netbuilder.spec.facts import DataFacts
from netbuilder.ui.numbers import SPACE
from netbuilder.words import _

# Fainter ink is the rim of a stroke.
_RIM = 0.25


def example(ink: NDArray[np.uint8], facts: DataFacts) -> NDArray[np.uint8]:
    """The picture that the network gets, in the data's shape and range, from bright ink on black of any size.

    Digits and letters are cropped and centred as those of the data were: 28 × 28 as MNIST did it, other sizes as
    scikit-learn's digits, which fill the height. Other pictures keep their place on the pad.
    """
    height, width = facts.shape
    top = facts.value_range[1] / 255
    if not _characters(facts):
        grey: NDArray[np.floating] = averaged(ink, (height, width))
    elif (height, width) == (SIDE, SIDE):
        grey = prepare(ink).astype(np.float64)
    else:
        grey = _filling(ink, (height, width))
    picture: NDArray[np.uint8] = np.rint(grey * top).clip(0, 255).astype(np.uint8)
    return picture


def explanation(facts: DataFacts) -> str:
    """What ``example`` does, in one sentence."""
    height, width = facts.shape
    if not _characters(facts):
        words = _("What the network sees: the whole pad, shrunk to {height} × {width}")
    elif (height, width) == (SIDE, SIDE):
        words = _(
            "What the network sees: cropped, scaled to {longest} × {longest}, centred by mass in {height} × {width}"
        )
    else:
        words = _("What the network sees: cropped and scaled to fill {height} × {width}")
    return words.format(height=height, width=width, longest=LONGEST).replace(" × ", f"{SPACE}×{SPACE}")


def invitation(facts: DataFacts) -> str:
    """What an empty pad says."""
    if facts.classes and all(len(name) == 1 and name.isdigit() for name in facts.classes):
        return _("Draw a digit")
    return _("Draw a letter or digit") if _characters(facts) else _("Draw here")


def averaged(ink: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.float64]:
    """A picture of any size, each pixel of ``shape`` the mean of the area that it covers."""
    rows = _shares(ink.shape[0], shape[0])
    columns = _shares(ink.shape[1], shape[1])
    return rows @ ink.astype(np.float64) @ columns.T


def _filling(ink: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.float64]:
    """The ink cropped, and as large as the frame allows without changing its proportions, in the middle."""
    height, width = shape
    solid = ink >= max(1.0, _RIM * float(ink.max()))
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    if not rows.size:
        return np.zeros(shape)
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    # Pad the shorter side with paper until the proportions are the frame's, then average the whole.
    tall, wide = digit.shape
    full = (max(tall, -(-wide * height // width)), max(wide, -(-tall * width // height)))
    before = ((full[0] - tall) // 2, (full[1] - wide) // 2)
    after = (full[0] - tall - before[0], full[1] - wide - before[1])
    return averaged(np.pad(digit, ((before[0], after[0]), (before[1], after[1]))), shape)


def _shares(many: int, few: int) -> NDArray[np.float64]:
    """(few, many): how much each of many cells counts for each of few equal stretches of the same line."""
    edges = np.linspace(0, many, few + 1)
    cells = np.arange(many)
    covered = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    return covered.clip(0, None) * (few / many)


def _characters(facts: DataFacts) -> bool:
    return bool(facts.classes) and all(len(name) == 1 for name in facts.classes)
