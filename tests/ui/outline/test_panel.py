"""The outline: what is on the cards, and what mouse and keyboard ask for."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from netbuilder.spec import edits
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.outline import Outline
from netbuilder.spec.problems import Fix, Problem
from netbuilder.spec.project import EarlyStopping
from netbuilder.ui.outline import OutlinePanel
from netbuilder.ui.outline.card import kept
from netbuilder.ui.outline.faces import faces

PLACES = ["data", "input", "flatten_1", "dense_1", "dropout_1", "dense_2", "loss", "optimizer", "early_stopping"]


@pytest.fixture
def panel(qtbot, document) -> OutlinePanel:
    made = OutlinePanel()
    qtbot.addWidget(made)
    made.resize(280, 900)
    made.show_project(document.spec, document.facts, document.outline)
    document.changed.connect(lambda before, after: made.show_project(after, document.facts, document.outline))
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def with_problems(outline: Outline, *problems: Problem) -> Outline:
    return replace(outline, problems=problems)


def cards(panel: OutlinePanel) -> list[str]:
    """The places of the cards from top to bottom, as they stand on the screen."""
    items = [(panel.item(place).mapToGlobal(QPoint(0, 0)).y(), place) for place in panel._items]
    return [place for _y, place in sorted(items)]


def test_cards_stand_from_data_to_training(panel) -> None:
    assert cards(panel) == PLACES


def test_a_card_says_kind_values_shape_and_parameters(document) -> None:
    face = next(one for one in faces(document.spec, document.facts, document.outline) if one.place == "dense_1")
    assert (face.title, face.detail, face.below, face.figure) == ("Dense", "64 · relu", "→ (64)", "4,160")
    assert face.spoken == "Dense, 64 · relu, gives (64), 4,160 parameters"


def test_the_data_card_says_counts_shape_and_classes(document) -> None:
    below = faces(document.spec, document.facts, document.outline)[0].below.replace("\N{NO-BREAK SPACE}", " ")
    assert below == "1,150 train · 288 validation · 359 test\n8 × 8 · 10 classes"


def ending(document, **training) -> tuple[str, str]:
    project = replace(document.spec, training=replace(document.spec.training, **training))
    face = faces(project, document.facts, document.outline)[-1]
    assert (face.place, face.title) == ("early_stopping", "When to stop")
    return face.detail.replace("\N{NO-BREAK SPACE}", " "), face.below


def test_the_last_card_says_all_that_ends_a_training(document) -> None:
    assert ending(document, early_stopping=EarlyStopping(on=False)) == ("after the last epoch", "")
    assert ending(document) == ("val loss, patience 3", "keeps the best weights")
    goal = Goal(minutes=5.0, value=0.98)
    everything = "val loss, patience 3 · at most 5 min · until val accuracy ≥ 0.98"
    assert ending(document, goal=goal) == (everything, "keeps the best weights")
    by_loss = Goal(monitor="loss", value=0.05)
    assert ending(document, goal=by_loss, early_stopping=EarlyStopping(on=False)) == ("until training loss ≤ 0.05", "")


def test_the_card_of_the_loss_says_that_classes_are_balanced(document) -> None:
    balanced = replace(document.spec, training=replace(document.spec.training, balance_classes=True))
    details = [faces(one, document.facts, document.outline)[-3].detail for one in (document.spec, balanced)]
    assert details == ["sparse categorical cross-entropy", "sparse categorical cross-entropy · balanced classes"]


def test_only_cards_that_changed_are_written_anew(panel, document, monkeypatch) -> None:
    written: list[str] = []
    for place in PLACES:
        card = panel.item(place).card
        monkeypatch.setattr(card, "show_face", lambda face, place=place: written.append(place))
    edit = edits.change_layer(document.spec, "dense_1", Dense(64, activation="tanh"))
    document.edit(edit.text, edit.project)
    assert written == ["dense_1"]


def test_cards_of_layers_that_stay_are_the_same_widgets(panel, document) -> None:
    kept = {place: panel.item(place) for place in PLACES}
    for edit in (edits.move_layer(document.spec, "dropout_1", 1), edits.add_layer(document.spec, "dropout")):
        document.edit(edit.text, edit.project)
    assert all(panel.item(place) is widget for place, widget in kept.items())
    assert [place for place in cards(panel) if place not in PLACES] == ["dropout_2"]


@pytest.mark.parametrize("act", [edits.delete_layer, edits.duplicate_layer])
def test_undo_brings_the_cards_back(qtbot, panel, document, act) -> None:
    edit = act(document.spec, "dense_1")
    document.edit(edit.text, edit.project)
    assert cards(panel) != PLACES
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: cards(panel) == PLACES)


def test_a_deleted_layer_leaves_the_choice_to_what_moves_up(panel, document) -> None:
    panel.choose("dense_1")
    edit = edits.delete_layer(document.spec, "dense_1")
    told: list[str] = []
    panel.chosen.connect(told.append)
    document.edit(edit.text, edit.project)
    assert told == ["dropout_1"]


def test_a_click_chooses(qtbot, panel) -> None:
    with qtbot.waitSignal(panel.chosen) as told:
        qtbot.mouseClick(panel.item("loss").card, Qt.MouseButton.LeftButton)
    assert told.args == ["loss"]


def test_arrow_keys_move_the_choice_and_the_focus(qtbot, panel) -> None:
    panel.look_at("data")
    for key, place in (("Down", "input"), ("Down", "flatten_1"), ("Up", "input"), ("End", "early_stopping")):
        qtbot.keyClick(panel.item(panel.place).card, getattr(Qt.Key, f"Key_{key}"))
        assert panel.place == place
        assert panel.item(place).card.hasFocus()
    qtbot.keyClick(panel.item("early_stopping").card, Qt.Key.Key_Down)
    assert panel.place == "early_stopping"


def test_tab_reaches_one_card_only(panel) -> None:
    panel.choose("dense_1")
    reached = [place for place in PLACES if panel.item(place).card.focusPolicy() & Qt.FocusPolicy.TabFocus.value]
    assert reached == ["dense_1"]


@pytest.mark.parametrize(
    "key, modifier, signal, words",
    [
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "delete_asked", ["dense_1"]),
        (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier, "duplicate_asked", ["dense_1"]),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, "move_asked", ["dense_1", 0]),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier, "move_asked", ["dense_1", 2]),
    ],
)
def test_keys_on_a_layer_ask_for_what_they_mean(qtbot, panel, key, modifier, signal, words) -> None:
    panel.look_at("dense_1")
    qtbot.waitUntil(panel.item("dense_1").card.hasFocus)
    with qtbot.waitSignal(getattr(panel, signal)) as told:
        qtbot.keyClick(panel.item("dense_1").card, key, modifier)
    assert told.args == words


def test_what_is_no_layer_can_not_be_deleted_or_moved(panel) -> None:
    panel.choose("loss")
    assert not panel.delete_action.isEnabled()
    panel.choose("flatten_1")
    assert panel.delete_action.isEnabled()
    assert not panel.up_action.isEnabled()
    assert panel.down_action.isEnabled()


def drag(qtbot, panel: OutlinePanel, place: str, to: str, *, below: bool) -> None:
    """Moves the mouse with a card to above or below another one, without letting go."""
    card = panel.item(place).card
    target = panel.item(to)
    end = target.mapToGlobal(QPoint(20, target.height() - 2 if below else 2))
    qtbot.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    qtbot.mouseMove(card, card.mapFromGlobal(end))


def test_a_dragged_layer_is_moved_where_it_is_dropped(qtbot, panel) -> None:
    drag(qtbot, panel, "flatten_1", "dropout_1", below=True)
    card = panel.item("flatten_1").card
    assert panel._line.isVisible()
    target = panel.item("dropout_1")
    end = target.mapToGlobal(QPoint(20, target.height() - 2))
    with qtbot.waitSignal(panel.move_asked) as told:
        qtbot.mouseRelease(card, Qt.MouseButton.LeftButton, pos=card.mapFromGlobal(end))
    assert told.args == ["flatten_1", 2]
    assert not panel._line.isVisible()


def test_escape_cancels_a_drag(qtbot, panel) -> None:
    drag(qtbot, panel, "flatten_1", "dropout_1", below=True)
    card = panel.item("flatten_1").card
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert not panel._line.isVisible()
    with qtbot.assertNotEmitted(panel.move_asked):
        qtbot.mouseRelease(card, Qt.MouseButton.LeftButton)


def test_a_drop_where_it_was_asks_for_nothing(qtbot, panel) -> None:
    drag(qtbot, panel, "dense_1", "dense_1", below=True)
    card = panel.item("dense_1").card
    with qtbot.assertNotEmitted(panel.move_asked):
        qtbot.mouseRelease(card, Qt.MouseButton.LeftButton, pos=QPoint(20, card.height() - 2))


def test_problems_stand_under_their_card_with_their_fix(qtbot, panel, document) -> None:
    problem = Problem("warning", "dense_1", "Too wide.", Fix("Halve", lambda project: project))
    panel.show_project(document.spec, document.facts, with_problems(document.outline, problem))
    (strip,) = panel.item("dense_1").strips
    assert strip.property("severity") == "warning"
    with qtbot.waitSignal(panel.fix_asked) as told:
        strip.button.click()
    assert told.args == [problem]


def test_a_strip_that_reads_the_same_stays_with_the_newest_fix(qtbot, panel, document) -> None:
    def found() -> Problem:
        return Problem("hint", "loss", "Better so.", Fix("Do", lambda project: project))

    panel.show_project(document.spec, document.facts, with_problems(document.outline, found()))
    (strip,) = panel.item("loss").strips
    newest = found()
    panel.show_project(document.spec, document.facts, with_problems(document.outline, newest))
    assert panel.item("loss").strips == (strip,)
    assert strip.problem is newest


def test_a_mended_problem_takes_its_strip_away(panel, document) -> None:
    problem = Problem("blocking", "data", "Nothing to train with.")
    panel.show_project(document.spec, document.facts, with_problems(document.outline, problem))
    assert len(panel.item("data").strips) == 1
    panel.show_project(document.spec, document.facts, with_problems(document.outline))
    assert panel.item("data").strips == ()


def test_no_line_of_a_card_begins_with_a_dot() -> None:
    assert kept("24,300 train · 3,000 test") == "24,300 train\N{NO-BREAK SPACE}· 3,000 test"
