"""Whether there is room for the installation, before anything is downloaded."""

import os
import shutil
import sys
from pathlib import Path

MB = 1_000_000
# Measured on 64-bit Linux with Python 3.11: what pip fetches, and what the environment holds in the end.
DOWNLOAD = 780 * MB
INSTALLED = 2_750 * MB
# The tools for the tests and the old versions of Keras that exported files are opened with.
DOWNLOAD_FOR_TESTS = 30 * MB
INSTALLED_FOR_TESTS = 180 * MB


class NoRoom(Exception):
    """The sentence that says how much is needed and how much is free."""


def check(root: Path, *, with_tests: bool) -> str:
    """One sentence about what is fetched and what it takes. Raises NoRoom if the disk has no room for it."""
    download = DOWNLOAD + (DOWNLOAD_FOR_TESTS if with_tests else 0)
    installed = INSTALLED + (INSTALLED_FOR_TESTS if with_tests else 0)
    # Downloads lie in .venv until all are installed (see installation.py), and pip keeps copies in its cache.
    copies = 2 if _same_disk(root, cache_folder()) else 1
    needed = installed + copies * download
    free = shutil.disk_usage(root).free
    if free < needed:
        raise NoRoom(
            f"There is no room for netbuilder in {root}: installing takes {_gb(needed)}, and {_gb(free)} are free. "
            "Free some, or move the folder to a larger disk, and start again."
        )
    return (
        f"Installing netbuilder in {root}: up to {_gb(download)} are downloaded, {_gb(installed)} stay on the disk; "
        f"{_gb(free)} are free."
    )


def cache_folder() -> Path:
    """Where pip keeps copies of what it downloaded, or the nearest folder above it that exists."""
    chosen = os.environ.get("PIP_CACHE_DIR")
    if chosen:
        folder = Path(chosen)
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", Path.home()))
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Caches"
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
