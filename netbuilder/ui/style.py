"""The style sheet: what a palette cannot say, such as radii and paddings on an 8-pixel grid."""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

from netbuilder.disk import resource

if TYPE_CHECKING:
    from netbuilder.ui.theme import Colours


def style_sheet(theme: Colours) -> str:
    """The program's style sheet, ``resources/style.qss``, in a theme's colours."""
    check = "check-white" if theme.on_accent == "#FFFFFF" else "check-black"
    template = Template(resource("style.qss").read_text("utf-8"))
    return template.substitute(asdict(theme), icons=resource("icons").as_posix(), check=check)
