"""Older versions of Keras beside the installed one: exported files must open in them too, and the tests try."""

from collections.abc import Sequence
from pathlib import Path

import installation
from turns import one_at_a_time

# The oldest Keras that a simple file promises to open in, one in the middle, and the one before ours.
VERSIONS = ("3.6.0", "3.10.0", "3.14.0")


def prepare(root: Path, python: Path, versions: Sequence[str] = VERSIONS) -> Path:
    """Install each version that is missing into `.venv/keras/<version>` and return `.venv/keras`.

    Only Keras itself: put its folder on PYTHONPATH and everything else comes from the environment.
    Raises installation.Failed.
    """
    folder = python.parent.parent / "keras"
    if not all(_is_there(folder, version) for version in versions):
        with one_at_a_time(root / ".venv.lock"):
            for version in versions:
                if not _is_there(folder, version):
                    print(f"Fetching Keras {version} for the tests of exported files.", flush=True)
                    installation.install_beside(root, python, f"keras=={version}", folder / version)
    return folder


def _is_there(folder: Path, version: str) -> bool:
    # pip moves these two into place as a whole, in no certain order.
    return all((folder / version / name).exists() for name in ("keras", f"keras-{version}.dist-info"))
