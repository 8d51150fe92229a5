"""The open project: one value that changes by edits, each of which can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from typing_extensions import override

from netbuilder.disk.memory import memory
from netbuilder.files.contents import Attached
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.outline import Outline, outline
from netbuilder.spec.project import ProjectSpec


class Document(QObject):
    """Holds the current project and the way back to every earlier one.

    Views connect to ``changed(before, after)`` and update what differs between the two values.
    """

    changed = Signal(object, object)
    replaced = Signal(object)  # another project is the open one: its ProjectSpec
    belongings_changed = Signal()  # its network is another, or what else belongs to it
    cleanness_changed = Signal(bool)  # whether it is modified now
    path_changed = Signal(object)  # Path, or None for a project that was never saved

    def __init__(self, spec: ProjectSpec, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._saved: ProjectSpec | None = spec  # None: nothing that is saved is like it
        self._path = path
        self._attached = self._saved_attached = Attached()
        self._network: object = None
        self._saved_network: object = None
        self._was_modified = False
        self._is_followed = False
        self.undo_stack = QUndoStack(self)

    @property
    def spec(self) -> ProjectSpec:
        return self._spec

    @property
    def facts(self) -> DataFacts:
        """What is known of the project's data, with its split."""
        return self._spec.data.source.facts(self._spec.data.split)

    @property
    def outline(self) -> Outline:
        """Shapes, sizes and problems of the project as it is now; computed anew each time, never stale."""
        return outline(self._spec, self.facts, memory())

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def attached(self) -> Attached:
        """What belongs to the project beside its settings and its network."""
        return self._attached

    @property
    def network(self) -> object:
        """What stands for the trained network; None: there is none."""
        return self._network

    @property
    def modified(self) -> bool:
        """Whether project, network or what else belongs to it differ from what was saved.

        They are comparisons of values, so undo can make it false.
        """
        unsaved_network = self._network is not None and self._network is not self._saved_network
        return self._spec != self._saved or unsaved_network or self._attached != self._saved_attached

    def edit(self, text: str, new_spec: ProjectSpec, merge_key: str = "", *, attached: Attached | None = None) -> None:
        """Makes ``new_spec`` the project, as one step named ``text`` ("delete Dense 64"); ``attached`` belongs to it then.

        Directly successive edits with the same ``merge_key`` are one step, as when a value is dragged along; a step
        that led back to where it began is no step. An edit that changes nothing is ignored, and so is what a view tells
        while it follows a change: half a word, as its field is taken away. Within a step, it would end the program.
        """
        if self._is_followed:
            return
        before = _State(self._spec, self._attached)
        after = _State(new_spec, self._attached if attached is None else attached)
        if after != before:
            self.undo_stack.push(_Step(self, before, after, text, merge_key))

    def replace(self, spec: ProjectSpec, path: Path | None, *, unsaved: bool = False) -> None:
        """Makes another project the open one, as after Open (with its path) or New (without): no way back.

        ``unsaved``: it is not what the file holds, as after a crash.
        """
        self.undo_stack.clear()
        self._saved, self._saved_network = None if unsaved else spec, self._network
        self._attached = self._saved_attached = Attached()
        self._set_path(path)
        with self._followed():
            self._put(spec)
            self.replaced.emit(spec)

    def saved(self, spec: ProjectSpec, path: Path) -> None:
        """Remembers that the file now holds ``spec``, the network and what else belongs to it.

        Edits since then still count as unsaved.
        """
        self._saved, self._saved_network, self._saved_attached = spec, self._network, self._attached
        self._set_path(path)
        self._tell_cleanness()

    def attach(self, attached: Attached, *, saved: bool = False) -> None:
        """Makes that belong to the project; ``saved``: its file holds it already."""
        self._attached = attached
        if saved:
            self._saved_attached = attached
        self.belongings_changed.emit()
        self._tell_cleanness()

    def hold_network(self, network: object) -> None:
        """Takes note of the trained network (whatever stands for it, None: there is none), which is saved with it."""
        if network is not self._network:
            self._network = network
            self.belongings_changed.emit()
        self._tell_cleanness()

    def put(self, state: _State) -> None:
        """Makes that the project without a step: for steps that are done or taken back."""
        with self._followed():
            if state.attached != self._attached:
                self._attached = state.attached
                self.belongings_changed.emit()
            self._put(state.spec)

    @contextmanager
    def _followed(self) -> Iterator[None]:
        before, self._is_followed = self._is_followed, True
        try:
            yield
        finally:
            self._is_followed = before

    def _put(self, spec: ProjectSpec) -> None:
        before, self._spec = self._spec, spec
        if before != spec:
            self.changed.emit(before, spec)
        self._tell_cleanness()

    def _set_path(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit(path)

    def _tell_cleanness(self) -> None:
        if self.modified != self._was_modified:
            self._was_modified = self.modified
            self.cleanness_changed.emit(self._was_modified)


@dataclass(frozen=True, slots=True)
class _State:
    """All that can be edited, and edits taken back."""

    spec: ProjectSpec
    attached: Attached


class _Step(QUndoCommand):
    """The program's only undo command: the state before and the state after."""

    def __init__(self, document: Document, before: _State, after: _State, text: str, merge_key: str) -> None:
        super().__init__(text)
        self._document = document
        self.before = before
        self.after = after
        self.merge_key = merge_key

    @override
    def id(self) -> int:
        return 1 if self.merge_key else -1

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step) or other.merge_key != self.merge_key:
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)
        return True

    @override
    def undo(self) -> None:
        self._document.put(self.before)

    @override
    def redo(self) -> None:
        self._document.put(self.after)
