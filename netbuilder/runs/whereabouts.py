"""Where the project of a run is kept, if that changes while the run goes on."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from netbuilder.runs.database import connected, history_path, told


def note_file(uid: str, file: str, path: Path | None = None) -> None:
    """Notes that the run's project is in that file now; of a run that is not there, nothing. Raises ``CannotUseHistory``.

    ``path`` is that of the history; None: where the person's own is.
    """
    place = history_path() if path is None else path
    with told(place), closing(connected(place)) as database:
        database.execute("UPDATE run SET file = ? WHERE uid = ?", (file, uid))
