"""The window: what its parts ask of one another."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QDialog, QLabel, QWidget

from netbuilder.app.preferences import Preferences
from netbuilder.events import BatchesTrained, RunEnded, RunFailed, RunPaused, RunPrepared
from netbuilder.export import exporter
from netbuilder.spec import edits
from netbuilder.spec.sources import source
from netbuilder.ui import about, filing, options, questions
from netbuilder.ui import window as window_module
from netbuilder.ui.docks import arrange
from netbuilder.ui.filing import dropped_project

PREPARED = RunPrepared("CPU", True, 12, 40, 1150, 288, 4810, False)
ENDED = RunEnded("all_epochs", 12, None, False, 3.0, {"accuracy": 0.9})


@pytest.fixture
def shown(qtbot, window):
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    return window


def block(window) -> None:
    """Leaves the project with something that must be mended first."""
    edit = edits.change_split(window.document.spec, replace(window.document.spec.data.split, validation=1e6), "split")
    window.document.edit(edit.text, edit.project)
    assert window.document.outline.blocking


def test_everything_that_takes_the_focus_has_a_name(shown) -> None:
    for place in ("data", "input", "dense_2", "loss", "optimizer", "early_stopping"):
        shown.outline.look_at(place)
    block(shown)
    shown.messages.show_message("Sentence.", "Details.")
    ours = [shown.outline, shown.inspector, shown.toolbar, shown.status, shown.messages]
    ours += [dock.title for dock in (shown.outline_dock, shown.inspector_dock, shown.try_dock)]
    nameless = [
        widget
        for part in ours
        for widget in part.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton | QLabel) and widget.text())
        and not widget.objectName().startswith("qt_")
        and widget.focusProxy() is None
        and not widget.parentWidget().inherits("QComboBoxPrivateContainer")  # read as part of its combo box
    ]
    assert nameless == []


def test_the_engine_starts_after_the_window_is_seen(qtbot, window) -> None:
    assert window.engine.starts == 0
    window.show()
    qtbot.waitUntil(lambda: window.engine.starts == 1)
    qtbot.waitUntil(lambda: window.previews.asked == [window.document.spec.data])
    window.hide()
    window.show()
    assert window.engine.starts == 1


def test_train_becomes_stop_and_train_again(qtbot, shown) -> None:
    shown.actions_.train.trigger()
    assert shown.training.running
    assert not shown.actions_.train.isEnabled()
    assert shown.actions_.stop.isEnabled()
    shown.training.told.emit(PREPARED)
    shown.training.told.emit(BatchesTrained(1, 0, np.ones(10, np.float32), {}, 1e5, 3.0))
    qtbot.waitUntil(lambda: "Epoch 1 of 12" in shown.toolbar.says.toolTip())
    shown.actions_.stop.trigger()
    assert shown.training.stops == 1
    shown.training.told.emit(ENDED)
    shown.training.finish(shown.document.spec)
    assert shown.actions_.train.isEnabled()
    assert "Trained 12 epochs" in shown.toolbar.says.toolTip()


def test_the_toolbar_does_not_move_while_training(qtbot, shown) -> None:
    def places() -> list[int]:
        return [shown.toolbar.device.x(), shown.toolbar.export.x(), shown.toolbar.run.x(), shown.toolbar.run.width()]

    shown.resize(1024, 700)
    qtbot.waitUntil(lambda: shown.toolbar.width() == 1024)  # a screen does it when it likes, and then it is laid out
    qtbot.waitUntil(lambda: shown.toolbar.run.width() == shown.toolbar.run.sizeHint().width())
    QApplication.processEvents()
    before, width = places(), shown.minimumSizeHint().width()
    shown.actions_.train.trigger()
    shown.training.told.emit(PREPARED)
    for step in (1, 100, 1000):
        shown.training.told.emit(BatchesTrained(step, 0, np.ones(10, np.float32), {}, 10.0**step**0.2, 1000.0 / step))
        QApplication.processEvents()
        assert places() == before
        assert shown.minimumSizeHint().width() <= width
    shown.training.finish(None)


def test_f5_trains_and_ctrl_z_undoes_from_anywhere(qtbot, shown) -> None:
    edit = edits.add_layer(shown.document.spec, "dropout")
    before = shown.document.spec
    shown.document.edit(edit.text, edit.project)
    shown.outline.look_at("dense_1")
    card = shown.outline.item("dense_1").card
    qtbot.waitUntil(card.hasFocus)
    qtbot.keyClick(card, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown.document.spec == before
    qtbot.keyClick(card, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert shown.document.spec == edit.project
    qtbot.keyClick(card, Qt.Key.Key_F5)
    assert shown.training.running
    qtbot.keyClick(card, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert shown.training.stops == 1
    shown.training.finish(None)


def test_what_must_be_mended_first_is_said_and_keeps_train_off(shown) -> None:
    block(shown)
    assert not shown.actions_.train.isEnabled()
    sentence = shown.document.outline.blocking[0].sentence
    assert sentence in shown.actions_.train.toolTip()
    assert shown.toolbar.says.toolTip() == sentence
    shown.runs.running.start()
    assert not shown.training.running
    shown.document.undo_stack.undo()
    assert shown.actions_.train.isEnabled()


def test_the_problem_count_leads_to_the_first_blocking_problem(qtbot, shown) -> None:
    block(shown)
    shown.outline.look_at("optimizer")
    assert "error" in shown.status.problems.text()
    qtbot.mouseClick(shown.status.problems, Qt.MouseButton.LeftButton)
    assert shown.outline.place == shown.document.outline.blocking[0].place


def test_a_fix_is_one_step_that_undo_takes_back(shown) -> None:
    project = shown.document.spec
    without = replace(project, layers=project.layers[1:])
    shown.document.replace(without, None)
    problem = next(one for one in shown.document.outline.problems if one.fix is not None)
    shown.outline.fix_asked.emit(problem)
    assert shown.document.spec == problem.fix.apply(without)
    assert shown.document.undo_stack.undoText() == f"fix: {problem.fix.label}"
    shown.document.undo_stack.undo()
    assert shown.document.spec == without


def test_added_layers_are_looked_at(qtbot, shown) -> None:
    shown.outline.add_asked.emit("dropout", "flatten_1")
    assert shown.outline.place == "dropout_2"
    assert shown.inspector_dock.title.says.text() == "DROPOUT LAYER"
    assert shown.document.spec.layers[1].name == "dropout_2"
    shown.document.undo_stack.undo()
    assert shown.outline.place in ("dense_1", "flatten_1")


def test_a_failed_run_is_said_in_the_window_with_details_to_copy(shown) -> None:
    shown.actions_.train.trigger()
    shown.training.told.emit(RunFailed("There is not enough memory.", "Traceback"))
    shown.training.finish(None)
    assert shown.messages.isVisible()
    assert shown.messages.says.text() == "There is not enough memory."
    shown.messages.more.click()
    assert shown.messages.details.isVisible()
    shown.messages.copy.click()
    assert QApplication.clipboard().text() == "There is not enough memory.\n\nTraceback"
    shown.messages.close_button.click()
    assert not shown.messages.isVisible()


def test_devices_and_versions_are_shown_once_the_engine_is_ready(shown) -> None:
    assert "loading" in shown.status.engine.text()
    shown.engine.greet()
    assert shown.status.engine.text() == "Keras 3.15.1 · TensorFlow 2.21.0"
    assert shown.toolbar.device.text() == "GPU 0"  # what "auto" comes to
    shown.toolbar.device_chosen.emit("cpu")
    assert shown.document.spec.training.device == "cpu"
    assert shown.toolbar.device.text() == "CPU · 2 cores"


def test_the_pad_asks_only_a_network_that_knows_such_examples(shown) -> None:
    picture = np.zeros((8, 8), np.uint8)
    shown.try_it.asked.emit(picture)
    assert shown.trying.asked == []
    shown.actions_.train.trigger()
    shown.try_it.asked.emit(picture)
    assert shown.trying.asked == [], "none has learnt anything yet"
    shown.training.learning = True
    shown.try_it.asked.emit(picture)
    assert len(shown.trying.asked) == 1
    shown.training.finish(shown.document.spec)
    shown.try_it.asked.emit(picture)
    assert len(shown.trying.asked) == 2
    edit = edits.change_source(shown.document.spec, shown.filing._files.templates()[1].project().data.source)
    shown.document.edit(edit.text, edit.project)
    shown.try_it.asked.emit(np.zeros(2, np.float32))
    assert len(shown.trying.asked) == 2


def test_other_data_are_looked_at_once_the_typing_is_over(qtbot, shown) -> None:
    qtbot.waitUntil(lambda: len(shown.previews.asked) == 1)
    for size in (0.2, 0.25, 0.3):
        split = replace(shown.document.spec.data.split, validation=size)
        shown.document.edit("split", edits.change_split(shown.document.spec, split, "split").project, "key")
    qtbot.waitUntil(lambda: len(shown.previews.asked) == 2)
    assert shown.previews.asked[-1].split.validation == 0.3


def test_a_preview_that_comes_too_late_is_not_shown(shown) -> None:
    old = replace(shown.document.spec.data, labels="one-hot")
    shown.previews.failed.emit(old, "Old news.")
    assert shown.inspector.page("data").preview.says.text() != "Old news."


def test_exports_wait_for_a_trained_network(shown) -> None:
    (action,) = shown.menus.exports.actions()
    assert not action.isEnabled()
    shown.training.trained_project = shown.document.spec
    shown.training.trained.emit()
    assert action.isEnabled()


def test_an_export_asks_for_a_file_and_says_how_it_went(shown, monkeypatch, tmp_path) -> None:
    chosen = str(tmp_path / "net")
    monkeypatch.setattr(filing.QFileDialog, "getSaveFileName", lambda *_words: (chosen, ""))
    shown.menus.exports.triggered.emit(shown.menus.exports.actions()[0])
    assert shown.exporting.exports[-1] == ("keras", Path(f"{chosen}.keras"), {})
    shown.exporting.exported.emit("Saved “net.keras”.")
    assert shown.messages.says.text() == "Saved “net.keras”."


def save_to(monkeypatch, path: Path) -> None:
    monkeypatch.setattr(filing.QFileDialog, "getSaveFileName", lambda *_words: (str(path), ""))


def test_saving_asks_for_a_name_once_and_is_then_known_as_saved(shown, monkeypatch, tmp_path) -> None:
    save_to(monkeypatch, tmp_path / "mine")
    edit = edits.add_layer(shown.document.spec, "dropout")
    shown.document.edit(edit.text, edit.project)
    assert shown.isWindowModified()
    shown.actions_.save.trigger()
    assert shown.document.path == tmp_path / "mine.netbuilder"
    assert not shown.isWindowModified()
    assert shown.status.saved.text() == "Saved in mine.netbuilder"
    assert shown.windowTitle() == "mine[*] – netbuilder"
    monkeypatch.setattr(filing.QFileDialog, "getSaveFileName", lambda *_words: pytest.fail("asked again"))
    shown.document.undo_stack.undo()
    shown.actions_.save.trigger()
    assert not shown.document.modified
    assert [action.text() for action in shown.menus.recent.actions()] == ["mine.netbuilder"]


def test_what_can_not_be_saved_stays_unsaved_and_says_why(shown, monkeypatch, tmp_path) -> None:
    save_to(monkeypatch, tmp_path / "full")
    shown.actions_.save.trigger()
    assert shown.document.path is None
    assert shown.messages.says.text() == "The disk is full: nothing was saved."


def test_what_can_not_be_opened_leaves_the_open_project(shown, tmp_path) -> None:
    before = shown.document.spec
    shown.filing.open_path(tmp_path / "gone.netbuilder")
    assert shown.document.spec is before
    assert "gone.netbuilder" in shown.messages.says.text()


def test_a_template_becomes_the_project(shown) -> None:
    moons = next(action for action in shown.menus.templates.actions() if action.text() == "Moons")
    shown.menus.templates.triggered.emit(moons)
    assert shown.document.spec.title == "Moons"
    assert not shown.document.modified
    assert shown.windowTitle() == "Moons[*] – netbuilder"


def test_no_other_project_is_opened_while_one_is_trained(shown, tmp_path) -> None:
    shown.actions_.train.trigger()
    shown.actions_.new.trigger()
    shown.filing.open_path(tmp_path / "a.netbuilder")
    assert shown.document.spec.title == "Digits"
    assert "stop" in shown.messages.says.text()
    shown.training.finish(None)


def test_a_dropped_project_is_opened(shown, tmp_path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt")), QUrl.fromLocalFile(str(tmp_path / "b.netbuilder"))])
    assert dropped_project(mime) == tmp_path / "b.netbuilder"
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "B.KERAS"))])
    assert dropped_project(mime) == tmp_path / "B.KERAS"
    mime.setUrls([QUrl("https://example.org/b.netbuilder")])
    assert dropped_project(mime) is None


@pytest.mark.parametrize("answer, closes", [("discard", True), ("cancel", False)])
def test_closing_asks_what_becomes_of_unsaved_changes(shown, monkeypatch, answer, closes) -> None:
    edit = edits.new_seed(shown.document.spec, 7)
    shown.document.edit(edit.text, edit.project)
    monkeypatch.setattr(filing, "ask_to_save", lambda _parent, _name: answer)
    event = QCloseEvent()
    shown.closeEvent(event)
    assert event.isAccepted() == closes


def test_closing_while_training_closes_when_the_run_has_ended_and_asks_about_its_network(
    shown, qtbot, monkeypatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(filing, "ask_to_save", lambda _parent, name: asked.append(name) or "discard")
    monkeypatch.setattr(window_module, "ask_about_run", lambda _parent, **_known: "stop")
    shown.actions_.train.trigger()
    event = QCloseEvent()
    shown.closeEvent(event)
    assert not event.isAccepted()
    assert shown.isVisible()
    assert shown.training.stops == 1
    shown.training.stored = {"weights": ()}
    shown.training.finish(shown.document.spec)
    qtbot.waitUntil(lambda: not shown.isVisible())
    assert len(asked) == 1


def test_a_run_that_has_not_begun_is_stopped_without_a_question(shown, qtbot, monkeypatch) -> None:
    def is_not_asked(*_words: object, **_known: object) -> str:
        raise AssertionError("nothing of it was begun, and nothing can go on later")

    monkeypatch.setattr(questions, "_answer", is_not_asked)
    monkeypatch.setattr(window_module, "ask_about_run", questions.ask_about_run)
    shown.actions_.train.trigger()
    shown.training.begun = False
    shown.closeEvent(QCloseEvent())
    assert shown.training.stops == 1
    shown.training.finish(None)
    qtbot.waitUntil(lambda: not shown.isVisible())


def test_a_window_that_closes_when_its_run_has_ended_asks_nothing_over_another_dialog(
    shown, qtbot, monkeypatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(filing, "ask_to_save", lambda _parent, name: asked.append(name) or "discard")
    shown.actions_.train.trigger()
    shown.closeEvent(QCloseEvent())
    other = QDialog(shown)
    other.setModal(True)
    other.show()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is other)
    shown.training.stored = {"weights": ()}
    shown.training.finish(shown.document.spec)
    qtbot.wait(50)
    assert asked == []
    other.close()
    qtbot.waitUntil(lambda: not shown.isVisible())
    assert len(asked) == 1


@pytest.mark.parametrize("answer", ["later", "stop", "stay"])
def test_a_run_that_ends_while_the_question_is_read_is_not_stopped_and_the_answer_counts(
    shown, monkeypatch, answer
) -> None:
    asked: list[str] = []

    def read_slowly(_parent: QWidget, **_known: object) -> str:
        shown.training.stored = {"weights": ()}
        shown.training.finish(shown.document.spec)
        return answer

    monkeypatch.setattr(filing, "ask_to_save", lambda _parent, name: asked.append(name) or "discard")
    monkeypatch.setattr(window_module, "ask_about_run", read_slowly)
    shown.actions_.train.trigger()
    event = QCloseEvent()
    shown.closeEvent(event)
    assert event.isAccepted() == (answer != "stay")
    assert len(asked) == (answer != "stay")
    assert shown.training.stops == 0
    shown.actions_.train.trigger()
    shown.training.finish(shown.document.spec)
    QApplication.processEvents()
    assert shown.isVisible(), "a later run does not close it"


def test_a_run_that_shall_go_on_later_is_let_go_of_at_once(shown, monkeypatch) -> None:
    monkeypatch.setattr(window_module, "ask_about_run", lambda _parent, **_known: "later")
    shown.actions_.train.trigger()
    event = QCloseEvent()
    shown.closeEvent(event)
    assert event.isAccepted()
    assert shown.training.orders[-1] == ("leave",)
    assert shown.training.stops == 0
    shown.training.finish(None)


@pytest.mark.parametrize("answer", ["discard", "cancel"])
@pytest.mark.parametrize("rested", [False, True])
def test_a_run_that_shall_go_on_later_rests_while_it_is_asked_what_to_save(shown, monkeypatch, answer, rested) -> None:
    orders: list[object] = []
    monkeypatch.setattr(window_module, "ask_about_run", lambda _parent, **_known: "later")
    monkeypatch.setattr(
        filing, "ask_to_save", lambda _parent, _name: orders.extend(shown.training.orders[1:]) or answer
    )
    edit = edits.new_seed(shown.document.spec, 7)
    shown.document.edit(edit.text, edit.project)
    shown.actions_.train.trigger()
    if rested:
        shown.training.say(RunPaused(1, 10))
    event = QCloseEvent()
    shown.closeEvent(event)
    assert event.isAccepted() == (answer == "discard")
    assert orders == ([] if rested else [("pause",)])
    goes_on = [] if rested else [("resume",)]
    assert shown.training.orders[1 + len(orders) :] == ([("leave",)] if answer == "discard" else goes_on)
    shown.training.finish(None)


def test_a_training_that_is_to_go_on_keeps_the_window(shown, monkeypatch) -> None:
    monkeypatch.setattr(window_module, "ask_about_run", lambda _parent, **_known: "stay")
    shown.actions_.train.trigger()
    event = QCloseEvent()
    shown.closeEvent(event)
    assert not event.isAccepted()
    assert shown.isVisible()
    assert shown.training.stops == 0
    shown.training.finish(None)


def test_docks_come_back_as_they_were(qtbot, shown, preferences, monkeypatch) -> None:
    shown.try_dock.close()
    shown.closeEvent(QCloseEvent())
    geometry, state = preferences.window()
    shown.try_dock.show()
    shown.restoreGeometry(geometry)
    shown.restoreState(state)
    assert not shown.try_dock.isVisible()


def test_what_was_set_is_on_the_disk_when_the_window_is_gone(shown, preferences, tmp_path) -> None:
    preferences.folder = str(tmp_path)
    shown.closeEvent(QCloseEvent())
    kept = Preferences(tmp_path / "preferences.ini")
    assert (kept.folder, kept.window()) == (str(tmp_path), preferences.window())


def test_the_theme_is_changed_and_remembered(shown, preferences) -> None:
    dark = next(action for action in shown.actions_.schemes.actions() if action.data() == "dark")
    dark.trigger()
    assert preferences.scheme == "dark"
    assert shown.palette().window().color().lightness() < 128
    next(action for action in shown.actions_.schemes.actions() if action.data() == "light").trigger()
    assert shown.palette().window().color().lightness() > 128


def test_help_explains_what_has_the_focus() -> None:
    from netbuilder.ui.explained import explained

    parent = QWidget()
    child = QWidget(parent)
    parent.setWhatsThis("The form of a layer.")
    assert explained(child) == "The form of a layer."
    child.setWhatsThis("Units.")
    assert explained(child) == "Units."
    parent.deleteLater()


def test_versions_are_told_without_importing_what_they_are_of() -> None:
    import sys

    loaded = "tensorflow" in sys.modules
    assert about.versions()["keras"].startswith("3.")
    assert ("tensorflow" in sys.modules) == loaded


def test_the_dots_of_what_goes_on_never_stand_alone_in_a_line(shown) -> None:
    says = shown.toolbar.says
    says.show_text("Waiting until the last run is written into the history …")
    last = set()
    for width in range(120, 500):
        says.resize(width, says.height())
        last.add(says.text().split("\n")[-1])
    assert len(last) > 5
    assert "…" not in last


def test_in_a_narrow_window_all_that_is_said_of_a_run_can_be_read(shown) -> None:
    shown.resize(1024, 700)
    QApplication.processEvents()
    for sentence in (
        "Stopped early after 9 epochs in 4 s · test accuracy 93.1 % · weights of epoch 6",
        "Stopped early after 6 more epochs (10 in all) in 4 s · test accuracy 93.1 % · weights of epoch 6",
        "Stopped after 12 epochs and 1,120 batches of epoch 13 in 4 s · test accuracy 93.1 %",
        "At most about 12 s for 12 epochs on CPU · 2 cores",
    ):
        height = shown.toolbar.height()
        shown.toolbar.show_idle(sentence)
        QApplication.processEvents()
        said = shown.toolbar.says.text()
        assert "…" not in said
        assert said.replace("\n", " ").replace(" · ", " ") == sentence.replace(" · ", " ")
        assert shown.toolbar.height() == height
        assert shown.toolbar.says.sizeHint().height() <= shown.toolbar.says.height()


def test_in_a_narrow_window_a_run_says_beside_its_bar_how_far_it_is(shown) -> None:
    shown.resize(1024, 700)
    shown.engine.greet()
    QApplication.processEvents()
    for sentence in (
        "Epoch 11 of 12 · 1,032 / 1,719 · 9 s, 1 s left · 320k samples/s",
        "Paused · epoch 11 of 12, batch 1,032 of 1,719 · loss 0.412".replace("batch ", "batch\N{NO-BREAK SPACE}"),
    ):
        shown.toolbar.show_running(0.5, sentence)
        QApplication.processEvents()
        assert "…" not in shown.toolbar.says.text()


def test_a_new_project_begins_at_its_data_and_with_what_to_look_at(qtbot, shown, monkeypatch) -> None:
    assert "Look here." in shown.curves._empty.text()
    monkeypatch.setattr(filing, "ask_to_save", lambda *_: "discard")
    shown.outline.look_at("dense_1")
    shown.filing.new(shown.filing._files.templates()[1])
    assert shown.outline.place == "data"
    assert "And there." in shown.curves._empty.text()


def test_templates_stand_under_the_name_of_their_group(shown) -> None:
    names = [action.text() for action in shown.menus.templates.actions() if not action.isSeparator()]
    assert names == ["Test", "Digits", "Moons"]
    assert not next(action for action in shown.menus.templates.actions() if action.text() == "Test").isEnabled()


def test_at_first_the_digits_bars_and_the_pad_s_buttons_are_all_in_sight(shown) -> None:
    form = shown.try_it.form
    for size in ((1440, 900), (1024, 700)):
        shown.resize(*size)
        arrange(shown, shown.outline_dock, shown.inspector_dock, shown.try_dock)
        QApplication.processEvents()
        assert form.answer.height() >= form.answer.natural_height(), size
        assert form.seen.mapTo(shown.try_it, form.seen.rect().bottomLeft()).y() < shown.try_it._state.y()


def test_the_export_form_says_what_its_values_come_to(qtbot, shown) -> None:
    asked = options.Options(shown, exporter["keras"], lambda chosen: "older" if chosen.portable else "newer")
    qtbot.addWidget(asked)
    assert asked.says.text() == "older"
    asked.findChild(QCheckBox).click()
    assert asked.says.text() == "newer"


def test_a_training_takes_the_message_before_away(shown) -> None:
    shown.messages.show_message("That file is damaged.")
    shown.actions_.train.trigger()
    assert not shown.messages.isVisible()
    shown.training.finish(None)


def test_return_on_a_card_goes_to_the_first_field_of_its_form(qtbot, shown) -> None:
    shown.editing.add_layer("dropout", "dense_1")
    for place, name in (("dropout_1", "Dropped share"), ("optimizer", "Epochs"), ("data", "Source")):
        shown.outline.look_at(place)
        card = shown.outline.item(place).card
        qtbot.waitUntil(card.hasFocus)
        qtbot.keyClick(card, Qt.Key.Key_Return)
        assert QApplication.focusWidget().accessibleName() == name
        assert shown.inspector.isAncestorOf(QApplication.focusWidget())


def test_other_data_take_the_template_s_advice_away(shown) -> None:
    assert "Look here." in shown.curves._empty.text()
    other = shown.filing._files.templates()[1].project().data.source
    edit = edits.change_source(shown.document.spec, other)
    shown.document.edit(edit.text, edit.project)
    assert "Look here." not in shown.curves._empty.text()
    assert "F5" in shown.curves._empty.text()


def test_what_happened_to_a_run_or_its_network_is_said(shown) -> None:
    bar = shown.messages
    shown.training.interrupted.emit("The engine ended. The run goes on.", "exit code -9")
    assert bar.says.text() == "The engine ended. The run goes on."
    assert bar.property("severity") == "warning"
    assert bar.details.toPlainText() == "exit code -9"
    shown.training.failed.emit("The weights are not those of this network.", "")
    assert bar.says.text() == "The weights are not those of this network."
    shown.engine.unkept.emit("Not recorded: the disk is full.")
    assert bar.says.text() == "Not recorded: the disk is full."


def type_path(window, text: str) -> None:
    """Types a path, and leaves the focus where it is."""
    edit = edits.change_source(window.document.spec, source["mnist"].kind())
    window.document.edit(edit.text, edit.project)
    window.outline.choose("data")
    line = window.inspector.page("data").kind.form.editors["path"].line
    line.setFocus()
    line.setText(text)
    assert window.document.spec.data.source.path == ""


def test_what_is_still_being_typed_is_in_what_is_trained(qtbot, shown) -> None:
    type_path(shown, "elsewhere")
    with qtbot.waitSignal(shown.training.began) as began:
        shown.actions_.step.trigger()
    assert began.args[0].data.source.path == "elsewhere"


def test_what_is_still_being_typed_belongs_to_the_project_that_is_left(shown, monkeypatch) -> None:
    left = []
    monkeypatch.setattr(filing, "ask_to_save", lambda *_known: left.append(shown.document.spec) or "discard")
    for leave in (shown.menus.templates.actions()[-1].trigger, shown.actions_.new.trigger, shown.close):
        type_path(shown, "elsewhere")
        leave()
        assert left.pop().data.source.path == "elsewhere"
        shown.outline.setFocus()
        assert getattr(shown.document.spec.data.source, "path", "") == "" or leave == shown.close
