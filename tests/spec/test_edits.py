"""What a person does to a project, and what follows by itself."""

from dataclasses import replace

import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.data.points.moons import Moons
from netbuilder.spec import edits
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.problems import Fix
from netbuilder.spec.project import DataSpec, ProjectSpec, stack
from netbuilder.spec.split import Split


@pytest.fixture
def project() -> ProjectSpec:
    """flatten_1, dense_1 (64 relu), dropout_1, dense_2 (10 softmax) on 8 × 8 digits."""
    layers = stack(Flatten(), Dense(64), Dropout(), Dense(10, activation="softmax"))
    return ProjectSpec(DataSpec(Digits8x8(), Digits8x8().usual_split()), layers)


def names(project: ProjectSpec) -> list[str]:
    return [placed.name for placed in project.layers]


@pytest.mark.parametrize("kind", [entry.name for entry in layer])
def test_a_new_layer_of_any_kind_stands_before_the_output_with_its_defaults(project, kind) -> None:
    edit = edits.add_layer(project, kind)
    assert edit.project.layers[-2].name == edit.place
    assert edit.project.layers[-2].layer == layer[kind].kind()
    assert edit.project.layers[-1] == project.layers[-1]
    assert edit.text.startswith("add ")


@pytest.mark.parametrize(
    "after, at", [("input", 0), ("flatten_1", 1), ("dense_1", 2), ("dropout_1", 3), ("dense_2", 3), (None, 3)]
)
def test_a_new_layer_stands_below_the_chosen_one_but_never_below_the_output(project, after, at) -> None:
    assert names(edits.add_layer(project, "dropout", after).project)[at] == "dropout_2"


def test_a_first_layer_can_be_added_to_an_empty_network(project) -> None:
    empty = replace(project, layers=(), output_follows_data=False)
    assert names(edits.add_layer(empty, "dense").project) == ["dense_1"]


def test_deleting_names_what_is_deleted_and_looks_at_what_moves_up(project) -> None:
    edit = edits.delete_layer(project, "dense_1")
    assert edit.text == "delete Dense 64"
    assert names(edit.project) == ["flatten_1", "dropout_1", "dense_2"]
    assert edit.place == "dropout_1"


def test_deleting_the_last_layer_looks_at_the_one_before_and_then_at_the_input(project) -> None:
    free = replace(project, output_follows_data=False)
    assert edits.delete_layer(free, "dense_2").place == "dropout_1"
    alone = replace(free, layers=free.layers[:1])
    assert edits.delete_layer(alone, "flatten_1").place == "input"


def test_where_the_output_is_deleted_the_dense_layer_above_answers_for_the_data(project) -> None:
    output = edits.delete_layer(project, "dense_2").project.output()
    assert output is not None
    assert output.name == "dense_1"
    assert (output.layer.units, output.layer.activation) == (10, "softmax")


def test_an_output_set_by_hand_stays_as_it_is(project) -> None:
    by_hand = edits.unlock_output(project).project
    output = edits.delete_layer(by_hand, "dense_2").project.output()
    assert output is not None
    assert output.layer == Dense(64)


def test_a_copy_stands_below_its_original_under_a_name_of_its_own(project) -> None:
    edit = edits.duplicate_layer(project, "dense_1")
    assert names(edit.project) == ["flatten_1", "dense_1", "dense_3", "dropout_1", "dense_2"]
    assert edit.project.layers[2].layer == project.layers[1].layer
    assert edit.place == "dense_3"


def test_a_copy_of_the_output_is_a_hidden_layer(project) -> None:
    edit = edits.duplicate_layer(project, "dense_2")
    assert names(edit.project)[-2:] == ["dense_3", "dense_2"]


@pytest.mark.parametrize("to, at", [(0, 0), (1, 1), (3, 3), (99, 3), (-5, 0)])
def test_a_layer_moves_to_any_place_and_no_further_than_the_ends(project, to, at) -> None:
    edit = edits.move_layer(project, "dropout_1", to)
    assert names(edit.project).index("dropout_1") == at
    assert sorted(names(edit.project)) == sorted(names(project))
    assert edit.text == "move Dropout 20%"


