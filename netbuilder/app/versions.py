"""Of what the program is made."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from netbuilder.words import _

_PACKAGES = ("tensorflow", "keras", "numpy", "PySide6-Essentials", "pyqtgraph", "scikit-learn")


def versions() -> dict[str, str]:
    """Packages and their versions, read without importing them: TensorFlow alone would take seconds."""
    found = {"Python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = _("not installed")
    return found
