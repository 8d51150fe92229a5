"""Folders for a program that is measured, so that it finds and leaves nothing in those of whoever measures."""

from __future__ import annotations

NAMES = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


def in_place_of_a_persons(folder: str) -> dict[str, str]:
    """The environment that keeps a program's preferences, history and recovery files in ``folder``."""
    return dict.fromkeys(NAMES, folder)
