"""The inspector: each place has its page, and each entry there is one edit of the document."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from netbuilder import disk
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.preview import preview
from netbuilder.data.shares import agree
from netbuilder.data.split import divide
from netbuilder.spec.goal import Goal
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import DataSpec
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.ui.inspector import Inspector

PLACES = ["data", "input", "flatten_1", "dense_1", "dense_2", "loss", "optimizer", "early_stopping"]


@pytest.fixture
def inspector(qtbot, document) -> Inspector:
    """An inspector whose edits go to the document, as in the window."""
    made = Inspector()
    qtbot.addWidget(made)
    made.edited.connect(lambda edit, key: document.edit(edit.text, edit.project, key))
    document.changed.connect(lambda before, after: look(made, document, made._place or "data"))
    made.resize(340, 800)
    made.show()
    return made


def look(inspector: Inspector, document, place: str):
    inspector.show_place(document.spec, document.facts, place, document.outline.at(place))
    return inspector.page(place)


def pick(box, name: str) -> None:
    at = box.findData(name)
    box.setCurrentIndex(at)
    box.activated.emit(at)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_a_page_with_a_heading(qtbot, inspector, document, place) -> None:
    look(inspector, document, "data" if place != "data" else "loss")
    with qtbot.waitSignal(inspector.heading_changed):
        page = look(inspector, document, place)
    assert page.isVisible()
    assert sum(other.isVisible() for other in inspector._pages.values()) == 1


def test_an_entry_is_one_step_named_after_its_setting(inspector, document) -> None:
    page = look(inspector, document, "dense_1")
    page.form.editors["units"].box.stepBy(1)
    assert document.spec.layers[1].layer.units == 128
    assert document.undo_stack.undoText() == "Units of Dense"
    document.undo_stack.undo()
    assert page.form.editors["units"].box.value == 64


def test_what_is_too_large_is_said_beside_its_field_until_it_fits(inspector, document, monkeypatch) -> None:
    monkeypatch.setattr("netbuilder.app.document.memory", lambda: 1_500_000_000)
    page = look(inspector, document, "dense_1")
    editor, advice = page.form.editors["units"], page.form.advice["units"]
    helped, described = advice.text(), editor.focusProxy().toolTip()
    editor.edited.emit(1_000_000)
    assert "GB to train, but this computer has 1.5" in advice.text()
    assert editor.focusProxy().toolTip() == advice.text()
    document.undo_stack.undo()
    assert (advice.text(), editor.focusProxy().toolTip()) == (helped, described)


def test_batches_that_are_too_large_are_said_beside_their_field(inspector, document, monkeypatch) -> None:
    wide = replace(document.spec, data=replace(document.spec.data, source=source["mnist"].kind()))
    document.edit("MNIST", wide, "")
    page = look(inspector, document, "optimizer")
    page.run.editors["batch_size"].edited.emit(60_000)
    most = document.outline.need.least + 1
    monkeypatch.setattr("netbuilder.app.document.memory", lambda: most)
    page = look(inspector, document, "optimizer")
    assert page.run.advice["batch_size"].text().startswith("Batches of")


def test_the_same_setting_of_two_layers_is_two_steps(inspector, document) -> None:
    for place in ("dense_1", "dense_2"):
        look(inspector, document, place).form.editors["l2"].box.stepBy(1)
    assert document.undo_stack.count() == 2


def test_the_output_layer_follows_the_data_until_it_is_unlocked(inspector, document) -> None:
    page = look(inspector, document, "dense_2")
    assert not page.form.editors["units"].isEnabled()
    assert page.form.editors["l2"].isEnabled()
    page.note.button.click()
    assert not document.spec.output_follows_data
    assert page.form.editors["units"].isEnabled()
    page.note.button.click()
    assert document.spec.output_follows_data


def test_a_hidden_layer_has_nothing_to_unlock(inspector, document) -> None:
    assert not look(inspector, document, "dense_1").note.isVisible()


def test_the_input_shows_what_it_follows_and_opens_when_set_by_hand(inspector, document) -> None:
    page = look(inspector, document, "input")
    assert page.form.editors["shape"].line.text() == "8 × 8"
    assert not page.form.editors["shape"].isEnabled()
    page.form.editors["follows_data"].check.click()
    assert page.form.editors["shape"].isEnabled()
    assert document.spec.input.shape == (8, 8)


@pytest.mark.parametrize("name", [entry.name for entry in optimizer])
def test_any_other_optimizer_keeps_the_learning_rate(inspector, document, name) -> None:
    training = replace(document.spec.training, optimizer=optimizer["adam"].kind(learning_rate=0.0123))
    document.replace(replace(document.spec, training=training), None)
    page = look(inspector, document, "optimizer")
    pick(page.optimizer.box, name)
    assert optimizer.of(document.spec.training.optimizer).name == name
    assert document.spec.training.optimizer.learning_rate == 0.0123


@pytest.mark.parametrize("name", [entry.name for entry in schedule])
def test_every_schedule_can_be_chosen(inspector, document, name) -> None:
    page = look(inspector, document, "optimizer")
    pick(page.schedule.box, name)
    assert schedule.of(document.spec.training.schedule).name == name


@pytest.mark.parametrize("name", [entry.name for entry in loss])
def test_every_loss_can_be_chosen(inspector, document, name) -> None:
    page = look(inspector, document, "loss")
    pick(page.kind.box, name)
    assert loss.of(document.spec.training.loss).name == name


@pytest.mark.parametrize("name", [entry.name for entry in source])
def test_every_source_can_be_chosen_and_undone(inspector, document, name) -> None:
    before = document.spec
    page = look(inspector, document, "data")
    pick(page.kind.box, name)
    assert source.of(document.spec.data.source).name == name
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.spec == before
    assert page.kind.box.currentData() == "digits_8x8"


def test_metrics_that_can_not_measure_these_data_are_not_offered(inspector, document) -> None:
    page = look(inspector, document, "loss")
    checks = page.metrics.editors["metrics"].checks
    assert checks["accuracy"].isVisible()
    assert not checks["mean_absolute_error"].isVisible()


def test_classes_are_balanced_beside_the_loss(inspector, document) -> None:
    page = look(inspector, document, "loss")
    page.balance.editors["balance_classes"].check.click()
    assert document.spec.training.balance_classes
    assert document.undo_stack.undoText() == "Balance classes"


def test_there_is_nothing_to_balance_where_numbers_are_predicted(inspector, document) -> None:
    pick(look(inspector, document, "data").kind.box, "diabetes")
    page = look(inspector, document, "loss")
    assert not page.balance.editors["balance_classes"].isEnabled()
    training = replace(document.spec.training, balance_classes=True)
    document.replace(replace(document.spec, training=training), None)
    assert look(inspector, document, "loss").balance.editors["balance_classes"].isEnabled()  # it can be taken back


def test_a_goal_is_set_beside_early_stopping(inspector, document) -> None:
    page = look(inspector, document, "early_stopping")
    page.goal.editors["minutes"].check.click()
    page.goal.editors["value"].check.click()
    assert document.spec.training.goal == Goal(minutes=10.0, monitor="val_accuracy", value=0.95)
    assert document.undo_stack.undoText() == "Value to reach of the goal"
    page.form.editors["on"].check.click()
    assert not document.spec.training.early_stopping.on
    assert document.spec.training.goal.value == 0.95
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert not page.goal.editors["value"].check.isChecked()


def test_epochs_batch_and_seed_are_edited_with_the_optimizer(inspector, document) -> None:
    page = look(inspector, document, "optimizer")
    page.run.editors["epochs"].box.stepBy(1)
    page.new_seed.click()
    assert document.spec.training.epochs == 16
    assert document.undo_stack.undoText() == "new seed"


def test_a_device_is_chosen_from_those_that_are_there(inspector, document) -> None:
    page = look(inspector, document, "optimizer")
    inspector.show_devices([SimpleNamespace(name="cpu", label="CPU · 2 cores")], "No GPU here.")
    assert page.device.currentData() == "auto"
    pick(page.device, "cpu")
    assert document.spec.training.device == "cpu"


def test_a_device_of_another_machine_stays_chosen(inspector, document) -> None:
    training = replace(document.spec.training, device="gpu:3")
    document.replace(replace(document.spec, training=training), None)
    page = look(inspector, document, "optimizer")
    inspector.show_devices([SimpleNamespace(name="cpu", label="CPU")], "")
    assert page.device.currentData() == "gpu:3"


def test_only_data_that_are_read_from_files_are_downloaded(qtbot, inspector, document) -> None:
    page = look(inspector, document, "data")
    assert not page.download.isVisible()
    pick(page.kind.box, "mnist")
    assert page.download.isVisible()
    with qtbot.waitSignal(inspector.download_asked) as told:
        page.download.button.click()
    assert source.of(told.args[0]).name == "mnist"
    inspector.show_download(1 << 20, 11 << 20)
    assert page.download.bar.isVisible()
    with qtbot.waitSignal(inspector.cancel_download_asked):
        page.download.button.click()
    inspector.show_download_end("No connection.")
    assert not page.download.bar.isVisible()


def test_data_that_a_project_names_on_another_computer_are_offered_to_be_looked_for(
    inspector, document, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(disk, "settings_folder", lambda: tmp_path)
    chosen, begun = [], []
    inspector.places_chosen.connect(chosen.append)
    inspector.places_chosen.connect(lambda paths: [agree(path) for path in paths])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda _parent, _title, begin: begun.append(begin))
    page = look(inspector, document, "data")
    assert not page.look.isVisible()
    document.replace(replace(document.spec, data=DataSpec(Mnist(path="//server/share"))), None)
    look(inspector, document, "data")
    assert page.look.isVisible()
    assert chosen == []
    editor = page.kind.form.editors["path"]
    editor.browse.click()
    page.look.click()
    assert not page.look.isVisible()
    editor.browse.click()
    assert begun == ["", "//server/share"]
    editor.line.setText("//other/share")
    editor.line.editingFinished.emit()
    assert document.spec.data.source.path == "//other/share"
    assert not page.look.isVisible()  # whoever types it has chosen it
    assert chosen == [("//server/share",), ("//other/share",)]


@pytest.mark.parametrize("name", ["digits_8x8", "moons", "curve", "iris", "diabetes"])
def test_a_preview_shows_pictures_points_or_columns(qtbot, inspector, document, name) -> None:
    kind = source[name].kind()
    examples = kind.read(lambda _done, _total: None, lambda: False)
    page = look(inspector, document, "data")
    inspector.show_preview(preview(examples, divide(examples, kind.usual_split())))
    shown = page.preview
    pictures, points = examples.inputs.dtype == np.uint8, examples.inputs.shape[1:] in ((1,), (2,))
    assert shown.pictures.isVisible() == pictures
    assert shown.points.isVisible() == points
    assert shown.says.isVisible() == (not pictures and not points)
    assert shown.bars.isVisible() == bool(examples.classes)
    shown.grab()


def test_a_preview_that_failed_says_why(inspector, document) -> None:
    page = look(inspector, document, "data")
    inspector.show_preview("The file is damaged.")
    assert page.preview.says.text() == "The file is damaged."
    assert not page.preview.pictures.isVisible()


def test_a_preview_that_came_before_its_page_is_shown_with_it(inspector, document) -> None:
    inspector.show_preview("Reading …")
    assert look(inspector, document, "data").preview.says.text() == "Reading …"


def test_tab_goes_through_the_form_in_the_order_of_its_rows(qtbot, inspector, document) -> None:
    page = look(inspector, document, "dense_1")
    inspector.activateWindow()
    page.form.editors["units"].setFocus()
    qtbot.waitUntil(page.form.editors["units"].focusProxy().hasFocus)
    reached = ["units"]
    for _press in range(3):
        qtbot.keyClick(inspector.focusWidget(), Qt.Key.Key_Tab)
        reached += [name for name, editor in page.form.editors.items() if editor.isAncestorOf(inspector.focusWidget())]
    assert reached == ["units", "activation", "use_bias", "kernel_initializer"]