def test_changing_a_layer_names_the_setting(project) -> None:
    edit = edits.change_layer(project, "dense_1", Dense(128), "Units")
    assert edit.text == "Units of Dense"
    assert edit.project.layers[1].layer == Dense(128)


def test_other_data_bring_their_usual_split_and_the_output_follows(project) -> None:
    training = replace(project.training, epochs=7, batch_size=5)
    by_hand = edits.change_split(replace(project, training=training), Split(validation=0.33), "Validation").project
    after = edits.change_source(by_hand, Moons()).project
    assert after.data.split == Moons().usual_split()
    output = after.output()
    assert output is not None
    assert (output.layer.units, output.layer.activation) == (1, "sigmoid")
    assert (after.training.epochs, after.training.batch_size) == (7, 5)


def test_other_settings_of_the_same_data_keep_the_split(project) -> None:
    moons = edits.change_source(project, Moons()).project
    by_hand = edits.change_split(moons, Split(validation=0.33), "Validation").project
    edit = edits.change_source(by_hand, Moons(noise=0.3), "Noise")
    assert edit.project.data.split == Split(validation=0.33)
    assert edit.text == "Noise of Two moons"


def test_one_hot_labels_bring_a_loss_that_takes_them(project) -> None:
    after = edits.change_labels(project, "one-hot").project
    assert after.data.labels == "one-hot"
    assert "one-hot" in after.training.loss.takes


def test_an_unlocked_input_begins_with_what_it_was(project) -> None:
    unlocked = edits.unlock_input(project).project.input
    assert (unlocked.follows_data, unlocked.shape, unlocked.scaling) == (False, (8, 8), "unit")
    points = edits.change_source(project, Moons()).project
    assert edits.unlock_input(points).project.input.scaling == "standard"
    assert edits.lock_input(edits.unlock_input(project).project).project.input.follows_data


def test_a_locked_output_follows_the_data_again(project) -> None:
    free = edits.unlock_output(project).project
    changed = edits.change_layer(free, "dense_2", Dense(3), "Units").project
    locked = edits.lock_output(changed)
    assert locked.project.output_follows_data
    assert locked.project.layers[-1].layer.units == 10
    assert locked.place == "dense_2"


def test_a_new_seed_changes_nothing_else(project) -> None:
    edit = edits.new_seed(project, 7)
    assert edit.project.training.seed == 7
    assert edits.new_seed(edit.project, project.training.seed).project == project


def test_a_fix_is_one_step_with_its_words(project) -> None:
    fix = Fix("Insert Flatten", lambda one: edits.add_layer(one, "flatten", "input").project)
    edit = edits.mended(project, fix, "dense_1")
    assert edit.text == "fix: Insert Flatten"
    assert len(edit.project.layers) == 5


@pytest.mark.parametrize("act", [edits.delete_layer, edits.duplicate_layer])
def test_an_unknown_layer_is_a_key_error(project, act) -> None:
    with pytest.raises(KeyError):
        act(project, "dense_9")


def test_a_goal_that_is_switched_on_watches_what_is_measured(project) -> None:
    edit = edits.change_goal(project, Goal(value=0.95), "Value to reach")
    assert edit.text == "Value to reach of the goal"
    assert edit.project.training.goal == Goal(monitor="val_accuracy", value=0.95)
    errors = replace(project, training=replace(project.training, metrics=("mean_absolute_error",)))
    assert edits.change_goal(errors, Goal(value=0.95), "").project.training.goal.monitor == "val_mean_absolute_error"
    alone = replace(project, data=replace(project.data, split=Split(0.0)))
    assert edits.change_goal(alone, Goal(value=0.95), "").project.training.goal.monitor == "accuracy"


def test_what_a_goal_watches_can_be_chosen_freely_while_it_is_on(project) -> None:
    on = edits.change_goal(project, Goal(value=0.95), "").project
    assert edits.change_goal(on, Goal(monitor="val_auc", value=0.95), "").project.training.goal.monitor == "val_auc"
