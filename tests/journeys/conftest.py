"""The real window with the real engine, and a hand that draws."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from netbuilder.files.templates import template_named
from netbuilder.ui.start import opened
from netbuilder.ui.window import Window

PATIENCE = 120_000  # ms; imports of TensorFlow on a busy machine

SEVEN = [(0.28, 0.22), (0.72, 0.22), (0.62, 0.42), (0.52, 0.62), (0.45, 0.8)]


class Hand:
    """Does with the window what a person does."""

    def __init__(self, window: Window, qtbot) -> None:
        self.window, self.qtbot = window, qtbot

    def train(self) -> None:
        with self.qtbot.waitSignal(self.window.training.ended, timeout=PATIENCE):
            self.window.actions_.train.trigger()

    def draw(self, stroke=SEVEN, scale: float = 1.0, corner: float = 0.0) -> None:
        """One stroke with the mouse, through points in shares of the pad."""
        pad = self.window.try_it.form.pad
        points = [
            QPoint(round((corner + scale * x) * pad.width()), round((corner + scale * y) * pad.height()))
            for x, y in stroke
        ]
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=points[0])
        for before, after in pairwise(points):
            for step in range(1, 9):
                QTest.mouseMove(pad, before + (after - before) * step / 8)
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=points[-1])

    def answer(self) -> np.ndarray:
        """The network's answer to what is on the pad, once all earlier questions are answered."""
        answers = []
        self.qtbot.wait(100)  # strokes are asked about at most some 60 times a second
        self.window.trying.answered.connect(answers.append)
        self.window.try_it.ask()
        self.qtbot.waitUntil(lambda: bool(answers) and not self.window.trying._one._waiting, timeout=PATIENCE)
        self.window.trying.answered.disconnect(answers.append)
        return answers[-1]


@pytest.fixture
def hand(qtbot, qapp: QApplication, tmp_path: Path) -> Iterator[Hand]:
    window = opened(qapp, tmp_path / "preferences.ini")
    with qtbot.waitExposed(window):
        window.show()
    yield Hand(window, qtbot)
    if window.training.running:
        with qtbot.waitSignal(window.training.ended, timeout=PATIENCE):
            window.training.stop()
    window.engine.close()
    window.document.replace(window.document.spec, None)
    window.document.undo_stack.clear()
    window.hide()
    window.deleteLater()


@pytest.fixture
def short_digits():
    """The default template, with few epochs."""
    project = template_named("digits").project()
    return replace(project, training=replace(project.training, epochs=3))
