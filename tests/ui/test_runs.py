"""A run in the window: its orders, its buttons, its learning rate and its end."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence
from PySide6.QtWidgets import QApplication

from netbuilder.events import (
    BatchesTrained,
    EpochEnded,
    LearningRateSet,
    RunEnded,
    RunFailed,
    RunPaused,
    RunPrepared,
    RunResumed,
)
from netbuilder.spec import edits
from netbuilder.spec.schedules import schedule
from netbuilder.ui.run_state import Phase
from netbuilder.ui.theme import colours

PREPARED = RunPrepared("CPU", True, 12, 40, 1150, 288, 4810, False)
STOPPED = RunEnded("stopped", 2, None, False, 3.0, {}, part_steps=17)


def trained(epoch: int = 1, first: int = 0, steps: int = 10) -> BatchesTrained:
    return BatchesTrained(epoch, first, np.ones(steps, np.float32), {}, 1e5, 3.0, 1.0)


def epoch_ended(epoch: int = 1, rate: float = 1e-3) -> EpochEnded:
    return EpochEnded(epoch, 0.5, {"loss": 1.0}, rate, None, 0)


@pytest.fixture
def shown(qtbot, window):
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    yield window
    if window.training.running:
        window.training.finish(None)


@pytest.fixture
def learning(shown):
    shown.actions_.train.trigger()
    shown.training.say(PREPARED, trained())
    return shown


def test_what_more_epochs_are_trained_with_is_said_where_the_schedule_comes_to_nothing(shown):
    tips = []
    for kind in (schedule["cosine"].kind(), schedule["cosine"].kind(final_share=0.1), schedule["constant"].kind()):
        training = replace(shown.document.spec.training, schedule=kind)
        shown.document.edit("", replace(shown.document.spec, training=training))
        tips.append(shown.actions_.more[10].toolTip())
    assert "Once the schedule has come to 0, they are trained with a learning rate of 0.0001." in tips[0]
    assert [tip for tip in tips[1:] if "schedule" in tip] == []


def test_the_empty_plot_asks_for_a_run_only_while_there_is_none(shown):
    assert "F5" in shown.curves._empty.text()
    shown.actions_.train.trigger()
    assert "F5" not in shown.curves._empty.text()
    shown.training.finish(None)
    assert "F5" in shown.curves._empty.text()


def test_no_step_is_offered_while_no_engine_could_make_it(learning):
    learning.training.say(RunPaused(1, 10))
    assert {"resume", "step"} <= enabled(learning)
    learning.training.waits.emit("Waiting a moment …")
    assert "resume" in enabled(learning)
    assert "step" not in enabled(learning)
    learning.training.waits.emit("")
    assert "step" in enabled(learning)


def phase(window) -> Phase:
    return window.runs.running.state.phase


def enabled(window) -> set[str]:
    act = window.actions_
    named = {
        "train": act.train,
        "pause": act.pause,
        "resume": act.resume,
        "step": act.step,
        "stop": act.stop,
        "best": act.stop_best,
        "more": act.more[10],
    }
    return {name for name, action in named.items() if action.isEnabled()}


def test_what_can_be_asked_follows_the_run(shown) -> None:
    train = shown.training
    assert enabled(shown) == {"train", "step"}
    shown.actions_.train.trigger()
    assert enabled(shown) == {"pause", "stop"}
    train.say(PREPARED, trained(), epoch_ended())
    assert enabled(shown) == {"pause", "stop", "best"}
    shown.actions_.pause.trigger()
    assert enabled(shown) == {"stop", "best"}
    train.say(RunPaused(2, 3))
    assert enabled(shown) == {"resume", "step", "stop", "best"}
    shown.actions_.resume.trigger()
    assert enabled(shown) == {"pause", "stop", "best"}
    train.say(RunResumed())
    shown.actions_.stop_best.trigger()
    assert enabled(shown) == set()
    train.say(STOPPED)
    train.finish(shown.document.spec, can_go_on=True)
    assert enabled(shown) == {"train", "step", "more"}
    assert train.orders == [("start", False), ("pause",), ("resume",), ("stop", "best")]


def test_a_pressed_button_changes_before_the_run_obeys(learning) -> None:
    run = learning.toolbar.run
    learning.actions_.pause.trigger()
    assert run.pausing.isVisible()
    assert not run.pause.isVisible()
    learning.training.say(RunPaused(1, 10))
    assert run.resume.isVisible()
    learning.actions_.resume.trigger()
    assert run.pause.isVisible()
    learning.actions_.stop.trigger()
    assert run.stopping.isVisible()
    assert learning.toolbar.says.accessibleName() == "Stopping …"


def test_the_buttons_stand_still_from_first_to_last(qtbot, shown) -> None:
    def places() -> list[tuple[int, int]]:
        bar = shown.toolbar
        parts = (bar.run, bar.run.first, bar.run.step, bar.run.last, bar.says.parentWidget(), bar.device, bar.export)
        return [(part.x(), part.width()) for part in parts]

    for size in ((1440, 900), (1024, 700)):
        shown.resize(*size)
        # A screen does it when it likes, and then it is laid out.
        qtbot.waitUntil(lambda width=size[0]: shown.toolbar.width() == width)
        qtbot.waitUntil(lambda: shown.toolbar.run.width() == shown.toolbar.run.sizeHint().width())
        QApplication.processEvents()
        before = places()
        shown.actions_.train.trigger()
        steps = (
            lambda: shown.training.say(PREPARED, trained()),
            shown.actions_.pause.trigger,
            lambda: shown.training.say(RunPaused(1, 10)),
            shown.actions_.step.trigger,
            shown.actions_.stop.trigger,
            lambda: shown.training.finish(shown.document.spec, can_go_on=True),
        )
        for step in steps:
            step()
            QApplication.processEvents()
            assert places() == before


def test_a_step_without_a_run_begins_one_that_rests(shown) -> None:
    shown.actions_.step.trigger()
    assert shown.training.orders == [("start", True)]
    assert phase(shown) is Phase.PAUSING
    assert shown.toolbar.run.pause.isVisible(), "nobody has asked for a pause"
    assert not shown.actions_.pause.isEnabled()
    shown.training.say(PREPARED, RunPaused(1, 0))
    assert shown.training.orders[1:] == [("step", "batch")]
    shown.training.say(trained(steps=1), RunPaused(1, 1))
    assert phase(shown) is Phase.PAUSED
    assert "batch 1 of 40" in shown.toolbar.says.toolTip().replace("\N{NO-BREAK SPACE}", " ")


def test_a_key_held_down_asks_for_the_next_batch_only_after_the_last_one(qtbot, learning) -> None:
    learning.training.say(RunPaused(1, 10))
    for _press in range(3):
        qtbot.keyClick(learning, Qt.Key.Key_F10)
    assert learning.training.orders[1:] == [("step", "batch")]
    assert learning.toolbar.run.resume.isVisible()
    learning.training.say(trained(first=10, steps=1), RunPaused(1, 11))
    qtbot.keyClick(learning, Qt.Key.Key_F10)
    assert learning.training.orders[1:] == [("step", "batch")] * 2


def test_a_step_of_an_epoch_can_be_paused(learning) -> None:
    learning.training.say(RunPaused(1, 10))
    learning.actions_.step_epoch.trigger()
    assert learning.training.orders[-1] == ("step", "epoch")
    assert phase(learning) is Phase.RUNNING
    learning.training.say(RunResumed(), trained(first=10, steps=30), epoch_ended(), RunPaused(2, 0))
    assert phase(learning) is Phase.PAUSED


def test_f5_trains_and_resumes_and_f6_pauses_and_resumes(qtbot, shown) -> None:
    qtbot.keyClick(shown, Qt.Key.Key_F5)
    shown.training.say(PREPARED, trained())
    for resume in (Qt.Key.Key_F5, Qt.Key.Key_F6):
        qtbot.keyClick(shown, Qt.Key.Key_F6)
        shown.training.say(RunPaused(1, 10))
        qtbot.keyClick(shown, resume)
        shown.training.say(RunResumed())
    qtbot.keyClick(shown, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    words = [order[0] for order in shown.training.orders]
    assert words == ["start", "pause", "resume", "pause", "resume", "stop"]
    assert shown.training.orders[-1] == ("stop", "last")


def test_no_two_actions_that_can_be_asked_at_once_share_a_key(shown) -> None:
    act = shown.actions_

    def keys() -> list[str]:
        actions = [one for one in shown.findChildren(type(act.train)) if one.isEnabled()]
        return [key.toString(QKeySequence.SequenceFormat.PortableText) for one in actions for key in one.shortcuts()]

    def check() -> None:
        found = [key for key in keys() if key]
        assert len(found) == len(set(found))

    check()
    shown.actions_.train.trigger()
    check()
    shown.training.say(PREPARED, trained(), RunPaused(1, 10))
    check()
    shown.training.finish(shown.document.spec, can_go_on=True)
    check()


def test_every_order_stands_in_the_run_menu_with_words(shown) -> None:
    menu = next(one.menu() for one in shown.menuBar().actions() if one.text() == "&Run")
    listed = [*menu.actions(), *shown.menus.more.actions()]
    for action in shown.actions_.run:
        assert action in listed
        assert action.whatsThis()
        assert action.toolTip() != action.text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_icon_of_train_can_be_seen_on_the_button_and_in_the_menu(shown, scheme) -> None:
    next(one for one in shown.actions_.schemes.actions() if one.data() == scheme).trigger()
    theme = colours(shown.palette())
    shown.actions_.train.trigger()
    shown.training.finish(None)
    for drawn, ink in ((shown.toolbar.run.train.icon(), theme.on_accent), (shown.actions_.train.icon(), theme.text)):
        assert drawn.pixmap(16).toImage().pixelColor(6, 8).name().upper() == ink


def test_the_focus_stays_in_its_place_and_returns_to_train(qtbot, shown) -> None:
    run = shown.toolbar.run
    run.train.setFocus()
    qtbot.keyClick(run.train, Qt.Key.Key_Space)
    assert run.pause.hasFocus()
    shown.training.say(PREPARED, trained())
    qtbot.keyClick(run.pause, Qt.Key.Key_Space)
    assert run.pausing.hasFocus()
    shown.training.say(RunPaused(1, 10))
    assert run.resume.hasFocus()
    run.stop.setFocus()
    qtbot.keyClick(run.stop, Qt.Key.Key_Space)
    assert run.stopping.hasFocus()
    shown.training.finish(shown.document.spec, can_go_on=True)
    assert run.train.hasFocus()


def test_the_bar_follows_the_time_that_a_run_may_take(qtbot, shown, monkeypatch) -> None:
    spec = shown.document.spec
    goal = replace(spec.training.goal, minutes=3.0)
    shown.document.edit("goal", replace(spec, training=replace(spec.training, epochs=20_000, goal=goal)))
    shares: list[float] = []
    monkeypatch.setattr(shown.toolbar, "show_running", lambda share, *_: shares.append(share))
    shown.actions_.train.trigger()
    shown.training.say(
        replace(PREPARED, epochs=20_000), replace(trained(), seconds=5.0), replace(trained(), seconds=95.0)
    )
    qtbot.waitUntil(lambda: shares[-1] == 0.5)


# The end, and going on


def test_the_outcome_is_said_until_the_project_is_edited_and_again_after_undo(learning) -> None:
    learning.training.say(STOPPED)
    learning.training.finish(learning.document.spec)
    said = learning.toolbar.says.toolTip().replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith("Stopped after 2 epochs and 17 batches of epoch 3")
    edit = edits.add_layer(learning.document.spec, "dropout")
    learning.document.edit(edit.text, edit.project)
    assert learning.toolbar.says.toolTip() == ""
    learning.document.undo_stack.undo()
    assert learning.toolbar.says.toolTip().startswith("Stopped after 2")


def test_the_last_run_goes_on_while_the_project_is_the_same_apart_from_its_title(learning) -> None:
    spec = learning.document.spec
    learning.training.finish(spec, can_go_on=True)
    learning.document.edit("title", replace(spec, title="Other"))
    assert learning.actions_.more[10].isEnabled()
    edit = edits.new_seed(learning.document.spec, 7)
    learning.document.edit(edit.text, edit.project)
    assert not learning.actions_.more[10].isEnabled()
    learning.document.undo_stack.undo()
    assert learning.actions_.more[10].isEnabled()


@pytest.mark.parametrize("asked, epochs", [(1, 1), (10, 10), (100, 100), (0, 12)])
def test_more_epochs_are_as_many_as_the_menu_says(learning, asked, epochs) -> None:
    learning.training.finish(learning.document.spec, can_go_on=True)
    assert str(epochs) in learning.actions_.more[asked].text()
    learning.actions_.more[asked].trigger()
    assert learning.training.orders[-1] == ("go on", epochs)
    assert phase(learning) is Phase.PREPARING


def test_the_curves_of_a_run_that_goes_on_keep_their_beginning(learning) -> None:
    learning.training.say(trained(1, 10, 30), epoch_ended(), RunEnded("all_epochs", 1, None, False, 3.0, {}))
    learning.training.finish(learning.document.spec, can_go_on=True)
    learning.actions_.more[10].trigger()
    learning.training.say(replace(PREPARED, first_epoch=2, epochs=11), trained(2))
    assert list(learning.curves.data.epochs) == [1]
    assert len(learning.curves.data.losses) == 50
    assert learning.curves.data.end == 11


def test_curves_stay_until_the_next_run_has_something_to_show(learning) -> None:
    learning.training.say(RunEnded("stopped", 0, None, False, 1.0, {}, part_steps=10))
    learning.training.finish(learning.document.spec)
    learning.actions_.train.trigger()
    learning.training.say(PREPARED, RunPaused(1, 0))
    assert len(learning.curves.data.losses) == 10
    learning.training.say(trained(steps=1), RunPaused(1, 1))
    assert len(learning.curves.data.losses) == 1
    assert learning.curves.data.running


def test_a_run_stopped_before_its_first_step_leaves_the_curves_of_the_last(learning) -> None:
    learning.training.say(RunEnded("stopped", 0, None, False, 1.0, {}, part_steps=10))
    learning.training.finish(learning.document.spec)
    learning.actions_.train.trigger()
    learning.training.say(PREPARED, RunEnded("stopped", 0, None, False, 0.3, {}))
    learning.training.finish(learning.document.spec)
    assert len(learning.curves.data.losses) == 10
    assert not learning.curves.data.running


def test_a_run_stopped_while_it_is_prepared_leaves_the_window_ready_at_once(shown) -> None:
    shown.actions_.train.trigger()
    shown.actions_.stop.trigger()
    shown.training.say(RunEnded("stopped", 0, None, False, 0.4, {}))
    shown.training.finish(None)
    assert shown.toolbar.says.toolTip() == "Stopped before the first step"
    assert enabled(shown) == {"train", "step"}


def test_what_a_run_waits_for_is_said_until_it_begins(shown) -> None:
    shown.actions_.train.trigger()
    shown.training.waits.emit("Waiting until the last run is written into the history …")
    assert shown.toolbar.says.toolTip() == "Waiting until the last run is written into the history …"
    assert enabled(shown) == {"stop"}
    shown.training.waits.emit("")
    assert "pause" in enabled(shown)
    assert "Preparing" in shown.toolbar.says.toolTip()
    shown.training.waits.emit("Waiting until the last run is written into the history …")
    shown.actions_.stop.trigger()
    assert "Waiting" in shown.toolbar.says.toolTip(), "what it learned before an engine died is kept by the next one"
    shown.training.finish(None)
    assert "Waiting" not in shown.toolbar.says.toolTip()


def test_a_process_that_was_replaced_is_said_to_be_loading(shown) -> None:
    shown.engine.greet()
    assert "Keras" in shown.status.engine.text()
    shown.engine.replaced.emit()
    assert "loading" in shown.status.engine.text()


@pytest.mark.parametrize("state", ["preparing", "running", "pausing", "paused", "stopping"])
def test_the_window_closes_in_every_state_of_a_run(qtbot, shown, state) -> None:
    shown.actions_.train.trigger()
    if state != "preparing":
        shown.training.say(PREPARED, trained())
    if state in {"pausing", "paused"}:
        shown.actions_.pause.trigger()
    if state == "paused":
        shown.training.say(RunPaused(1, 10))
    if state == "stopping":
        shown.actions_.stop.trigger()
    event = QCloseEvent()
    shown.closeEvent(event)
    assert not event.isAccepted()
    assert shown.training.stops == 1
    shown.training.say(STOPPED)
    shown.training.finish(shown.document.spec)
    qtbot.waitUntil(lambda: not shown.isVisible())


def test_a_run_that_failed_says_nothing_in_the_toolbar(learning) -> None:
    learning.training.say(RunFailed("The memory does not suffice for batches of 4,096.", "Traceback"))
    learning.training.finish(None)
    assert learning.messages.says.text() == "The memory does not suffice for batches of 4,096."
    assert learning.toolbar.says.toolTip() == ""


def test_numbers_that_went_wrong_are_a_warning_and_no_hint(learning) -> None:
    learning.training.say(RunEnded("not_finite", 0, None, False, 3.0, {}, "Try a learning rate of 0.01."))
    learning.training.finish(None)
    assert learning.messages.says.text() == "Try a learning rate of 0.01."
    assert learning.messages.property("severity") == "warning"
    assert learning.toolbar.says.toolTip() == "Ended in epoch 1: the loss is no longer a number"


# The learning rate


def test_the_learning_rate_stands_in_the_status_bar_while_a_run_goes_on(shown) -> None:
    rate = shown.status.rate
    shown.actions_.train.trigger()
    assert not rate.isVisible()
    assert not shown.actions_.rate.isEnabled()
    before = shown.status.engine.x()
    shown.training.say(PREPARED)
    QApplication.processEvents()
    assert rate.text() == "Learning rate 0.001"
    assert shown.status.engine.x() == before
    shown.training.say(trained(), epoch_ended(1, 0.0009000000427477062))
    assert rate.text() == "Learning rate 0.0009"
    shown.training.finish(shown.document.spec)
    assert not rate.isVisible()


def test_going_on_within_the_first_epoch_shows_the_learning_rate_that_its_optimizer_has(shown) -> None:
    shown.actions_.train.trigger()
    stopped = RunEnded("stopped", 0, None, False, 1.0, {}, part_steps=20)
    shown.training.say(PREPARED, trained(), LearningRateSet(1, 10, 0.02, False), trained(1, 10), stopped)
    shown.training.finish(shown.document.spec, can_go_on=True)
    shown.actions_.more[10].trigger()
    shown.training.say(replace(PREPARED, first_step=20, learning_rate=0.02))
    assert shown.status.rate.text() == "Learning rate 0.02"
    shown.training.finish(shown.document.spec, can_go_on=True)
    assert "Learning rate 0.02" in shown.status.rate.text(), "it was set by hand, and may be kept"
    shown.actions_.more[10].trigger()
    shown.training.say(replace(PREPARED, first_epoch=13, learning_rate=float(np.float32(0.3))))
    assert shown.status.rate.text() == "Learning rate 0.3", "that of a network that was loaded in between"
    shown.training.finish(shown.document.spec, can_go_on=True)
    assert shown.status.rate.text() == "Learning rate ", "nobody has set it"


def test_a_typed_learning_rate_is_set_with_return_and_not_before(qtbot, learning) -> None:
    learning.actions_.rate.trigger()
    panel = learning.runs.panel
    assert panel.isVisible()
    box = panel.editor.focusProxy()
    box.selectAll()
    qtbot.keyClicks(box, "5e-4")
    assert len(learning.training.orders) == 1
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert learning.training.orders[1:] == [("rate", 5e-4)]
    assert "0.0005" in panel.says.text()
    panel.hide()


def test_what_was_set_says_since_when_and_what_it_replaced(learning) -> None:
    learning.training.say(LearningRateSet(3, 119, 0.0005000000237487257, True))
    assert learning.runs.panel.says.text() == "From batch 120 of epoch 3 on: 0.0005, in place of the schedule."
    learning.training.say(LearningRateSet(3, 119, 0.0005000000237487257, False))
    assert "schedule" not in learning.runs.panel.says.text()
    assert learning.document.spec.training.optimizer.learning_rate == 1e-3


def test_a_learning_rate_is_kept_in_the_project_by_one_step_that_undo_takes_back(learning) -> None:
    panel, document = learning.runs.panel, learning.document
    assert not panel.keep.isEnabled()
    learning.training.say(LearningRateSet(3, 119, 0.0005000000237487257, False))
    before = document.spec
    learning.training.finish(before)
    assert learning.status.rate.isVisible()
    assert not panel.editor.isEnabled()
    panel.keep.click()
    assert document.spec.training.optimizer.learning_rate == 5e-4
    assert not learning.status.rate.isVisible()
    document.undo_stack.undo()
    assert document.spec == before
    assert learning.status.rate.isVisible()


def test_a_learning_rate_that_no_project_may_have_can_not_be_kept(learning) -> None:
    learning.training.say(LearningRateSet(3, 119, 0.0, False))  # 1e-50 was typed, of which a float32 makes 0
    assert not learning.runs.panel.keep.isEnabled()
    learning.training.say(LearningRateSet(3, 120, 1e-20, False))
    assert learning.runs.panel.keep.isEnabled()


def test_a_schedule_does_not_write_into_what_is_being_typed(qtbot, learning) -> None:
    learning.actions_.rate.trigger()
    panel = learning.runs.panel
    box = panel.editor.focusProxy()
    learning.training.say(epoch_ended(1, 0.0009123))
    assert learning.status.rate.text() == "Learning rate 0.000912"
    assert box.lineEdit().hasSelectedText()  # typing replaces it
    qtbot.keyClicks(box, "0.02")
    learning.training.say(epoch_ended(2, 0.0008))
    assert box.lineEdit().text() == "0.02"
    panel.hide()
    learning.actions_.rate.trigger()
    assert box.lineEdit().text() == "0.0008"
    panel.hide()


def test_another_project_has_no_learning_rate_of_the_run_before(learning) -> None:
    learning.training.say(LearningRateSet(1, 10, 5e-4, False))
    learning.training.finish(learning.document.spec)
    learning.filing.new_default()
    assert not learning.status.rate.isVisible()


@pytest.mark.parametrize("begin", ["train", "step"])
def test_weights_that_the_history_could_not_take_are_asked_for_before_others_are_trained(
    shown, monkeypatch, begin
) -> None:
    asked: list[object] = []
    answers = iter(("keep", "replace"))
    monkeypatch.setattr("netbuilder.ui.losing.ask_to_lose_network", lambda place: asked.append(place) or next(answers))
    shown.training.stored = {"runs": ("a" * 32,), "heard": {"a" * 32: ()}}
    shown.document.hold_network(shown.training.stored)
    order = getattr(shown.actions_, begin)
    order.trigger()
    assert (len(asked), shown.training.orders) == (1, [])
    order.trigger()
    assert (len(asked), shown.training.orders) == (2, [("start", begin == "step")])


def test_nothing_is_asked_before_training_anew_what_the_history_has(shown, monkeypatch) -> None:
    monkeypatch.setattr("netbuilder.ui.losing.ask_to_lose_network", lambda _place: pytest.fail("it was asked"))
    shown.training.stored = {"runs": ("a" * 32,)}
    shown.document.hold_network(shown.training.stored)
    shown.actions_.train.trigger()
    assert shown.training.orders == [("start", False)]
