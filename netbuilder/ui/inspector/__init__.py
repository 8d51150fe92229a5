"""The inspector: the form of what is chosen in the outline."""

from __future__ import annotations

from netbuilder.ui.inspector.inspector import Inspector as Inspector
