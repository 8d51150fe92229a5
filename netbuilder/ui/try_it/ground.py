"""Colours of the plane: of classes, and of the answer at each of its points. Pure functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netbuilder.spec.facts import DataFacts
from netbuilder.ui.theme import Colours

SIDE = 80
"""Points along each side of the grid on which the network is asked."""

# Okabe and Ito's colours, which colour-blind people tell apart; the program's own blue and orange come first.
_MORE = ("#1F9D6B", "#CC79A7", "#E3B505", "#56B4E9", "#8B5E3C", "#7A6FF0", "#D6455D", "#6B7280")


def class_colours(colours: Colours) -> tuple[str, ...]:
    """A colour for each class; after ten they begin again."""
    return (colours.train, colours.validation, *_MORE)


def grid(low: tuple[float, float], high: tuple[float, float]) -> NDArray[np.float32]:
    """(6400, 2): the points on which the network is asked, row by row from the top left corner of the picture."""
    x = low[0] + (np.arange(SIDE) + 0.5) * ((high[0] - low[0]) / SIDE)
    y = high[1] - (np.arange(SIDE) + 0.5) * ((high[1] - low[1]) / SIDE)
    across, down = np.meshgrid(x, y)
    return np.stack([across.ravel(), down.ravel()], axis=1).astype(np.float32)


def painted(outputs: NDArray[np.float32], facts: DataFacts, colours: Colours) -> NDArray[np.uint8]:
    """(80, 80, 3): the answers on the grid as colours; the surer an answer, the stronger its colour."""
    values = np.nan_to_num(np.asarray(outputs, np.float64).reshape(SIDE * SIDE, -1))
    inks = np.array([_rgb(colour) for colour in class_colours(colours)])
    if facts.task == "numbers":
        shares = np.stack([1 - scaled(values[:, 0]), scaled(values[:, 0])], axis=1)
    elif values.shape[1] == 1:
        shares = np.concatenate([1 - values, values], axis=1).clip(0, 1)
    else:
        shares = values.clip(0, None)
        shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
    inks = inks[np.arange(shares.shape[1]) % len(inks)]
    least = 1 / shares.shape[1]
    sure = ((shares.max(axis=1, keepdims=True) - least) / (1 - least)).clip(0, 1) if shares.shape[1] > 1 else shares
    ground = np.array(_rgb(colours.surface))
    mixed = shares @ inks
    strength = 0.12 + 0.28 * sure
    rgb: NDArray[np.uint8] = np.rint(ground + strength * (mixed - ground)).clip(0, 255).astype(np.uint8)
    return rgb.reshape(SIDE, SIDE, 3)


def scaled(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Values from their lowest (0) to their highest (1)."""
    low, high = float(values.min()), float(values.max())
    return (np.asarray(values, np.float64) - low) / ((high - low) or 1.0)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
