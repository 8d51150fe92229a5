"""How the engine's process is started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import netbuilder


def command() -> list[str]:
    """The command line of the engine's process; a packaged program starts itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--worker"]
    # -P: modules in the current folder, such as somebody's keras.py, must not be taken for the real ones.
    return [sys.executable, "-P", "-m", "netbuilder", "--worker"]


def environment() -> dict[str, str]:
    """The environment of the engine's process: this one's, with this very package first."""
    package = str(Path(netbuilder.__file__).parents[1])
    others = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": os.pathsep.join([package, others] if others else [package])}
