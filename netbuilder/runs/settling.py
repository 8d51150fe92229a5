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
        with contextlib.closing(sqlite3.connect(self._history, isolation_level=None)) as connection:
            while not self._stopped.wait(_APART):
                # The next write meets the same fault and tells of it; this thread has nobody to tell.
                with contextlib.suppress(OSError, sqlite3.Error):
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                    self._file.settle()
