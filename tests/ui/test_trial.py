"""Between the views and the engine."""

from dataclasses import replace

import numpy as np
import pytest

from netbuilder import disk
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.shares import may_look
from netbuilder.events import EpochEnded
from netbuilder.files.templates import template_named


def ended(epoch: int) -> EpochEnded:
    return EpochEnded(epoch, 0.001, {"loss": 1.0}, 0.001, None, 0)


def begin_to_learn(window) -> None:
    window.training.start(window.document.spec)
    window.training.learning = True


def test_a_flood_of_epochs_asks_once_at_once_and_once_at_its_end(window, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(window.trial._learnt, "_pause", 60_000)  # a slow machine needs no second one for the flood
    window.document.replace(template_named("spirals").project(), None)
    begin_to_learn(window)
    window.trying.asked.clear()
    for epoch in range(1, 500):
        window.trial.hear(ended(epoch))
    assert len(window.trying.asked) == 1
    window.trial._learnt._later.start(0)
    qtbot.waitUntil(lambda: len(window.trying.asked) > 1)
    assert not window.trial._learnt._later.isActive()
    assert len(window.trying.asked) == 2
    assert np.asarray(window.trying.asked[-1]).shape == (2,)
    window.training.finish(None)


def test_what_a_run_that_learnt_nothing_said_of_pins_goes_with_it(window, qtbot) -> None:
    window.document.replace(template_named("digits").project(), None)
    begin_to_learn(window)
    window.try_it.pinned.emit(np.eye(392, dtype=np.uint8) * np.uint8(255), "7")
    qtbot.waitUntil(lambda: bool(window.trying.asked_pins))
    window.trying.pins_answered.emit(np.eye(10, dtype=np.float32)[[4]])
    assert window.try_it.form.pins.list.item(0).text() == "7 → 4"
    window.training.finish(None)
    assert window.try_it.form.pins.list.item(0).text() == "7"


@pytest.mark.parametrize("template, classes", [("digits", 10), ("iris", 3), ("spirals", 2)])
def test_the_answer_of_a_run_that_learnt_nothing_goes_with_it(window, template, classes) -> None:
    window.document.replace(template_named(template).project(), None)
    begin_to_learn(window)
    said = window.try_it.form.answer.headline
    untold = said.text, said.detail
    window.try_it.put(np.full(window.document.facts.shape, window.document.facts.value_range[1]))
    window.trying.answered.emit(np.eye(classes, dtype=np.float32)[1])
    told = said.text, said.detail
    window.training.finish(None)
    assert told != untold
    assert (said.text, said.detail) == untold


def test_before_its_first_steps_a_run_says_nothing_of_its_data_that_a_network_of_others_would_answer(window) -> None:
    window.document.replace(template_named("spirals").project(), None)
    window.training.trained_project = template_named("iris").project()
    said = window.try_it.form.answer.headline
    untold = said.text, said.detail
    window.trying.answered.emit(np.eye(2, dtype=np.float32)[1])
    assert (said.text, said.detail) != untold
    window.training.start(window.document.spec)
    assert (said.text, said.detail) == untold
    window.trying.asked.clear()
    window.try_it.put(np.zeros(2, np.float32))
    window.trial.ask_field(np.zeros((4, 2), np.float32))
    assert window.trying.asked == []
    window.training.learning = True
    window.trial.hear(ended(1))
    assert len(window.trying.asked) == 1
    window.training.finish(None)


def test_pins_belong_to_the_project_and_are_asked_about_once_a_network_can_answer(window, qtbot) -> None:
    window.document.replace(template_named("digits").project(), None)
    ink = np.eye(392, dtype=np.uint8) * np.uint8(255)
    window.try_it.pinned.emit(ink, "7")
    (pin,) = window.document.attached.drawings
    assert pin.label == "7"
    qtbot.wait(50)
    assert window.trying.asked_pins == []
    begin_to_learn(window)
    window.trial.hear(ended(1))
    qtbot.waitUntil(lambda: bool(window.trying.asked_pins))
    window.trying.pins_answered.emit(np.eye(10, dtype=np.float32)[[4]])
    assert window.try_it.form.pins.list.item(0).text() == "7 → 4"
    window.training.finish(None)
    window.try_it.unpinned.emit(0)
    assert window.document.attached.drawings == ()


def test_an_answer_that_comes_when_no_network_can_answer_is_not_taken_for_one_about_the_pins(window, qtbot) -> None:
    window.document.replace(template_named("digits").project(), None)
    begin_to_learn(window)
    window.try_it.pinned.emit(np.eye(392, dtype=np.uint8) * np.uint8(255), "7")
    qtbot.waitUntil(lambda: bool(window.trying.asked_pins))
    window.training.finish(None)
    window.document.undo_stack.undo()
    window.try_it.pinned.emit(np.eye(392, k=9, dtype=np.uint8) * np.uint8(255), "3")
    asked = []
    window.try_it.pins_asked.connect(asked.append)
    qtbot.waitUntil(lambda: bool(asked))
    window.trying.pins_answered.emit(np.eye(10, dtype=np.float32)[[7]])
    assert window.try_it.form.pins.list.item(0).text() == "3"


def test_data_on_another_computer_are_looked_for_when_a_person_agrees(window, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(disk, "settings_folder", lambda: tmp_path / "settings")
    project = template_named("mnist-128").project()
    there = replace(project, data=replace(project.data, source=Mnist(path="//server/share")))
    window.document.replace(there, None)
    window.trial.ask_for_preview()
    asked = len(window.previews.asked)
    window.inspector.places_chosen.emit(("//server/share",))
    assert may_look("//server/share")
    assert window.previews.asked[asked:] == [there.data]
    window.inspector.places_chosen.emit(("//other/share",))  # with an edit that is about to be
    assert may_look("//other/share")
    assert len(window.previews.asked) == asked + 1


def test_an_agreement_that_can_not_be_kept_says_so_at_the_data(window, tmp_path, monkeypatch) -> None:
    (tmp_path / "settings").write_text("no folder")
    monkeypatch.setattr(disk, "settings_folder", lambda: tmp_path / "settings")
    window.inspector.show_place(window.document.spec, window.document.facts, "data", ())
    window.inspector.places_chosen.emit(("//server/share",))
    assert "could not be written" in window.inspector.page("data").preview.says.text()
    assert not may_look("//server/share")


def test_a_network_that_is_made_again_beside_a_run_keeps_nobody_from_asking_it(window) -> None:
    window.document.replace(template_named("spirals").project(), None)
    begin_to_learn(window)
    window.training.trained.emit()  # the network of a file, or of the run before where the engine has died
    window.trying.asked.clear()
    window.trial.hear(ended(1))
    assert len(window.trying.asked) == 1
