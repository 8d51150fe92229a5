"""Older versions of the project file, each made into the next by one small function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

VERSION = 1
"""The version that is written."""

Document = dict[str, Any]
"""The parsed ``project.json``, or ``trained/trained.json``, which are of the same version."""

MIGRATIONS: Mapping[int, Callable[[Document], Document]] = {}
"""From which version → the function that makes the next one. A migration stays for ever, as the files do."""


def migrated(
    document: Document,
    version: int,
    migrations: Mapping[int, Callable[[Document], Document]] = MIGRATIONS,
    newest: int = VERSION,
) -> Document:
    """The document as the newest version has it; ``version`` is from 1 to ``newest``."""
    for step in range(version, newest):
        document = migrations[step](document)
    return document
