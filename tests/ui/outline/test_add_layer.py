"""The menu of layers: found by typing, added by Enter."""

import pytest
from PySide6.QtCore import Qt

from netbuilder.spec.layers import layer
from netbuilder.ui.outline import OutlinePanel
from netbuilder.ui.outline.add_layer import found


@pytest.fixture
def panel(qtbot, document) -> OutlinePanel:
    made = OutlinePanel()
    qtbot.addWidget(made)
    made.show_project(document.spec, document.facts, document.outline)
    made.show()
    made.ask_for_layer()
    yield made
    made.layer_menu.hide()


def test_without_a_word_every_layer_is_offered_group_by_group() -> None:
    entries = found(layer, "")
    assert {entry.name for entry in entries} == {entry.name for entry in layer}
    groups = [entry.group for entry in entries]
    assert [group for at, group in enumerate(groups) if at == 0 or groups[at - 1] != group] == list(
        dict.fromkeys(groups)
    )
    assert entries[0].name == "dense"


@pytest.mark.parametrize(
    "typed, first", [("drop", "dropout"), ("OVERFIT", "dropout"), ("dense", "dense"), ("mean 0", None)]
)
def test_words_find_titles_first_and_then_what_a_layer_does(typed, first) -> None:
    entries = found(layer, typed)
    assert entries
    assert first is None or entries[0].name == first


def test_what_no_layer_has_finds_nothing() -> None:
    assert found(layer, "quantum") == []


def test_enter_adds_the_found_layer_below_the_chosen_one(qtbot, panel) -> None:
    panel.choose("flatten_1")
    qtbot.keyClicks(panel.layer_menu.search, "dropo")
    with qtbot.waitSignal(panel.add_asked) as told:
        qtbot.keyClick(panel.layer_menu.search, Qt.Key.Key_Return)
    assert told.args == ["dropout", "flatten_1"]
    assert not panel.layer_menu.isVisible()


def test_arrows_choose_among_the_found_and_skip_headings(qtbot, panel) -> None:
    menu = panel.layer_menu
    names = []
    for _press in range(menu.list.count()):
        names += [item.data(Qt.ItemDataRole.UserRole) for item in menu.list.selectedItems()]
        qtbot.keyClick(menu.search, Qt.Key.Key_Down)
    assert list(dict.fromkeys(names)) == [entry.name for entry in found(layer, "")]


def test_enter_adds_nothing_where_nothing_is_found(qtbot, panel) -> None:
    qtbot.keyClicks(panel.layer_menu.search, "quantum")
    with qtbot.assertNotEmitted(panel.add_asked):
        qtbot.keyClick(panel.layer_menu.search, Qt.Key.Key_Return)
    assert panel.layer_menu.isVisible()


def test_beside_a_card_of_training_a_layer_is_wanted_where_layers_usually_stand(qtbot, panel) -> None:
    panel.choose("loss")
    with qtbot.waitSignal(panel.add_asked) as told:
        qtbot.keyClick(panel.layer_menu.search, Qt.Key.Key_Return)
    assert told.args == ["dense", ""]
