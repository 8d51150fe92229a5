"""The first minute: open, Train, draw a 7, get a 7; break the network, mend it, take it away."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np

from netbuilder.events import BatchesTrained, RunEnded
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.project import Placed
from netbuilder.ui.filing import SUFFIX

PATIENCE = 120_000  # ms; imports of TensorFlow on a busy machine


def test_a_drawn_seven_is_read_also_in_a_corner_and_while_the_network_learns(hand, qtbot, short_digits):
    window = hand.window
    window.document.replace(short_digits, None)
    learning = qtbot.waitSignal(
        window.training.told, timeout=PATIENCE, check_params_cb=lambda event: isinstance(event, BatchesTrained)
    )
    window.actions_.train.trigger()
    learning.wait()
    hand.draw()
    assert hand.answer().shape == (10,)
    if window.training.running:
        with qtbot.waitSignal(window.training.ended, timeout=PATIENCE):
            pass
    assert hand.answer().argmax() == 7
    window.try_it.form.pad.clear()
    hand.draw(scale=0.3, corner=0.65)
    assert hand.answer().argmax() == 7


def test_tensorflow_never_enters_the_window_s_process(tmp_path):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from PySide6.QtCore import QTimer\n"
        "from netbuilder.ui.start import opened\n"
        "from netbuilder.events import RunEnded\n"
        "app = QApplication([])\n"
        f"window = opened(app, Path({str(tmp_path / 'preferences.ini')!r}))\n"
        "from dataclasses import replace\n"
        "spec = window.document.spec\n"
        "window.document.replace(replace(spec, training=replace(spec.training, epochs=1)), None)\n"
        "window.show()\n"
        "window.training.ended.connect(lambda: app.exit())\n"
        "QTimer.singleShot(0, window.actions_.train.trigger)\n"
        "app.exec()\n"
        "assert window.training.trained_project is not None\n"
        "window.engine.close()\n"
        "window.history.close()  # no thread may be within Qt when Python ends\n"
        "print([name for name in ('tensorflow', 'keras', 'sklearn') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=PATIENCE / 1000
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_what_is_broken_on_purpose_is_told_and_mended_with_one_click(hand, short_digits):
    window = hand.window
    window.document.replace(short_digits, None)
    last = short_digits.layers[-1]
    layers = (*short_digits.layers[:-1], Placed(last.name, replace(last.layer, units=7)))
    window.document.edit("units", replace(short_digits, layers=layers, output_follows_data=False))
    (problem,) = window.document.outline.blocking
    assert "10" in problem.sentence
    assert not window.actions_.train.isEnabled()
    window.outline.fix_asked.emit(problem)
    assert not window.document.outline.blocking
    assert window.actions_.train.isEnabled()
    window.document.undo_stack.undo()
    window.document.undo_stack.undo()
    assert window.document.spec == short_digits


def test_the_exported_file_answers_in_plain_keras_as_the_window_did(hand, qtbot, short_digits, tmp_path):
    window = hand.window
    window.document.replace(replace(short_digits, training=replace(short_digits.training, epochs=1)), None)
    hand.train()
    hand.draw()
    shown = hand.answer()
    with qtbot.waitSignal(window.try_it.asked) as asked:
        window.try_it.ask()
    picture = asked.args[0]
    np.save(tmp_path / "drawing.npy", picture[None])
    path = tmp_path / "my digits.keras"
    with qtbot.waitSignal(window.exporting.exported, timeout=PATIENCE) as exported:
        window.exporting.export("keras", path, {})
    assert path.name in exported.args[0]
    script = (
        "import keras, numpy, json\n"
        f"model = keras.models.load_model({str(path)!r})\n"
        f"print(json.dumps(model.predict(numpy.load({str(tmp_path / 'drawing.npy')!r}), verbose=0).tolist()))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert np.allclose(json.loads(done.stdout.splitlines()[-1])[0], shown, atol=1e-5)


def test_a_saved_project_comes_back_with_its_network(hand, qtbot, short_digits, tmp_path):
    window = hand.window
    window.document.replace(replace(short_digits, training=replace(short_digits.training, epochs=1)), None)
    hand.train()
    hand.draw()
    before = hand.answer()
    path = tmp_path / f"mine{SUFFIX}"
    window.filing._write(path)
    window.filing.new_default()
    assert window.training.trained_project is None
    with qtbot.waitSignal(window.training.trained, timeout=PATIENCE):
        window.filing.open_path(path)
    assert np.allclose(hand.answer(), before, atol=1e-6)


def test_the_window_and_the_command_line_give_the_same_numbers(hand, qtbot, small_project, tmp_path):
    from netbuilder.files.contents import Contents
    from netbuilder.files.project_file import save

    window = hand.window
    window.document.replace(small_project, None)
    ended = []
    window.training.told.connect(lambda event: ended.append(event) if isinstance(event, RunEnded) else None)
    hand.train()
    path = tmp_path / f"small{SUFFIX}"
    save(path, Contents(small_project))
    command = [sys.executable, "-m", "netbuilder", "train", str(path), "--json", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["event"] == "run_ended"
    assert told["test"] == dict(ended[0].test)


def test_every_layer_kind_of_the_menu_can_be_added_and_trained(hand, short_digits):
    from netbuilder.spec.layers import layer

    window = hand.window
    project = replace(short_digits, training=replace(short_digits.training, epochs=1))
    project = replace(project, layers=(project.layers[0], Placed("dense_1", Dense(units=16)), project.layers[-1]))
    window.document.replace(project, None)
    for entry in layer:
        window.editing.add_layer(entry.name, "")
    assert len(window.document.spec.layers) == 3 + len(list(layer))
    assert not window.document.outline.blocking, window.document.outline.blocking
    hand.train()
    assert window.training.trained_project == window.document.spec
