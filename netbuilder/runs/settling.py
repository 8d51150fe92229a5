"""Sees to it that a power failure costs little: what was written reaches the disk every few seconds."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

from netbuilder.runs.checkpoint_file import CheckpointFile

_APART = 5.0
"""Seconds between two times. A disk takes some 3 to 30 ms, for which no training shall wait."""


class Settling:
    """A thread beside a training, until it is stopped."""

    def __init__(self, history: Path, file: CheckpointFile) -> None:
        self._history, self._file = history, file
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="settling", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread, and waits for it."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        # The next write meets the same fault and tells of it; this thread has nobody to tell.
        while not self._stopped.wait(_APART):
            with contextlib.suppress(OSError, sqlite3.Error), contextlib.closing(self._connected()) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            with contextlib.suppress(OSError):
                self._file.settle()

    def _connected(self) -> sqlite3.Connection:
        """Anew each time, since the history may be another by now; where there is none, none is made."""
        return sqlite3.connect(f"{self._history.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
