"""What is told of a run whose numbers grew beyond all bounds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netbuilder.words import _


def at_batch(epoch: int, done: int, losses: NDArray[np.float32]) -> str:
    """Where the first of these losses is that is no number; ``done`` batches of the epoch were trained before them."""
    batch = done + int(np.argmin(np.isfinite(losses))) + 1
    return _("at batch {batch:,} of epoch {epoch}").format(batch=batch, epoch=epoch)


def at_the_end(epoch: int) -> str:
    """Where the metrics of an epoch are no numbers."""
    return _("at the end of epoch {epoch}").format(epoch=epoch)


def in_weights(epoch: int, layer: str) -> str:
    """Where the weights are none."""
    return _("in epoch {epoch}, in the weights of “{layer}”").format(epoch=epoch, layer=layer)


def sentence(place: str, rate: float, *, falls_back: bool) -> str:
    """What happened there, and which learning rate to try; ``falls_back``: on weights that were good before."""
    kept = _("The numbers grew beyond all bounds {place}; the last good weights are kept.")
    words = kept if falls_back else _("The numbers grew beyond all bounds {place}.")
    return f"{words.format(place=place)} {_('Try a learning rate of {rate:g}.').format(rate=rate)}"
