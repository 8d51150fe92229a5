"""The outline: the pipeline from data to training as a column of cards."""

from __future__ import annotations

from netbuilder.ui.outline.panel import OutlinePanel as OutlinePanel
