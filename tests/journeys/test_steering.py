"""A run in the hands of a person: stepped through, paused, slowed down, stopped, and trained further."""

from dataclasses import replace

from netbuilder.events import LearningRateSet, RunEnded, RunPaused
from netbuilder.ui.run_state import Phase

PATIENCE = 120_000  # ms; imports of TensorFlow on a busy machine


def phase(window) -> Phase:
    return window.runs.running.state.phase


def rest(qtbot, window, ask) -> RunPaused:
    """Asks for something after which the run rests, and says where."""
    with qtbot.waitSignal(
        window.training.told,
        timeout=PATIENCE,
        check_params_cb=lambda event: isinstance(event, RunPaused) and event != RunPaused(1, 0),
    ) as told:
        ask()
    qtbot.waitUntil(lambda: phase(window) is Phase.PAUSED, timeout=PATIENCE)
    return told.args[0]


def end(qtbot, window, ask) -> RunEnded:
    ends = []
    window.training.told.connect(ends.append)
    with qtbot.waitSignal(window.training.ended, timeout=PATIENCE):
        ask()
    window.training.told.disconnect(ends.append)
    return next(event for event in ends if isinstance(event, RunEnded))


def test_a_run_is_stepped_through_changed_stopped_and_trained_further(hand, qtbot, short_digits):
    window, act = hand.window, hand.window.actions_
    training = replace(
        short_digits.training, epochs=1000, early_stopping=replace(short_digits.training.early_stopping, on=False)
    )
    window.document.replace(replace(short_digits, training=training), None)

    assert rest(qtbot, window, act.step.trigger) == RunPaused(1, 1)
    assert rest(qtbot, window, act.step.trigger) == RunPaused(1, 2)
    assert list(window.curves.data.epochs) == []
    assert len(window.curves.data.losses) == 2

    with qtbot.waitSignal(
        window.training.told, timeout=PATIENCE, check_params_cb=lambda event: isinstance(event, LearningRateSet)
    ):
        window.runs.panel.chosen.emit(5e-4)
    assert window.status.rate.text().endswith("0.0005")
    assert window.document.spec.training.optimizer.learning_rate == 1e-3

    act.resume.trigger()
    qtbot.waitUntil(lambda: len(window.curves.data.epochs) >= 2, timeout=PATIENCE)
    rest(qtbot, window, act.pause.trigger)
    stopped = end(qtbot, window, act.stop_best.trigger)
    assert (stopped.reason, stopped.restored_best) == ("stopped", True)
    assert stopped.epochs == len(window.curves.data.epochs)
    assert phase(window) is Phase.IDLE

    more = end(qtbot, window, act.more[1].trigger)
    assert more.epochs == stopped.epochs + 1
    assert list(window.curves.data.epochs) == list(range(1, more.epochs + 1))
    said = window.toolbar.says.accessibleName().replace("\xa0", " ")
    wanted = f"the rest of epoch {more.epochs}" if stopped.part_steps else f"1 more epoch ({more.epochs} in all)"
    assert wanted in said


def test_a_run_stopped_while_it_is_prepared_leaves_the_network_before_it(hand, qtbot, short_digits):
    window, act = hand.window, hand.window.actions_
    window.document.replace(replace(short_digits, training=replace(short_digits.training, epochs=1)), None)
    hand.train()
    hand.draw()
    before = hand.answer()
    window.editing.add_layer("dropout", "")
    with qtbot.waitSignal(window.training.trained, timeout=PATIENCE):  # that it was stopped
        act.train.trigger()
        act.stop.trigger()
    assert act.train.isEnabled()
    with qtbot.waitSignal(window.training.trained, timeout=PATIENCE):  # that the new process knows the old network
        pass
    assert (hand.answer() == before).all()
