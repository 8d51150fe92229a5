"""The document: edits, undo, and what counts as unsaved."""

from dataclasses import replace
from pathlib import Path

import pytest

from netbuilder.app.document import Document
from netbuilder.data.points.moons import Moons
from netbuilder.files.contents import Attached
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.project import DataSpec, ProjectSpec, stack


@pytest.fixture
def document(qapp) -> Document:
    return Document(ProjectSpec(DataSpec(Moons()), stack(Dense(8), Dense(1, activation="sigmoid"))))


def with_epochs(project: ProjectSpec, epochs: int) -> ProjectSpec:
    return replace(project, training=replace(project.training, epochs=epochs))


def test_an_edit_tells_the_value_before_and_the_value_after(document, qtbot) -> None:
    before = document.spec
    with qtbot.waitSignal(document.changed) as told:
        document.edit("epochs", with_epochs(before, 5))
    assert told.args == [before, with_epochs(before, 5)]
    assert document.spec.training.epochs == 5


def test_undo_puts_the_earlier_value_back_and_redo_the_later(document) -> None:
    before = document.spec
    document.edit("epochs", with_epochs(before, 5))
    document.undo_stack.undo()
    assert document.spec is before
    document.undo_stack.redo()
    assert document.spec.training.epochs == 5


def test_undo_names_what_it_takes_back(document) -> None:
    document.edit("delete Dense 64", with_epochs(document.spec, 5))
    assert document.undo_stack.createUndoAction(document, "Undo").text() == "Undo delete Dense 64"


def test_edits_with_the_same_key_are_one_step(document) -> None:
    before = document.spec
    for epochs in (13, 14, 15):
        document.edit("epochs", with_epochs(before, epochs), "epochs:1")
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.spec == before


def test_edits_with_other_keys_or_none_are_steps_of_their_own(document) -> None:
    for epochs, key in ((13, "a"), (14, "b"), (15, ""), (16, "")):
        document.edit("epochs", with_epochs(document.spec, epochs), key)
    assert document.undo_stack.count() == 4


def test_a_step_that_leads_back_to_its_beginning_is_no_step(document) -> None:
    before = document.spec
    document.edit("epochs", with_epochs(before, 13), "key")
    document.edit("epochs", before, "key")
    assert document.undo_stack.count() == 0
    assert not document.modified


def test_an_edit_that_changes_nothing_is_ignored(document, qtbot) -> None:
    with qtbot.assertNotEmitted(document.changed):
        document.edit("nothing", replace(document.spec))
    assert document.undo_stack.count() == 0


def test_what_a_view_tells_while_it_follows_a_change_is_no_edit(document) -> None:
    first = document.spec
    document.edit("epochs", with_epochs(first, 5))
    document.edit("epochs", with_epochs(first, 6))
    told: list[None] = []

    def tell_half_a_word() -> None:  # as its field is taken away
        told.append(None)
        document.edit("half a word", with_epochs(document.spec, 7))

    document.changed.connect(tell_half_a_word)
    document.replaced.connect(tell_half_a_word)
    document.undo_stack.undo()
    assert (document.spec.training.epochs, document.undo_stack.count()) == (5, 2)
    document.undo_stack.redo()
    assert (document.spec.training.epochs, document.undo_stack.count()) == (6, 2)
    document.replace(first, None)
    assert (document.spec, document.undo_stack.count()) == (first, 0)
    assert len(told) == 4
    document.changed.disconnect(tell_half_a_word)
    document.edit("epochs", with_epochs(first, 8))
    assert document.spec.training.epochs == 8, "a person goes on"


def test_undoing_back_to_the_saved_value_is_unmodified_again(document) -> None:
    told: list[bool] = []
    document.cleanness_changed.connect(told.append)
    document.edit("epochs", with_epochs(document.spec, 5))
    document.saved(document.spec, Path("a.netbuilder"))
    document.edit("epochs", with_epochs(document.spec, 6))
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert told == [True, False, True, False, True]


def test_edits_made_while_saving_stay_unsaved(document) -> None:
    written = document.spec
    document.edit("epochs", with_epochs(written, 5))
    document.saved(written, Path("a.netbuilder"))
    assert document.modified


def test_opening_another_project_leaves_no_way_back(document, qtbot) -> None:
    document.edit("epochs", with_epochs(document.spec, 5))
    with qtbot.waitSignals([document.changed, document.path_changed, document.cleanness_changed]):
        document.replace(with_epochs(document.spec, 7), Path("b.netbuilder"))
    assert not document.undo_stack.canUndo()
    assert not document.modified
    assert document.path == Path("b.netbuilder")


def test_the_outline_is_that_of_the_current_project(document) -> None:
    first = document.outline.parameters
    document.edit("delete", replace(document.spec, layers=document.spec.layers[:1]))
    assert document.outline.parameters != first


def test_a_network_that_was_not_saved_counts_as_unsaved(document, tmp_path) -> None:
    first, second = object(), object()
    document.hold_network(first)
    assert document.modified
    document.saved(document.spec, tmp_path / "a.netbuilder")
    assert not document.modified
    document.hold_network(second)
    assert document.modified
    document.hold_network(first)
    assert not document.modified


def test_no_network_leaves_nothing_to_save(document) -> None:
    document.hold_network(object())
    document.replace(document.spec, None)
    document.hold_network(None)
    assert not document.modified


def test_what_else_belongs_to_the_project_counts_as_unsaved(document, qtbot, tmp_path) -> None:
    with qtbot.waitSignals([document.belongings_changed, document.cleanness_changed]):
        document.attach(Attached("Notes."))
    assert document.modified
    document.saved(document.spec, tmp_path / "a.netbuilder")
    assert not document.modified
    document.attach(Attached("More notes."), saved=True)
    assert not document.modified
    assert document.attached.notes == "More notes."


def test_another_project_takes_nothing_of_the_one_before_along(document, qtbot) -> None:
    document.attach(Attached("Notes."))
    with qtbot.waitSignal(document.replaced) as told:
        document.replace(with_epochs(document.spec, 7), None)
    assert told.args == [document.spec]
    assert document.attached == Attached()
    assert not document.modified


def test_what_was_recovered_is_unsaved_until_it_is_saved(document, tmp_path) -> None:
    document.replace(with_epochs(document.spec, 7), tmp_path / "a.netbuilder", unsaved=True)
    assert document.modified
    document.edit("epochs", with_epochs(document.spec, 8))
    document.undo_stack.undo()
    assert document.modified
    document.saved(document.spec, tmp_path / "a.netbuilder")
    assert not document.modified


def test_another_network_is_told_and_the_same_one_is_not(document, qtbot) -> None:
    network = object()
    with qtbot.waitSignal(document.belongings_changed):
        document.hold_network(network)
    with qtbot.assertNotEmitted(document.belongings_changed):
        document.hold_network(network)
    assert document.network is network
