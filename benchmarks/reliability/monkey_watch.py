"""What must hold whatever a monkey does: nothing is raised, Qt does not complain, and all that is seen is the project."""

from __future__ import annotations

import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from netbuilder.spec.plain import NotAProject, project_from, to_plain
from netbuilder.ui.forms import Form
from netbuilder.ui.forms.choice import FlagEditor, OneOfEditor, SeveralEditor
from netbuilder.ui.forms.editor import Editor
from netbuilder.ui.forms.line import SizesEditor, TextEditor
from netbuilder.ui.forms.number import MaybeEditor, NumberEditor
from netbuilder.ui.inspector.data_pages import DataPage
from netbuilder.ui.inspector.layer_page import LayerPage
from netbuilder.ui.inspector.training_pages import EarlyStoppingPage, LossPage, OptimizerPage

if TYPE_CHECKING:
    from netbuilder.ui.window import Window

# Only the offscreen platform says these, about things a real screen can do.
# The second is the complaint of the monkey’s own mouse, where a window became smaller under it.
_HARMLESS = re.compile(
    r"This plugin does not support (propagateSizeHints|raise|grabbing the (keyboard|mouse))|occurs outside target window"
)


class Hooks:
    """Hears of whatever was raised where nobody catches it, and of every complaint of Qt; each is one text in ``heard``."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._known: list[BaseException] = []  # a hook may have been put over this one, and call it

    def listen(self) -> None:
        """Puts itself before the hooks that there are, which still are called."""
        raised, in_thread, unraisable = sys.excepthook, threading.excepthook, sys.unraisablehook

        def hear(kind: Any, problem: Any, trace: Any) -> None:
            self._note("raised", problem)
            raised(kind, problem, trace)

        def hear_thread(known: Any) -> None:
            self._note(f"raised in thread {known.thread.name if known.thread else '?'}", known.exc_value)
            in_thread(known)

        def hear_unraisable(known: Any) -> None:
            self._note(f"raised where nobody can catch it ({known.err_msg or known.object!r})", known.exc_value)
            unraisable(known)

        sys.excepthook, threading.excepthook, sys.unraisablehook = hear, hear_thread, hear_unraisable
        before: Callable[..., None] | None = None

        def hear_qt(severity: QtMsgType, context: QMessageLogContext, text: str) -> None:
            if severity not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not _HARMLESS.search(text):
                self.heard.append(f"Qt says: {text}")
            if before is not None:
                before(severity, context, text)

        before = qInstallMessageHandler(hear_qt)

    def _note(self, what: str, problem: BaseException | None) -> None:
        if problem is None or any(problem is one for one in self._known):
            return
        self._known.append(problem)
        self.heard.append(f"{what}: {''.join(traceback.format_exception(problem)).strip()}")


def wrong(window: Window) -> Iterator[str]:
    """What is wrong at a glance."""
    document = window.document
    if window.isWindowModified() != document.modified:
        yield f"the title says modified: {window.isWindowModified()}, and the project says {document.modified}"
    if window.windowTitle() != (expected := f"{window.filing.name}[*] – netbuilder"):
        yield f"the title is “{window.windowTitle()}”, not “{expected}”"
    asked = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    asked = [one for one in asked if one.isModal() and not isinstance(one.parentWidget(), QFileDialog)]
    if len(asked) > 1:
        yield f"{len(asked)} dialogs are open at once: {[(type(one).__name__, one.windowTitle()) for one in asked]}"


def wrong_inside(window: Window) -> Iterator[str]:
    """What is wrong when one looks closely: the project can be told, kept and taken back; its form shows it."""
    document = window.document
    spec = document.spec
    sentences = [problem.sentence for problem in document.outline.problems]
    if not all(sentences):
        yield "a problem has no sentence"
    try:
        if project_from(to_plain(spec)) != spec:
            yield "the project would be another one once it was saved"
    except NotAProject as problem:
        yield f"the project could not be opened again once it was saved: {problem}"
    yield from _not_shown(window)
    for back, forth, there_is in (("undo", "redo", "canUndo"), ("redo", "undo", "canRedo")):
        stack = document.undo_stack
        if getattr(stack, there_is)():
            getattr(stack, back)()
            getattr(stack, forth)()
            if document.spec != spec:
                yield f"{back} and {forth} together change the project"


def wrong_in_the_end(window: Window, first: object) -> Iterator[str]:
    """What is wrong when all that was done is taken back, and done again."""
    stack, last, place = window.document.undo_stack, window.document.spec, window.document.undo_stack.index()
    stack.setIndex(0)
    if window.document.spec != first:
        yield "with everything undone the project is not the first one"
    stack.setIndex(place)
    if window.document.spec != last:
        yield "with everything done again the project is not the last one"


def _not_shown(window: Window) -> Iterator[str]:
    for form, value in _forms(window):
        for field in form.fields:
            editor, wanted = form.editors[field.name], getattr(value, field.name)
            shown = _shown(editor, wanted)
            if shown != wanted:
                yield f"“{field.label}” shows {shown!r}, and the project has {wanted!r}"


def _forms(window: Window) -> Iterator[tuple[Form, Any]]:
    """The forms that are shown, each with what it must show."""
    spec, place = window.document.spec, window.outline.place
    page = window.inspector.page(place)
    training = spec.training
    match page:
        case LayerPage():
            yield page.form, spec.layers[spec.place_of(place)].layer
        case DataPage():
            yield page.split, spec.data.split
            if page.kind.form is not None:
                yield page.kind.form, spec.data.source
        case LossPage():
            yield page.metrics, training
            if page.kind.form is not None:
                yield page.kind.form, training.loss
        case OptimizerPage():
            yield page.run, training
            for kind, value in ((page.optimizer, training.optimizer), (page.schedule, training.schedule)):
                if kind.form is not None:
                    yield kind.form, value
        case EarlyStoppingPage():
            yield page.form, training.early_stopping
            yield page.goal, training.goal
        case _:
            pass


def _shown(editor: Editor, wanted: Any) -> Any:
    match editor:
        case NumberEditor():
            return editor.box.value
        case MaybeEditor():
            return editor.box.value if editor.check.isChecked() else None
        case OneOfEditor():
            return editor.box.currentData()
        case FlagEditor():
            return editor.check.isChecked()
        case SeveralEditor():
            return tuple(name for name in wanted if editor.checks[name].isChecked())
        case SizesEditor():
            return wanted if editor.line.hasFocus() else tuple(map(int, re.findall(r"\d+", editor.line.text())))
        case TextEditor():
            return wanted if editor.line.hasFocus() else editor.line.text()
        case _:
            return wanted
