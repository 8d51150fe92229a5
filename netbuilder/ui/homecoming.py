"""Which project becomes the open one when an interrupted run goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from netbuilder import disk
from netbuilder.app.document import Document
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.filing import Filing
from netbuilder.words import _


class Homecoming:
    """Brings a run to the file that holds its project, or else to a project that no file holds."""

    def __init__(self, document: Document, filing: Filing) -> None:
        self._document, self._filing = document, filing

    def bring(
        self, project: ProjectSpec, file: str | None, step: str, may_stay: Callable[[], bool] = lambda: True
    ) -> str | None:
        """Makes ``project``, that of a run, the open one; ``file`` is the path of its file when it was trained.

        Returns what the person has to be told about that, or ""; None where they keep what is open. ``step`` names the
        edit where the open project, which no file holds, gets the settings. ``may_stay``: whether the open project may
        get the run's network.
        """
        document, path = self._document, None if file is None else Path(file)
        settings = replace(project, title=document.spec.title)
        is_here = path is not None and document.path is not None and _are_same(path, document.path)
        if settings == document.spec and (path is None or is_here):
            return "" if may_stay() else None
        why = "" if path is None else self._filing.hindrance(path, project)
        if is_here and not why:  # it was edited since, and those edits stay
            return "" if may_stay() else None
        if path is not None and not why:
            answer = self._filing.begin_in(path, project)
            if not answer:
                return answer
            why = answer
        if settings != document.spec and document.path is not None:
            begun = self._filing.begin_with(project)  # saving it would put another network into the file that is open
        elif begun := may_stay():
            document.edit(step, settings)
        return _told(why) if begun else None


def _told(why: str) -> str:
    return why and f"{why} {_('The run goes on without that file: save the project elsewhere to keep what it learns.')}"


def _are_same(one: Path, other: Path) -> bool:
    return one == other or disk.real(one) == disk.real(other)
