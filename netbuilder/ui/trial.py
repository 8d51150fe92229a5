"""Between the views and the engine: previews of the data, and questions to the network that it can answer."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Slot

from netbuilder.app.document import Document
from netbuilder.app.pins import Pins
from netbuilder.app.previews import Previews
from netbuilder.app.training import Training
from netbuilder.app.trying import Trying
from netbuilder.data.preview import Preview
from netbuilder.data.shares import places
from netbuilder.disk import CannotWrite
from netbuilder.events import BatchesTrained, EpochEnded, Event, RunEnded, RunPaused
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import DataSpec, ProjectSpec
from netbuilder.ui.inspector import Inspector
from netbuilder.ui.run_words import network_state, same_task
from netbuilder.ui.try_it import TryIt
from netbuilder.ui.try_it.columns import Column
from netbuilder.ui.try_it.pace import Pace
from netbuilder.words import _

_LEARNT = 250  # ms from one look at what the network has learnt to the next: each takes some 15 from tiny epochs
_PAUSE = 300  # ms: while a number is still being typed, data need not be read for each of its digits


class Trial(QObject):
    """Keeps Try it, with the pins of the project, and the data preview at what the project and the network are."""

    def __init__(
        self,
        document: Document,
        training: Training,
        trying: Trying,
        previews: Previews,
        try_it: TryIt,
        inspector: Inspector,
    ) -> None:
        super().__init__(try_it)
        self._document = document
        self._training = training
        self._trying = trying
        self._previews = previews
        self._try_it = try_it
        self._inspector = inspector
        self._shown: object = None
        self._asked_data: DataSpec | None = None
        self._running_project: ProjectSpec | None = None
        self._pins_asked = False  # whether an answer is about the pins as they are shown
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE)
        self._later.timeout.connect(self.ask_for_preview)
        self._learnt = Pace(self, _LEARNT)
        self._learnt.due.connect(self._ask_again)
        self.pins = Pins(document, self)
        self.pins.changed.connect(try_it.show_pins)
        try_it.pinned.connect(self.pins.add)
        try_it.unpinned.connect(self.pins.remove)
        try_it.pins_asked.connect(self._ask_pins)
        trying.pins_answered.connect(self._show_pin_answers)
        inspector.places_chosen.connect(self._look_where_chosen)

    def show_project(self, before: ProjectSpec | None, project: ProjectSpec) -> None:
        """Follows an edit: other data are looked at soon, an edited network is said to be so."""
        if before is None or before.data != project.data:
            facts = self._document.facts
            if _kind(facts) != _kind_of(before):
                self._show_facts(facts, None)
                self._trying.forget()
            if before is None or type(before.data.source) is not type(project.data.source):
                self._inspector.show_preview(_("Reading the data …"))
            self._later.start()
        self.show_state()

    @Slot()
    def ask_for_preview(self) -> None:
        """Asks for a look at the data as they are now chosen."""
        self._later.stop()
        if self._document.spec.data != self._asked_data:
            self._asked_data = self._document.spec.data
            self._previews.ask(self._asked_data)

    @Slot(object, object)
    def show_preview(self, data: DataSpec, preview: Preview) -> None:
        """Shows the examples, and gives Try it their ranges."""
        if data == self._document.spec.data:
            self._inspector.show_preview(preview)
            self._show_facts(self._document.facts, preview)

    @Slot(object, str)
    def show_no_preview(self, data: DataSpec, sentence: str) -> None:
        """Says why the data can't be shown."""
        if data == self._document.spec.data:
            self._inspector.show_preview(sentence)

    @Slot(str)
    def look_again(self, sentence: str) -> None:
        """After a download: the data are there now."""
        if not sentence:
            self._asked_data = None
            self.ask_for_preview()

    @Slot(object)
    def ask(self, example: NDArray[Any]) -> None:
        """Asks the network, if there is one for such examples."""
        if self._usable():
            self._trying.ask(example)

    @Slot(object)
    def ask_field(self, points: NDArray[Any]) -> None:
        """Asks the network about many points."""
        if self._usable():
            self._trying.ask_field(points)

    @Slot(object)
    def begin(self, project: ProjectSpec) -> None:
        """A run began: its network is the one that answers, as soon as it has learnt something."""
        self._running_project = project
        self._forget_others()
        self.show_state()

    @Slot(object)
    def hear(self, event: Event) -> None:
        """The network has learnt: the latest questions have new answers."""
        match event:
            case BatchesTrained() | EpochEnded() | RunPaused() | RunEnded():
                self._learnt.ask()
            case _:
                pass

    @Slot()
    def end(self) -> None:
        """A run is over, or weights came from a file."""
        if not self._training.running:  # else the engine has made the network before once more, beside the run
            self._running_project = None
        self.show_state()
        self._forget_others()
        self._ask_again()

    @Slot()
    def show_state(self) -> None:
        """Says what is to know of the network before believing it."""
        running = self._training.running
        self._try_it.show_state(network_state(self._training.trained_project, self._document.spec, running=running))

    @Slot(object)
    def _look_where_chosen(self, paths: tuple[str, ...]) -> None:
        try:
            self._previews.agree(paths)
        except CannotWrite as problem:
            self._inspector.show_preview(str(problem))
            return
        if set(paths) & set(places(self._document.spec.data.source)):  # else they come with an edit that is about to be
            self.look_again("")

    def _forget_others(self) -> None:
        """Answers of a network of other data, or of one that learnt nothing, are nobody's."""
        if not self._usable():
            self._trying.forget()
            self._try_it.forget_answer()
            self._pins_asked = False

    def _ask_again(self) -> None:
        if self._usable():
            self._try_it.ask()

    @Slot(object)
    def _ask_pins(self, pictures: NDArray[Any]) -> None:
        self._pins_asked = self._usable()
        if self._pins_asked:
            self._trying.ask_pins(pictures)

    @Slot(object)
    def _show_pin_answers(self, outputs: NDArray[Any]) -> None:
        if self._pins_asked:
            self._try_it.show_pin_answers(outputs)

    def _usable(self) -> bool:
        answering = self._running_project if self._training.learning else self._training.trained_project
        return answering is not None and same_task(answering, self._document.spec)

    def _show_facts(self, facts: DataFacts, preview: Preview | None) -> None:
        columns = () if preview is None else tuple(_columns(preview))
        wanted = (_kind(facts), columns)
        if wanted != self._shown:
            self._shown = wanted
            self._try_it.show_facts(facts, columns)
        if preview is not None and facts.plane:
            self._try_it.show_examples(preview.rows, preview.row_targets)


def _kind(facts: DataFacts) -> object:
    """What a network sees of the data, without their counts."""
    return facts.shape, facts.classes, facts.targets, facts.features, facts.picture, facts.value_range


def _kind_of(project: ProjectSpec | None) -> object:
    return None if project is None else _kind(project.data.source.facts(project.data.split))


def _columns(preview: Preview) -> list[Column]:
    names = preview.features or tuple(f"x{number + 1}" for number in range(len(preview.lowest)))
    known = zip(names, preview.lowest, preview.highest, preview.mean, strict=False)
    return [Column(name, low, high, mean) for name, low, high, mean in known]
