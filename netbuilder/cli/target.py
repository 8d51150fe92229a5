"""The project file that a training will write: nobody else's work, and in nobody else's hands."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from netbuilder import disk
from netbuilder.cli.sentences import BadInput
from netbuilder.disk import CannotWrite, Fingerprint
from netbuilder.files.contents import Contents
from netbuilder.files.holding import InUse, held
from netbuilder.files.project_file import SUFFIX, made_by, save
from netbuilder.words import _

PROJECT = f"project{SUFFIX}"
_MAKER = "netbuilder train"


@dataclass(frozen=True, slots=True)
class Target:
    """Where the project goes; ``known``: by what the file is known that was there before the training."""

    path: Path
    known: Fingerprint | None

    def save(self, contents: Contents) -> tuple[Path, str]:
        """Writes the project, the version before kept beside it; where that can't be, under another name in that folder.

        Returns the file that was written and, where it is another, a sentence that says why. Raises ``CannotWrite``.
        """
        try:
            save(self.path, contents, keep_previous=True, at_last=self._check, maker=_MAKER)
        except CannotWrite as problem:
            beside = self._beside()
            try:
                save(beside, contents, maker=_MAKER)
            except CannotWrite:
                raise problem from None
            return beside, _("{why} The trained project is “{path}”.").format(why=problem, path=beside)
        return self.path, ""

    def _check(self) -> None:
        found = disk.fingerprint(self.path)
        if found not in (None, self.known):
            message = _("“{path}” was changed by another program during the training, and is left as it is.")
            raise CannotWrite(message.format(path=self.path))

    def _beside(self) -> Path:
        names = (self.path.with_name(f"{self.path.stem}-{number}{SUFFIX}") for number in count(2))
        return next(path for path in names if disk.fingerprint(path) is None)


@contextlib.contextmanager
def held_target(folder: Path, given: Path | None) -> Iterator[Target]:
    """Holds the project file of that folder, so that no window opens it before it is written.

    ``given``: the project file that is trained, if it is one. Raises ``BadInput`` where that would be replaced, or any
    other file that no training wrote, or where another program holds it.
    """
    path = folder / PROJECT
    if given is not None and disk.is_same(path, given):
        message = _("“{path}” is the project that is to be trained: choose another folder with --out for the results.")
        raise BadInput(message.format(path=path))
    try:
        hold = held(path, disk.lock_folder(), "training")
    except InUse as problem:
        message = _("{why} Close it there, or choose another folder with --out.")
        raise BadInput(message.format(why=problem)) from problem
    with hold:
        known = disk.fingerprint(path)
        if known is not None and made_by(path) != _MAKER:
            message = _(
                "“{path}” was not written by a training on the command line, or was saved in a window since: "
                "choose another folder with --out, or move it away."
            )
            raise BadInput(message.format(path=path))
        yield Target(path, known)
