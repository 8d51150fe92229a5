"""What the next run will cost, said before Train is pressed."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from netbuilder.events import RunEnded
from netbuilder.spec import edits
from netbuilder.spec.goal import Goal
from netbuilder.spec.project import EarlyStopping
from netbuilder.ui.price import price_line, price_sentence


def price(epoch: float = 0.25, label: str = "CPU · 2 cores", epochs: int = 12) -> Any:
    device = SimpleNamespace(name="cpu", label=label)
    return SimpleNamespace(device=device, epoch=epoch, epochs=epochs, seconds=epoch * epochs)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def said(window) -> str:
    return plain(window.toolbar.says.accessibleName())


def edit(window, seed: int) -> None:
    made = edits.new_seed(window.document.spec, seed)
    window.document.edit(made.text, made.project)


@pytest.fixture
def ready(qtbot, window):
    """A window whose engine is ready, and that has asked for the price of its first project."""
    with qtbot.waitExposed(window):
        window.show()
    window.engine.greet()
    qtbot.waitUntil(lambda: len(window.runs.price._pricing.asked) == 1)
    yield window
    if window.training.running:
        window.training.finish(None)


def asked(window) -> list[Any]:
    found: list[Any] = window.runs.price._pricing.asked
    return found


def tell(window, project: Any, *prices: Any) -> None:
    window.runs.price._pricing.told.emit(project, prices)


def test_the_price_stands_where_the_eye_is_and_every_device_in_the_tooltip(ready) -> None:
    assert asked(ready) == [ready.document.spec]
    tell(ready, ready.document.spec, price(), price(0.1, "GPU 0"))
    assert said(ready) == "At most about 3 s for 12 epochs on CPU · 2 cores"
    lines = plain(ready.toolbar.says.toolTip()).splitlines()
    assert lines == ["CPU · 2 cores: about 3 s, 0.2 s an epoch", "GPU 0: about 1 s, 0.1 s an epoch"]


def test_an_edit_takes_the_old_price_away_and_the_new_one_is_asked_for_once(qtbot, ready) -> None:
    before = ready.document.spec
    tell(ready, before, price())
    for seed in (1, 2, 3):
        edit(ready, seed)
    assert said(ready) == ""
    tell(ready, before, price())  # too late
    assert said(ready) == ""
    qtbot.waitUntil(lambda: len(asked(ready)) == 2)
    assert asked(ready)[-1] == ready.document.spec
    tell(ready, ready.document.spec, price())
    assert "3 s" in said(ready)


def test_nothing_is_asked_before_the_engine_is_ready_or_while_something_must_be_mended(qtbot, window) -> None:
    window.show()
    edit(window, 1)
    assert not window.runs.price._later.isActive()
    window.engine.greet()
    assert window.runs.price._later.isActive()
    split = replace(window.document.spec.data.split, validation=1e6)
    made = edits.change_split(window.document.spec, split, "split")
    window.document.edit(made.text, made.project)
    assert window.document.outline.blocking
    assert not window.runs.price._later.isActive()


def test_data_that_cannot_be_read_have_no_price_until_they_are_there(ready) -> None:
    tell(ready, ready.document.spec, price())
    ready.previews.failed.emit(ready.document.spec.data, "The folder is not there.")
    assert said(ready) == ""
    assert not ready.runs.price._later.isActive()
    ready.previews.download_ended.emit("")
    assert ready.runs.price._later.isActive()


def test_a_run_ends_the_measurement_and_its_outcome_goes_before_a_price(qtbot, ready) -> None:
    forgotten = ready.runs.price._pricing.forgotten
    ready.actions_.train.trigger()
    assert ready.runs.price._pricing.forgotten > forgotten
    tell(ready, ready.document.spec, price())
    ready.training.say(RunEnded("all_epochs", 12, None, False, 3.0, {}))
    ready.training.finish(ready.document.spec)
    assert said(ready) == "Trained 12 epochs in 3 s"
    assert not ready.runs.price._later.isActive()
    edit(ready, 5)
    assert said(ready) == ""
    qtbot.waitUntil(lambda: len(asked(ready)) == 2)
    tell(ready, ready.document.spec, price())
    assert said(ready).startswith("At most about 3 s")


def test_a_project_edited_while_it_is_trained_says_how_the_run_ended_until_it_has_a_price(qtbot, ready) -> None:
    tell(ready, ready.document.spec, price())
    ready.actions_.train.trigger()
    edit(ready, 5)
    ready.training.say(RunEnded("all_epochs", 12, None, False, 3.0, {}))
    ready.training.finish(None)
    assert said(ready) == "Trained 12 epochs in 3 s"
    qtbot.waitUntil(lambda: asked(ready)[-1] == ready.document.spec)
    tell(ready, ready.document.spec, price())
    assert said(ready).startswith("At most about 3 s")
    ready.document.undo_stack.undo()
    assert said(ready) == "Trained 12 epochs in 3 s"
    assert not ready.runs.price._later.isActive()
    edit(ready, 6)
    assert said(ready) == ""


def test_what_could_not_be_measured_is_not_tried_again(ready) -> None:
    tell(ready, ready.document.spec)
    assert said(ready) == ""
    ready.engine.ready.emit(SimpleNamespace(versions={}, devices=(), no_gpu_sentence=""))
    assert not ready.runs.price._later.isActive()
    edit(ready, 5)
    assert ready.runs.price._later.isActive()


def test_a_measurement_that_the_engine_died_of_is_not_tried_again(ready) -> None:
    ready.engine.died.emit("The engine has died.", "")
    ready.engine.replaced.emit()
    ready.engine.greet()
    assert not ready.runs.price._later.isActive()
    edit(ready, 5)
    assert ready.runs.price._later.isActive()


def test_at_most_is_said_where_the_run_may_end_by_itself(project) -> None:
    training = project.training
    certain = replace(project, training=replace(training, early_stopping=EarlyStopping(on=False)))
    assert plain(price_sentence(certain, price())) == "About 3 s for 12 epochs on CPU · 2 cores"
    assert price_sentence(project, price()).startswith("At most about")
    goal = replace(certain, training=replace(certain.training, goal=Goal(value=0.9)))
    assert price_sentence(goal, price()).startswith("At most about")
    short = replace(certain, training=replace(certain.training, goal=Goal(minutes=0.02)))
    assert plain(price_sentence(short, price())).startswith("At most about 1 s")
    assert "1 epoch on" in plain(price_sentence(certain, price(epochs=1)))


def test_a_moment_is_not_said_to_be_no_time_at_all() -> None:
    assert "less than 0.1 s" in plain(price_line(price(0.001)))
    assert "0.0" not in price_line(price(0.001))
