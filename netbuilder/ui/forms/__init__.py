"""Forms: what a declaration says may be set, as something to fill in."""

from __future__ import annotations

from netbuilder.ui.forms import choice, line, number  # noqa: F401 - register the editors
from netbuilder.ui.forms.form import Form as Form
