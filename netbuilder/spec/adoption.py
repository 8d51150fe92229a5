"""A network from elsewhere becomes a project: with data that it may have been made for, and the training it came with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod
from typing import Protocol

from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.fitting import fitting_metrics, usual_loss, watching_what_is_measured
from netbuilder.spec.flow import flow
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.losses import Loss
from netbuilder.spec.optimizers import Optimizer
from netbuilder.spec.project import DataSpec, InputSpec, Placed, ProjectSpec, new_name
from netbuilder.spec.scaling import UNIT, Scaling
from netbuilder.spec.schedules import Constant, Schedule
from netbuilder.spec.sources import Source, source
from netbuilder.spec.targets import targets_of
from netbuilder.words import _


class Foreign(Protocol):
    """A network that was made elsewhere; what it says nothing of is None, or empty."""

    @property
    def layers(self) -> tuple[Placed, ...]: ...
    @property
    def input_shape(self) -> Shape: ...
    @property
    def scaling(self) -> Scaling | None: ...
    @property
    def loss(self) -> Loss | None: ...
    @property
    def optimizer(self) -> Optimizer | None: ...
    @property
    def schedule(self) -> Schedule | None: ...
    @property
    def metrics(self) -> tuple[str, ...]: ...


def adopted(model: Foreign, current: ProjectSpec, others: Iterable[Source]) -> tuple[ProjectSpec, tuple[str, ...]]:
    """The network as a project, and what was decided for it, in sentences.

    Its data are those of the ``current`` project, or else the first of the ``others`` whose examples have the shape that
    it takes and the number of answers that it gives. Where none fit, the project has a problem that says so.
    """
    bare = replace(
        current,
        layers=model.layers,
        input=InputSpec(follows_data=False, shape=model.input_shape, scaling="none"),
        output_follows_data=False,
    )
    for data in (current.data, *(DataSpec(one, one.usual_split()) for one in others)):
        facts = _facts(data)
        layers = _fitting_layers(bare, model, facts)
        if layers is not None:
            fit = replace(bare, data=data, layers=layers, input=replace(bare.input, shape=facts.shape))
            trained = _trained_as(model, fit, facts)
            return with_scaling(trained, facts, model.scaling), tuple(_decided(model, current, trained, facts))
    trained, facts = _trained_as(model, bare, _facts(current.data)), _facts(current.data)
    nothing_fits = _("No data known here fit the network: choose some under Data before you train or test it.")
    return with_scaling(trained, facts, model.scaling), (nothing_fits,)


def with_scaling(project: ProjectSpec, facts: DataFacts, scaling: Scaling | None) -> ProjectSpec:
    """The project with that scaling, in the words that the form has for it."""
    shape = project.input.shape
    match scaling:
        case None:
            found = InputSpec(follows_data=False, shape=shape, scaling="none")
        case Scaling() if scaling.is_close(UNIT):
            found = InputSpec(follows_data=facts.picture and shape == facts.shape, shape=shape, scaling="unit")
        case Scaling(float(scale), float(offset)):
            found = InputSpec(follows_data=False, shape=shape, scaling="own", factor=float(scale), offset=float(offset))
        case _:
            follows = not facts.picture and shape == facts.shape
            found = InputSpec(follows_data=follows, shape=shape, scaling="standard")
    return replace(project, input=found)


def _facts(data: DataSpec) -> DataFacts:
    return data.source.facts(data.split)


def _fitting_layers(bare: ProjectSpec, model: Foreign, facts: DataFacts) -> tuple[Placed, ...] | None:
    """Its layers as they take those examples, with a Flatten in front if that is all they lack; None if they can't."""
    rows = flow(bare, facts)
    answers = {facts.targets} if facts.task == "numbers" else {len(facts.classes)}
    if len(facts.classes) == 2:
        answers.add(1)
    if not rows or rows[-1].shape_out not in {(count,) for count in answers}:
        return None
    if model.input_shape == facts.shape:
        return model.layers
    by_column = model.scaling is not None and isinstance(model.scaling.scale, tuple)
    if prod(model.input_shape) != prod(facts.shape) or by_column:
        return None
    if isinstance(model.layers[0].layer, Flatten):
        return model.layers
    if len(model.input_shape) == 1:
        return (Placed(new_name(model.layers, "flatten"), Flatten()), *model.layers)
    return None


def _trained_as(model: Foreign, project: ProjectSpec, facts: DataFacts) -> ProjectSpec:
    """The project with the training that the network came with; what that says nothing of is usual, or stays."""
    plain = replace(project, data=replace(project.data, labels="integers"))
    targets = targets_of(plain, facts)
    loss = model.loss or usual_loss(targets)
    if facts.task == "classes" and targets not in loss.takes and "one-hot" in loss.takes:
        plain = replace(plain, data=replace(plain.data, labels="one-hot"))
    training = replace(
        plain.training,
        loss=loss,
        metrics=fitting_metrics(model.metrics or plain.training.metrics, targets_of(plain, facts)),
        goal=Goal(),
        balance_classes=False,
    )
    if model.optimizer is not None:
        training = replace(training, optimizer=model.optimizer, schedule=model.schedule or Constant())
    return watching_what_is_measured(replace(plain, training=training))


def _decided(model: Foreign, current: ProjectSpec, project: ProjectSpec, facts: DataFacts) -> Iterator[str]:
    if project.data.source != current.data.source:
        title = source.of(project.data.source).title
        yield _("The data are now {title}, whose examples fit the network.").format(title=title)
    if len(project.layers) > len(model.layers):
        shape = " × ".join(map(str, facts.shape))
        sentence = _("Its {count:,} inputs are now examples of {shape}, laid flat by a layer of its own.")
        yield sentence.format(count=prod(model.input_shape), shape=shape)
