"""The order of runs in the table. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from netbuilder.app.history import RunRecord
from netbuilder.ui.history.columns import COLUMNS


def ordered(runs: Sequence[RunRecord], column: int, *, descending: bool) -> list[RunRecord]:
    """The runs by a column, equal ones newest first; those that have nothing there stand last in both directions."""
    newest = sorted(runs, key=lambda run: run.began, reverse=True)
    keyed = [(COLUMNS[column].key(run), run) for run in newest]
    having = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=descending)
    return [run for _key, run in having] + [run for key, run in keyed if key is None]
