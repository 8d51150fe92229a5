"""The Runs view: every run that was made, to be found, compared, and taken up again."""

from netbuilder.ui.history.past_runs import PastRuns
from netbuilder.ui.history.view import HistoryView

__all__ = ["HistoryView", "PastRuns"]
