"""Where things lie: what comes with the program, and the user's own folders."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from netbuilder.disk.looking import is_folder

_PROGRAM = "netbuilder"


def resource(name: str) -> Path:
    """The path of something that comes with the program, such as "data/pen-digits.npz", also when packaged.

    It may be absent; the caller says what that means.
    """
    return _resources() / name


@cache
def _resources() -> Path:
    package = Path(__file__).parents[1]
    frozen = getattr(sys, "_MEIPASS", None)  # where PyInstaller unpacked the program
    places = [Path(frozen) / "netbuilder" / "resources", Path(frozen) / "resources"] if frozen else []
    places += [package / "resources", package.parent / "resources"]
    return next((place for place in places if is_folder(place)), places[-1])


def cache_folder() -> Path:
    """Where downloads are kept; it may not exist yet. Losing it costs no more than downloading again."""
    from platformdirs import user_cache_path

    return user_cache_path(_PROGRAM, appauthor=False)


def settings_folder() -> Path:
    """Where preferences are kept; it may not exist yet."""
    from platformdirs import user_config_path

    return user_config_path(_PROGRAM, appauthor=False)


def data_folder() -> Path:
    """Where work is kept that must not be lost, such as recovery files; it may not exist yet."""
    from platformdirs import user_data_path

    return user_data_path(_PROGRAM, appauthor=False)


def lock_folder() -> Path:
    """Where files that are open or will be written are held against other programs; it may not exist yet."""
    return data_folder() / "locks"


def log_folder() -> Path:
    """Where the program notes what went wrong; it may not exist yet. Losing it costs nobody any work."""
    from platformdirs import user_log_path

    return user_log_path(_PROGRAM, appauthor=False)
