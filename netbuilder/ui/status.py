"""The status bar: size of the network, saved or not, problems, versions."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStatusBar, QWidget

from netbuilder.spec.outline import Outline
from netbuilder.ui.numbers import size
from netbuilder.words import _, plural

_SHOWN = ("Keras", "TensorFlow")  # of all versions, those that decide what a project means


class StatusBar(QStatusBar):
    """Shows the little that is good to know at any time."""

    problem_asked = Signal(str)  # the place of the first problem

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = ""
        self.sizes, self.saved, self.engine, self.seed = (QLabel(self) for _number in range(4))
        self.saved.setTextFormat(Qt.TextFormat.PlainText)  # a file that is named as HTML shall not be drawn as such
        self.problems = QPushButton(self)
        self.problems.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.problems.setToolTip(_("Shows the first problem"))
        self.rate = QPushButton(self)
        self.rate.setObjectName("link")
        self.rate.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.rate.setToolTip(_("Changes the learning rate of this run (F8)"))
        for widget in (self.sizes, self.saved, self.problems):
            self.addWidget(widget)
        for widget in (self.rate, self.engine, self.seed):
            self.addPermanentWidget(widget)
        self.problems.clicked.connect(self._ask)
        self.show_rate("")
        self.show_loading()

    def show_outline(self, outline: Outline) -> None:
        """Shows the size of the network and the number of its problems."""
        parameters = plural("{count} parameter", "{count} parameters", outline.parameters)
        unknown = any(row.parameters is None for row in outline.rows)
        self.sizes.setText(_("● size unknown") if unknown else f"● {parameters} · {size(outline.bytes)}")
        self.problems.setVisible(bool(outline.problems))
        self.problems.setText(problems_text(outline))
        self.problems.setAccessibleName(self.problems.text())
        # What blocks the training comes first, whatever was found first.
        first = next(iter(outline.blocking or outline.problems), None)
        self._place = first.place if first is not None else ""

    def show_saved(self, name: str, *, modified: bool) -> None:
        """Shows whether the project is saved; ``name`` is that of its file, or empty."""
        if modified:
            self.saved.setText(_("Unsaved changes"))
        else:
            self.saved.setText(_("Saved in {name}").format(name=name) if name else _("Not saved yet"))

    def show_seed(self, seed: int) -> None:
        """Shows the seed."""
        self.seed.setText(_("seed {seed}").format(seed=seed))

    def show_rate(self, rate: str) -> None:
        """Shows the learning rate of a run; empty: there is none to change. It stands where nothing moves for it."""
        self.rate.setText(_("Learning rate {rate}").format(rate=rate))
        self.rate.setAccessibleName(self.rate.text())
        self.rate.setVisible(bool(rate))

    def show_loading(self) -> None:
        """Says that the engine is on its way."""
        self.engine.setText(_("TensorFlow is loading …"))

    def show_versions(self, versions: Mapping[str, str]) -> None:
        """Shows what computes."""
        known = {name.lower(): version for name, version in versions.items()}
        shown = [f"{name} {known[name.lower()]}" for name in _SHOWN if name.lower() in known]
        self.engine.setText(" · ".join(shown))
        self.engine.setToolTip("\n".join(f"{name} {version}" for name, version in versions.items()))

    def show_engine_failed(self) -> None:
        """Says that there is no engine."""
        self.engine.setText(_("TensorFlow could not be started"))

    def _ask(self) -> None:
        self.problem_asked.emit(self._place)


def problems_text(outline: Outline) -> str:
    """How many problems there are of each kind: "1 error · 2 hints"."""
    counts = {name: sum(one.severity == name for one in outline.problems) for name in ("blocking", "warning", "hint")}
    parts = [
        plural("{count} error", "{count} errors", counts["blocking"]) if counts["blocking"] else "",
        plural("{count} warning", "{count} warnings", counts["warning"]) if counts["warning"] else "",
        plural("{count} hint", "{count} hints", counts["hint"]) if counts["hint"] else "",
    ]
    return " · ".join(part for part in parts if part)
