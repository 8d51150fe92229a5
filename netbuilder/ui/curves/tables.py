"""The values of a run as CSV text, to be opened in a spreadsheet or with NumPy. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netbuilder.ui.curves.points import CurveData

_ROWS_AT_ONCE = 50_000


def epoch_table(data: CurveData) -> Iterator[str]:
    """A header, then a line for each epoch: its number, learning rate and every metric; empty where there is none."""
    names = data.columns
    yield ",".join(("epoch", "learning_rate", *names)) + "\n"
    columns = [data.learning_rates, *(data.values(name) for name in names)]
    for row, epoch in enumerate(data.epochs.tolist()):
        yield ",".join((str(epoch), *(_cell(float(column[row])) for column in columns))) + "\n"


def batch_table(data: CurveData) -> Iterator[str]:
    """A header, then a line for each batch: epoch and batch (both from 1) and its loss; in pieces of many lines."""
    yield "epoch,batch,loss\n"
    # float32's own shortest text: 0.1, not 0.10000000149011612.
    losses = data.losses
    for start in range(0, losses.size, _ROWS_AT_ONCE):
        piece = losses[start : start + _ROWS_AT_ONCE]
        first_epoch, first_step = data.step_of(start)
        counted = np.arange(piece.size) + first_step - 1
        epochs = (first_epoch + more for more in (counted // data.steps).tolist())
        steps = (counted % data.steps + 1).tolist()
        texts = piece.astype(str).tolist()
        yield "".join(f"{epoch},{step},{text}\n" for epoch, step, text in zip(epochs, steps, texts, strict=True))


def _cell(number: float) -> str:
    return "" if np.isnan(number) else repr(number)
