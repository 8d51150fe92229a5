"""What stands on the cards: the project in words, as plain values that can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.edits import scaling_of
from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.layers import layer
from netbuilder.spec.losses import loss
from netbuilder.spec.metrics import metric
from netbuilder.spec.monitors import monitors
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.outline import Outline
from netbuilder.spec.problems import Problem
from netbuilder.spec.project import EarlyStopping, ProjectSpec
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.words import _, plural

NOTHING = "–"  # where a figure has no value


@dataclass(frozen=True, slots=True)
class Warned:
    """A problem's strip; equal when it reads the same, since a fix is a new function after every edit."""

    severity: str
    sentence: str
    fix: str  # the words of its button, or ""
    problem: Problem = field(compare=False)


@dataclass(frozen=True, slots=True)
class Face:
    """One card: what it is about, and what is written on it."""

    place: str
    title: str
    detail: str  # beside the title
    below: str  # a line of its own
    figure: str = ""  # at the right: parameters
    layer: bool = False  # can be moved, deleted, duplicated
    warned: tuple[Warned, ...] = ()

    @property
    def spoken(self) -> str:
        """The card in one sentence, for screen readers."""
        parameters = _("{count} parameters").format(count=self.figure) if self.figure not in ("", NOTHING) else ""
        parts = [self.title, self.detail, self.below.replace("→", _("gives")), parameters]
        return ", ".join(part for part in parts if part)


def faces(project: ProjectSpec, facts: DataFacts, outline: Outline) -> tuple[Face, ...]:
    """The cards from top to bottom."""
    drawn = (
        _data(project, facts),
        _input(project, facts, outline),
        *_layers(project, outline),
        _loss(project),
        _optimizer(project),
        _early_stopping(project.training.early_stopping),
    )
    return tuple(_warned(face, outline) for face in drawn)


def shape_text(shape: Shape) -> str:
    """A shape as Keras writes it: "(28, 28)"."""
    return f"({', '.join(f'{size:,}' for size in shape)})"


def _warned(face: Face, outline: Outline) -> Face:
    strips = tuple(
        Warned(one.severity, one.sentence, one.fix.label if one.fix else "", one) for one in outline.at(face.place)
    )
    return Face(face.place, face.title, face.detail, face.below, face.figure, face.layer, strips)


def _data(project: ProjectSpec, facts: DataFacts) -> Face:
    counts = [_("{count:,} train").format(count=facts.train)]
    counts += [_("{count:,} validation").format(count=facts.validation)] if facts.validation else []
    counts += [_("{count:,} test").format(count=facts.test)] if facts.test else []
    shape = (
        " × ".join(map(str, facts.shape))
        if facts.picture
        else plural("{count} column", "{count} columns", facts.shape[0])
    )
    if facts.classes:
        answer = plural("{count} class", "{count} classes", len(facts.classes))
    else:
        answer = plural("{count} number to predict", "{count} numbers to predict", facts.targets)
    counts = [one.replace(" ", "\N{NO-BREAK SPACE}") for one in counts]
    title = source.of(project.data.source).title
    return Face("data", title, "", " · ".join(counts) + f"\n{shape} · {answer}")


def _input(project: ProjectSpec, facts: DataFacts, outline: Outline) -> Face:
    scaling = {"none": _("raw values"), "unit": _("scaled 0–1"), "standard": _("standardized")}
    detail = scaling[scaling_of(project.input, facts)]
    if not project.input.follows_data:
        detail += " · " + _("set by hand")
    return Face("input", _("Input"), detail, f"→ {shape_text(outline.input_shape)}", NOTHING)


def _layers(project: ProjectSpec, outline: Outline) -> list[Face]:
    drawn = []
    for placed, row in zip(project.layers, outline.rows, strict=True):
        below = f"→ {shape_text(row.shape_out)}" if row.shape_out is not None else _("→ unknown")
        figure = f"{row.parameters:,}" if row.parameters else NOTHING
        title, detail = layer.of(placed.layer).title, placed.layer.summary()
        drawn.append(Face(placed.name, title, detail, below, figure, layer=True))
    return drawn


def _loss(project: ProjectSpec) -> Face:
    training = project.training
    titles = metric.titles()
    detail = _named(loss, training.loss)
    measured = ", ".join(titles.get(name, name) for name in training.metrics).lower()
    return Face("loss", _("Loss"), detail[:1].lower() + detail[1:], measured)


def _optimizer(project: ProjectSpec) -> Face:
    training = project.training
    epochs = plural("{count} epoch", "{count} epochs", training.epochs)
    parts = [
        training.optimizer.summary(),
        _("batch {size:,}").format(size=training.batch_size),
        epochs,
    ]
    steps = _named(schedule, training.schedule) if schedule.of(training.schedule).name != "constant" else ""
    below = " · ".join(part for part in (steps, _("seed {seed}").format(seed=training.seed)) if part)
    title = optimizer.of(training.optimizer).title
    whole = [part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts if part]  # "12 epochs" stays together
    return Face("optimizer", title, " · ".join(whole), below)


def _early_stopping(stopping: EarlyStopping) -> Face:
    if not stopping.on:
        return Face("early_stopping", _("Early stopping"), _("off"), "")
    watched = monitors().get(stopping.monitor, stopping.monitor)
    detail = f"{watched} · " + _("patience {epochs}").format(epochs=stopping.patience)
    return Face(
        "early_stopping", _("Early stopping"), detail, _("keeps the best weights") if stopping.restore_best else ""
    )


def _named(catalog: Catalog[Any], member: Any) -> str:
    return " ".join(part for part in (catalog.of(member).title, member.summary()) if part)
