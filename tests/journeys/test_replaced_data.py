"""Data files that become others while a project is open, told by the real window."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from netbuilder.app.data_files import DataFiles
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, ProjectSpec, stack

PATIENCE = 120_000  # ms; imports of TensorFlow on a busy machine


def write(archive: Path, brightness: int) -> None:
    labels = np.arange(60_000).astype("u1") % 10
    pictures = np.broadcast_to(brightness * labels[:, None, None], (60_000, 28, 28))
    np.savez(archive, x_train=pictures, y_train=labels, x_test=pictures[:10_000], y_test=labels[:10_000])


def test_data_that_are_replaced_after_a_save_are_told_of_at_once_and_until_the_next_save(
    hand, qtbot, tmp_path, monkeypatch
):
    archive, window = tmp_path / "mnist.npz", hand.window
    write(archive, 10)
    source, said = Mnist(path=str(archive)), []
    window.findChild(DataFiles).changed.connect(said.append)
    monkeypatch.setattr("netbuilder.ui.filing.ask_where", lambda *_given: tmp_path / "a.netbuilder")

    def look_at(validation: float) -> None:
        spec = window.document.spec
        split = replace(spec.data.split, validation=validation)
        with qtbot.waitSignal(window.previews.files_seen, timeout=PATIENCE):
            window.document.edit("split", replace(spec, data=replace(spec.data, split=split)))

    with qtbot.waitSignal(window.previews.files_seen, timeout=PATIENCE):
        window.document.replace(ProjectSpec(DataSpec(source, source.usual_split()), stack(Flatten(), Dense(10))), None)
    window.actions_.save.trigger()
    assert not window.document.modified
    look_at(4000.0)
    assert said == []
    write(archive, 20)
    look_at(3000.0)
    (sentence,) = said
    assert "“mnist.npz” has changed since this project was saved" in sentence
    assert window.messages.isVisible()
    window.actions_.save.trigger()
    look_at(2000.0)
    assert len(said) == 1
