"""Projects on disk and to begin with, from the window's side: the trained network goes in and out with its project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from netbuilder.app.training import Training
from netbuilder.files.contents import Contents, Stored
from netbuilder.files.project_file import open_project, save
from netbuilder.files.templates import Template, templates
from netbuilder.spec.project import ProjectSpec


class Projects:
    """Opens and saves project files for one window. What it raises says in a sentence what went wrong."""

    def __init__(self, training: Training) -> None:
        self._training = training

    def open(self, path: Path) -> ProjectSpec:
        """The project of a file; its trained network becomes the current one. Raises ``CannotOpen``."""
        contents = open_project(path)
        stored = contents.trained
        self._training.restore(
            None
            if stored is None
            else {
                "project": stored.project,
                "scaling": stored.scaling,
                "weights": stored.weights,
                "examples": stored.examples,
            }
        )
        return contents.project

    def save(self, path: Path, project: ProjectSpec) -> None:
        """Writes the project, with the current network if there is one. Raises ``disk.CannotWrite``."""
        stored = self._training.stored
        save(path, Contents(project, None if stored is None else Stored(**stored)))

    def templates(self) -> Sequence[Template]:
        """Projects to begin with, the default one first."""
        return templates()
