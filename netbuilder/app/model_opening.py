"""A model file that the engine is reading: which, for how long, and what is said if it comes to nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder.words import _

_LONGEST = 60_000  # ms; a model of 300 MB takes some 5 s


class ModelOpening(QObject):
    """At most one at a time."""

    late = Signal(str)  # nothing genuine takes so long: the engine is busy with it for ever; a sentence

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._name = ""
        self._clock = QTimer(self, interval=_LONGEST, singleShot=True)
        self._clock.timeout.connect(self._tell)

    @property
    def name(self) -> str:
        """The name of the file; empty: none is being read."""
        return self._name

    def begin(self, path: Path) -> None:
        """The engine has been asked to read that file."""
        self._name = path.name
        self._clock.start()

    def end(self, *, died: bool = False) -> str:
        """It is read, or not wanted any more. What is to be said if the engine ``died`` of it, or ""."""
        name, self._name = self._name, ""
        self._clock.stop()
        if not name or not died:
            return ""
        sentence = _("“{name}” could not be opened: the engine ended while it was read, and was started again.")
        return sentence.format(name=name)

    def give_way(self) -> str:
        """A run has come in between. What is to be said of that."""
        sentence = _("“{name}” is not opened, since a run has begun: open it again when that is over.")
        sentence = sentence.format(name=self._name)
        self.end()
        return sentence

    @Slot()
    def _tell(self) -> None:
        sentence = _("“{name}” could not be read within a minute, so the engine was started again: it is damaged.")
        sentence = sentence.format(name=self._name)
        self.end()
        self.late.emit(sentence)
