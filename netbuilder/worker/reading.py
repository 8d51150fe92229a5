"""The data that the engine's process has read last: read anew when another is asked for, or when the files are others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from netbuilder.data.examples import Cancelled, Examples, Readable, Tell
from netbuilder.data.origins import DataFile, data_files, seen
from netbuilder.runs.fingerprint import fingerprint

Reader = Callable[[Any], "Read"]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Examples, by what they are known again, and the files that they came from."""

    examples: Examples
    fingerprint: str
    files: tuple[DataFile, ...]


class Reading:
    """Reads one source at a time and keeps it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: Any = None
        self._last: Read | None = None

    def read(self, source: Readable, tell: Tell, cancelled: Cancelled) -> Read:
        """The source's examples. Raises ``CannotRead`` and ``Stopped``."""
        with self._lock:
            key = source, seen(source)
            if self._last is None or self._key != key:
                self._key = None  # a failure leaves nothing that would be taken for it
                examples = source.read(tell, cancelled)
                self._last = Read(examples, fingerprint(examples), data_files(source))
                self._key = key
            return self._last
