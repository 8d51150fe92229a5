"""Older versions of the project file, each made into the next by one small function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

VERSION = 3
"""The version that is written."""

Document = dict[str, Any]
"""The parsed ``project.json`` (the one with a "format"), or ``trained/trained.json``, which are of the same version."""


def _with_all_that_belongs_to_it(document: Document) -> Document:
    """1 → 2: a project has notes, drawings and the files of its data; a network its checkpoint and its run."""
    if "format" in document:
        return {**document, "notes": "", "drawings": [], "data_files": []}
    return {**document, "checkpoint": None, "history": None}


def _without_part_of_an_epoch(document: Document) -> Document:
    """2 → 3: a training may have been stopped within an epoch; the last files of version 2 could hold that, too."""
    checkpoint = document.get("checkpoint")
    if not isinstance(checkpoint, dict) or not isinstance(checkpoint.get("arrays"), list) or "part_steps" in checkpoint:
        return document
    return {**document, "checkpoint": {**checkpoint, "part_steps": 0, "arrays": [*checkpoint["arrays"], 0]}}


MIGRATIONS: Mapping[int, Callable[[Document], Document]] = {
    1: _with_all_that_belongs_to_it,
    2: _without_part_of_an_epoch,
}
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
