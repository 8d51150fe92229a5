"""What stands on the cards: the project in words, as plain values that can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.layers import layer
from netbuilder.spec.losses import loss
from netbuilder.spec.metrics import metric
from netbuilder.spec.monitors import direction, short
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.outline import Outline
from netbuilder.spec.problems import Problem
from netbuilder.spec.project import ProjectSpec, TrainingSpec
from netbuilder.spec.scaling import scaling_in_effect
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.ui.forms.steps import shown
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
        _ending(project.training),
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
    title = source.of(project.data.source).title
    return Face("data", title, "", " · ".join(map(_whole, counts)) + f"\n{shape} · {answer}")


def _input(project: ProjectSpec, facts: DataFacts, outline: Outline) -> Face:
    scaling = {
        "none": _("raw values"),
        "unit": _("scaled 0–1"),
        "standard": _("standardized"),
        "own": f"× {project.input.factor:.4g} {project.input.offset:+.4g}",
    }
    detail = scaling[scaling_in_effect(project.input, facts)]
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
    detail = detail[:1].lower() + detail[1:] + (" · " + _("balanced classes") if training.balance_classes else "")
    measured = ", ".join(titles.get(name, name) for name in training.metrics).lower()
    return Face("loss", _("Loss"), detail, measured)


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
    return Face("optimizer", title, " · ".join(_whole(part) for part in parts if part), below)  # "12 epochs" together


def _ending(training: TrainingSpec) -> Face:
    stopping, goal, parts = training.early_stopping, training.goal, []
    if stopping.on:
        patience = _whole(_("patience {epochs}").format(epochs=stopping.patience))
        parts.append(f"{short(stopping.monitor)}, {patience}")
    if goal.minutes is not None:
        parts.append(_whole(_("at most {minutes} min").format(minutes=shown(goal.minutes))))
    if goal.value is not None:
        bound = _whole(("≥ " if direction(goal.monitor) == "max" else "≤ ") + shown(goal.value))
        parts.append(_("until {name} {bound}").format(name=short(goal.monitor), bound=bound))
    detail = " · ".join(parts) or _("after the last epoch")
    kept = _("keeps the best weights") if stopping.on and stopping.restore_best else ""
    return Face("early_stopping", _("When to stop"), detail, kept)


def _whole(text: str) -> str:
    """The text kept on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _named(catalog: Catalog[Any], member: Any) -> str:
    return " ".join(part for part in (catalog.of(member).title, member.summary()) if part)
