"""By which files a project's data are known again: read once, and not again as long as they look the same."""

from __future__ import annotations

from netbuilder.data.origins import DataFile, data_files, from_files, seen
from netbuilder.spec.sources import Source


class DataReference:
    """What project files say of the files that their data come from. May be asked in any thread."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], DataFile] = {}
        self._kept: tuple[Source | None, tuple[DataFile, ...]] = (None, ())

    def learn(self, source: Source, files: tuple[DataFile, ...]) -> None:
        """Takes note of what the file of the open project says since it was opened or saved."""
        self._kept = (source, files)
        self._note(files)

    def forget(self) -> None:
        """Takes note that no file holds the open project."""
        self._kept = (None, ())

    def kept(self, source: Source) -> tuple[DataFile, ...]:
        """What the file of the open project says of that source's files; nothing if it is about another source."""
        about, files = self._kept
        return files if source == about else ()

    def of(self, source: Source) -> tuple[DataFile, ...]:
        """The files of a source as they are now; what was known of them last where they are not there at present."""
        if not from_files(source):
            return ()
        now = seen(source)
        if not now or any(fingerprint is None for _path, fingerprint in now):
            return self.kept(source)
        keys = [(str(path), found.size, found.modified) for path, found in now if found is not None]
        if not all(key in self._known for key in keys):
            self._note(data_files(source))
        return tuple(self._known[key] for key in keys if key in self._known)

    def _note(self, files: tuple[DataFile, ...]) -> None:
        self._known |= {(one.path, one.size, one.modified): one for one in files}
