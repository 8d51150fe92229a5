"""What the next run will cost, asked for when nobody edits, and said before Train is pressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder.app.document import Document
from netbuilder.app.engine import EngineLink
from netbuilder.app.pricing import Pricing
from netbuilder.app.training import Training
from netbuilder.spec.project import DataSpec, ProjectSpec, same_apart_from_title
from netbuilder.ui.inspector.training_pages import Device
from netbuilder.ui.numbers import SPACE, duration
from netbuilder.words import _, plural

_PAUSE = 700  # ms after the last edit: while somebody types, a measurement would be made for each digit


class Price(Protocol):
    """What a run will cost on a device: seconds an epoch, and of them all."""

    @property
    def device(self) -> Device: ...
    @property
    def epoch(self) -> float: ...
    @property
    def epochs(self) -> int: ...
    @property
    def seconds(self) -> float: ...


class PriceView(QObject):
    """Knows the price of the project as it is now, or nothing: never that of an earlier one."""

    changed = Signal()

    def __init__(
        self, document: Document, training: Training, engine: EngineLink, pricing: Pricing, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._training = training
        self._engine = engine
        self._pricing = pricing
        self._unreadable: DataSpec | None = None
        self._settled: ProjectSpec | None = None
        self._asked: ProjectSpec | None = None
        self._unknown: ProjectSpec | None = None
        self.sentence = ""
        self.details = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE)
        self._later.timeout.connect(self._ask)
        pricing.told.connect(self.show_price)

    @Slot()
    def look_again(self) -> None:
        """Something changed that a price depends on: what was known is forgotten, and asked for anew a little later."""
        self.forget()
        if self._may_ask():
            self._later.start()

    @Slot()
    def forget(self) -> None:
        """Forgets the price; what is being measured is no longer waited for."""
        self._later.stop()
        self._asked = None
        self._pricing.forget()
        self._say("", "")

    def settle(self, project: ProjectSpec | None) -> None:
        """How a run of this project ended is said in place of a price; None: no run is spoken of any more."""
        self._settled = project
        self.look_again()

    @Slot(object, str)
    def note_unreadable(self, data: DataSpec, _sentence: str = "") -> None:
        """The data can't be read: there is nothing to measure with."""
        self._unreadable = data
        self.look_again()

    @Slot()
    def note_readable(self) -> None:
        """The data may be there now."""
        self._unreadable = None
        self.look_again()

    @Slot()
    def note_death(self) -> None:
        """The engine's process has died: if a measurement was what it died of, the next one would die of it too."""
        if self._asked is not None:
            self._unknown = self._asked

    @Slot(object, object)
    def show_price(self, project: ProjectSpec, prices: Sequence[Price]) -> None:
        """Says what was measured, if it still is the project's price. What could not be measured is not tried again."""
        self._asked = None
        self._unknown = None if prices else project
        if prices and project == self._document.spec and not self._training.running:
            self._say(price_sentence(project, prices[0]), "\n".join(price_line(price) for price in prices))

    def _may_ask(self) -> bool:
        return (
            self._engine.is_ready
            and not self._training.running
            and not self._document.outline.blocking
            and self._document.spec.data != self._unreadable
            and self._document.spec != self._unknown
            and not same_apart_from_title(self._settled, self._document.spec)
        )

    @Slot()
    def _ask(self) -> None:
        if self._may_ask():
            self._asked = self._document.spec
            self._pricing.ask(self._asked)

    def _say(self, sentence: str, details: str) -> None:
        if (sentence, details) != (self.sentence, self.details):
            self.sentence, self.details = sentence, details
            self.changed.emit()


def price_sentence(project: ProjectSpec, price: Price) -> str:
    """Such as "At most about 3 s for 12 epochs on CPU · 2 cores"; "at most" where the run may end earlier by itself."""
    training = project.training
    seconds, limit = price.seconds, training.goal.minutes
    if limit is not None:
        seconds = min(seconds, 60 * limit)
    early = training.early_stopping.on or training.goal.value is not None or limit is not None
    words = _("At most about {time} for {epochs} on {device}") if early else _("About {time} for {epochs} on {device}")
    epochs = plural("{count} epoch", "{count} epochs", price.epochs).replace(" ", SPACE)
    # The label is not torn at its own dot where the sentence is broken into two lines.
    device = price.device.label.replace(" ", SPACE)
    return words.format(time=_time(seconds), epochs=epochs, device=device)


def price_line(price: Price) -> str:
    """Such as "CPU · 2 cores: about 3 s, 0.2 s an epoch"."""
    words = _("{device}: about {time}, {epoch} an epoch")
    return words.format(device=price.device.label, time=_time(price.seconds), epoch=_time(price.epoch))


def _time(seconds: float) -> str:
    return duration(seconds) if seconds >= 0.05 else _("less than {time}").format(time=duration(0.1))
