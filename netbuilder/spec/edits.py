"""What a person does to a project, as pure functions: each gives the new project and the name of the step."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import Any, TypeVar

from netbuilder.spec.catalogs import Entry
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.fitting import fitted
from netbuilder.spec.flow import input_shape
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import Layer, layer
from netbuilder.spec.monitors import measured
from netbuilder.spec.problems import Fix
from netbuilder.spec.project import InputSpec, Placed, ProjectSpec, TrainingSpec, new_name
from netbuilder.spec.rules import OutsideRule, checked
from netbuilder.spec.scaling import scaling_in_effect
from netbuilder.spec.sources import Source, source
from netbuilder.spec.split import Split
from netbuilder.words import _

Member = TypeVar("Member")


@dataclass(frozen=True, slots=True)
class Edit:
    """A step: its name as it follows "Undo" ("delete Dense 64"), the project after it, and the place to look at then."""

    text: str
    project: ProjectSpec
    place: str


def title_of(one: Layer) -> str:
    """A layer in two words: its kind and its first value, such as "Dense 64"."""
    return f"{layer.of(one).title} {one.summary().split(' · ')[0]}".strip()


def add_layer(project: ProjectSpec, kind: str, after: str | None = None) -> Edit:
    """Adds a layer below the one named ``after`` ("input": at the top), or before the output layer.

    Below the output layer nothing is added unasked: there a new layer would become the answer; it can be moved there.
    Raises ``UnknownKind``, and ``KeyError`` for an unknown ``after``.
    """
    entry = layer[kind]
    output = project.output()
    before_output = len(project.layers) if output is None else project.place_of(output.name)
    if after is None or (output is not None and after == output.name):
        at = before_output
    else:
        at = 0 if after == "input" else project.place_of(after) + 1
    new = Placed(new_name(project.layers, kind), entry.kind())
    stack = (*project.layers[:at], new, *project.layers[at:])
    return Edit(_("add {layer}").format(layer=title_of(new.layer)), _restacked(project, stack), new.name)


def delete_layer(project: ProjectSpec, name: str) -> Edit:
    """Takes the layer out; the one that moves into its place is looked at next. Raises ``KeyError``."""
    at = project.place_of(name)
    stack = (*project.layers[:at], *project.layers[at + 1 :])
    place = stack[min(at, len(stack) - 1)].name if stack else "input"
    text = _("delete {layer}").format(layer=title_of(project.layers[at].layer))
    return Edit(text, _restacked(project, stack), place)


def duplicate_layer(project: ProjectSpec, name: str) -> Edit:
    """Puts a copy below the layer (above it, if it is the output: the copy is then a hidden layer). Raises ``KeyError``."""
    at = project.place_of(name)
    original = project.layers[at]
    copy = Placed(new_name(project.layers, layer.of(original.layer).name), original.layer)
    below = at if original == project.output() else at + 1
    stack = (*project.layers[:below], copy, *project.layers[below:])
    text = _("duplicate {layer}").format(layer=title_of(original.layer))
    return Edit(text, _restacked(project, stack), copy.name)


def move_layer(project: ProjectSpec, name: str, to_place: int) -> Edit:
    """Makes the layer the one at ``to_place`` (0 is the first; beyond the ends is an end). Raises ``KeyError``."""
    moved = project.layers[project.place_of(name)]
    rest = [placed for placed in project.layers if placed.name != name]
    rest.insert(max(0, min(to_place, len(rest))), moved)
    return Edit(_("move {layer}").format(layer=title_of(moved.layer)), _restacked(project, rest), name)


def change_layer(project: ProjectSpec, name: str, new_layer: Layer, what: str = "") -> Edit:
    """Gives the layer new values; ``what`` names the changed setting. Raises ``KeyError``."""
    at = project.place_of(name)
    stack = (*project.layers[:at], Placed(name, new_layer), *project.layers[at + 1 :])
    title = layer.of(new_layer).title
    text = (
        _("{setting} of {layer}").format(setting=what, layer=title) if what else _("change {layer}").format(layer=title)
    )
    return Edit(text, replace(project, layers=stack), name)


def change_source(project: ProjectSpec, new: Source, what: str = "") -> Edit:
    """Takes examples from ``new``; input, output and loss follow. Another kind brings the split that is usual for it."""
    same_kind = type(new) is type(project.data.source)
    split = project.data.split if same_kind else new.usual_split()
    data = replace(project.data, source=new, split=split)
    title = source.of(new).title
    text = _("{setting} of {source}") if what else _("change data to {source}")
    return Edit(text.format(setting=what, source=title), _following(replace(project, data=data)), "data")


def change_split(project: ProjectSpec, new: Split, what: str) -> Edit:
    """Divides the examples in another way."""
    return Edit(what, replace(project, data=replace(project.data, split=new)), "data")


def change_labels(project: ProjectSpec, labels: str) -> Edit:
    """Gives labels to the loss as "integers" or "one-hot"; the loss follows."""
    return Edit(_("change labels"), _following(replace(project, data=replace(project.data, labels=labels))), "data")


def change_input(project: ProjectSpec, new: InputSpec, what: str) -> Edit:
    """Sets what enters the network by hand."""
    return Edit(_("{setting} of input").format(setting=what), replace(project, input=new), "input")


def change_training(project: ProjectSpec, new: TrainingSpec, what: str, place: str) -> Edit:
    """Gives the training new values; ``what`` names the changed setting."""
    return Edit(what, replace(project, training=new), place)


def change_goal(project: ProjectSpec, new: Goal, what: str) -> Edit:
    """Sets a goal. Where its value is switched on and what it watches is not measured, it watches what is."""
    names = measured(project.training.metrics, validation=_facts(project).validation > 0)
    if project.training.goal.value is None and new.value is not None and new.monitor not in names:
        first = (*project.training.metrics, "loss")[0]
        new = replace(new, monitor=f"val_{first}" if f"val_{first}" in names else first)
    text = _("{setting} of the goal").format(setting=what)
    return change_training(project, replace(project.training, goal=new), text, "early_stopping")


def turned_into(entry: Entry[Member], old: Any) -> Member:
    """A value of another kind that keeps what both kinds share, such as the learning rate of two optimizers."""
    kept = {}
    for field in entry.fields:
        if hasattr(old, field.name):
            with suppress(OutsideRule):
                kept[field.name] = checked(field, getattr(old, field.name))
    return entry.kind(**kept)


def new_seed(project: ProjectSpec, seed: int | None = None) -> Edit:
    """Draws other first weights and another data order; without a seed, one that nobody chose."""
    drawn = SystemRandom().randrange(1_000_000) if seed is None else seed
    return Edit(_("new seed"), replace(project, training=replace(project.training, seed=drawn)), "optimizer")


def change_device(project: ProjectSpec, device: str) -> Edit:
    """Computes on another device: "auto", "cpu", "gpu:0"."""
    return Edit(_("change device"), replace(project, training=replace(project.training, device=device)), "optimizer")


def unlock_input(project: ProjectSpec) -> Edit:
    """Lets shape and scaling be set by hand, beginning with what they are now."""
    facts = _facts(project)
    shape, scaling = input_shape(project, facts), scaling_in_effect(project.input, facts)
    by_hand = replace(project.input, follows_data=False, shape=shape, scaling=scaling)
    return Edit(_("set the input by hand"), replace(project, input=by_hand), "input")


def lock_input(project: ProjectSpec) -> Edit:
    """Lets the input follow the data again."""
    after = _following(replace(project, input=replace(project.input, follows_data=True)))
    return Edit(_("let the input follow the data"), after, "input")


def unlock_output(project: ProjectSpec) -> Edit:
    """Lets the output layer and the loss be set by hand, beginning with what they are now."""
    return Edit(_("set the output by hand"), replace(project, output_follows_data=False), _output_place(project))


def lock_output(project: ProjectSpec) -> Edit:
    """Lets the output layer and the loss follow the data again."""
    after = _following(replace(project, output_follows_data=True))
    return Edit(_("let the output follow the data"), after, _output_place(after))


def mended(project: ProjectSpec, fix: Fix, place: str) -> Edit:
    """Applies a problem's fix."""
    return Edit(_("fix: {what}").format(what=fix.label), fix.apply(project), place)


def _facts(project: ProjectSpec) -> DataFacts:
    return project.data.source.facts(project.data.split)


def _following(project: ProjectSpec) -> ProjectSpec:
    return fitted(project, _facts(project))


def _output_place(project: ProjectSpec) -> str:
    output = project.output()
    return "loss" if output is None else output.name


def _restacked(project: ProjectSpec, layers: Sequence[Placed]) -> ProjectSpec:
    """The project with other layers. Where another one became the output, that one follows the data from now on."""
    after = replace(project, layers=tuple(layers))
    if project.output_follows_data and _output_place(after) != _output_place(project):
        return _following(after)
    return after
