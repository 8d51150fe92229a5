"""The columns of the table: what stands in each, and what it is sorted by. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from netbuilder.app.history import RunRecord
from netbuilder.ui import numbers
from netbuilder.ui.history import words
from netbuilder.words import _

Says = Callable[[RunRecord], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Runs without a ``key`` (None) stand last, however it is sorted."""

    title: str
    width: int  # pixels at first
    text: Says
    key: Callable[[RunRecord], Any]  # what can be compared with that of other runs
    tip: Says
    figures: bool = False  # written at the right


COLUMNS = (
    Column(_("Run"), 168, words.name_of, lambda run: words.name_of(run).casefold(), words.name_of),
    Column(_("Best value"), 96, words.best_of, words.best_key, words.best_explained, figures=True),
    Column(
        _("Began"),
        132,
        lambda run: words.when(run.began),
        lambda run: run.began,
        lambda run: words.exactly_when(run.began),
    ),
    Column(_("State"), 120, words.state_of, lambda run: (run.state, words.state_of(run)), words.state_explained),
    Column(_("Epochs"), 74, words.epochs_of, lambda run: run.epochs, words.epochs_of, figures=True),
    Column(
        _("Time"),
        82,
        lambda run: numbers.duration(run.seconds),
        lambda run: run.seconds,
        lambda run: _("{time} of training, without pauses").format(time=numbers.duration(run.seconds)),
        figures=True,
    ),
    Column(
        _("What was trained"), 280, lambda run: run.summary, lambda run: run.summary.casefold(), lambda run: run.summary
    ),
    Column(_("Device"), 120, lambda run: run.device, lambda run: run.device or None, lambda run: run.device),
    Column(_("Seed"), 76, lambda run: str(run.seed), lambda run: run.seed, lambda run: str(run.seed), figures=True),
    Column(_("Begun in"), 100, words.origin_of, words.origin_of, words.origin_of),
    Column(
        _("Note"),
        220,
        lambda run: " ".join(run.note.split()),
        lambda run: run.note.casefold() or None,
        lambda run: run.note,
    ),
)

NAME = 0
"""The column that can be edited, and that holds the ticks."""

STATE = 3
"""The column that has colours."""

BEGAN = 2
"""The column that is sorted by at first: the newest run above."""


def searched(run: RunRecord) -> str:
    """What the filter looks through."""
    return f"{words.name_of(run)}\n{run.title}\n{run.summary}\n{run.note}\n{run.device}"
