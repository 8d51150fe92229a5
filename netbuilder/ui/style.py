"""The style sheet: what a palette cannot say, such as radii and paddings on an 8-pixel grid."""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netbuilder.ui.theme import Colours


def style_sheet(theme: Colours) -> str:
    """The program's style sheet in a theme's colours."""
    return Template(_SHEET).substitute(asdict(theme))


_SHEET = """
QToolTip { color: $text; background: $surface; border: 1px solid $border; padding: 4px 6px; }
"""
