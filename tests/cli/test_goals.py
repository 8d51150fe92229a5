"""Goals from the command line: what is given is set, and the rest stays."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from netbuilder.cli.arguments import main
from netbuilder.cli.goals import with_goal
from netbuilder.cli.sentences import BadInput
from netbuilder.files.templates import template_named
from netbuilder.spec.goal import Goal
from netbuilder.spec.project import ProjectSpec

IRIS = template_named("iris").project()


def with_own_goal(goal: Goal) -> ProjectSpec:
    return replace(IRIS, training=replace(IRIS.training, goal=goal))


def test_minutes_and_a_value_to_reach_are_set_one_by_one() -> None:
    own = with_own_goal(Goal(minutes=3.0, monitor="val_loss", value=0.5))
    assert with_goal(own, None, None) == own
    assert with_goal(own, 5, None).training.goal == Goal(minutes=5.0, monitor="val_loss", value=0.5)
    after = with_goal(own, None, " accuracy = 9e-1")
    assert after.training.goal == Goal(minutes=3.0, monitor="accuracy", value=0.9)
    assert after == with_own_goal(after.training.goal)


def test_what_is_wrong_with_the_project_itself_does_not_hinder_a_goal() -> None:
    odd = with_own_goal(Goal(monitor="val_auc", value=7.0))
    assert with_goal(odd, 5, None).training.goal.minutes == 5.0
    with pytest.raises(BadInput, match="never above 1"):
        with_goal(with_own_goal(Goal(value=7.0)), None, "val_accuracy=7")
    watching_nothing = replace(IRIS.training.early_stopping, monitor="val_auc")
    odd = replace(IRIS, training=replace(IRIS.training, early_stopping=watching_nothing))
    assert with_goal(odd, None, "val_loss=0.1").training.goal.value == 0.1


@pytest.mark.slow
def test_a_training_ends_after_the_first_epoch_that_is_good_enough(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "iris", "--epochs", "40", "--until", "loss=0.5", "--out", str(tmp_path / "out"), "--json"]
    assert main(arguments) == 0
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    losses = [one["metrics"]["loss"] for one in told if one["event"] == "epoch_ended"]
    assert told[-1]["reason"] == "goal_reached"
    assert len(losses) < 40
    assert losses[-1] <= 0.5 < min(losses[:-1])
