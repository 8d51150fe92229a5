"""The curves of a run: its loss and metrics over the epochs."""

from netbuilder.ui.curves.points import CurveData
from netbuilder.ui.curves.view import Curves

__all__ = ["CurveData", "Curves"]
