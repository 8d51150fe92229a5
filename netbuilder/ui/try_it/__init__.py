"""Trying a network out by hand."""

from netbuilder.ui.try_it.columns import Column
from netbuilder.ui.try_it.view import TryIt

__all__ = ["Column", "TryIt"]
