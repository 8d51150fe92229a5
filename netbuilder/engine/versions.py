"""Versions of what computes: part of what makes a run the same run."""

from __future__ import annotations

import platform
from importlib.metadata import version

from netbuilder import __version__


def versions() -> dict[str, str]:
    """Name → version of netbuilder, Python and the libraries that decide a run's numbers."""
    libraries = {"Keras": "keras", "TensorFlow": "tensorflow", "NumPy": "numpy"}
    return {
        "netbuilder": __version__,
        "Python": platform.python_version(),
        **{name: version(package) for name, package in libraries.items()},
    }
