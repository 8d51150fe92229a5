"""Older versions of Keras beside the installed one: exported files must open in them too, and the tests try."""

from collections.abc import Sequence
from pathlib import Path

import installation

# The oldest Keras that a simple file promises to open in, one in the middle, and the one before ours.
VERSIONS = ("3.6.0", "3.10.0", "3.14.0")


def prepare(root: Path, python: Path, versions: Sequence[str] = VERSIONS) -> Path:
    """Install each version that is missing into `.venv/keras/<version>` and return `.venv/keras`.

    Only Keras itself: put its folder on PYTHONPATH and everything else comes from the environment.
    Raises installation.Failed.
    """
    folder = python.parent.parent / "keras"
    for version in versions:
        # Unpacked last, so it is there only when the rest is.
        if not (folder / version / f"keras-{version}.dist-info" / "RECORD").exists():
            print(f"Fetching Keras {version} for the tests of exported files.", flush=True)
            installation.install_beside(root, python, f"keras=={version}", folder / version)
    return folder
