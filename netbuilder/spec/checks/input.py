"""What enters the network: shape and scaling that were set by hand and don't suit the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from netbuilder.spec.checks.stack import flat_above
from netbuilder.spec.facts import Shape
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.problems import Fix, Problem, View, check
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _

_LARGE = 10.0  # raw inputs beyond this saturate activations and make gradients uneven


@check
def shape_is_not_that_of_the_data(view: View) -> Iterator[Problem]:
    """The input was unlocked and its shape differs from the examples'."""
    wanted = view.project.input
    if not wanted.follows_data and wanted.shape != view.facts.shape:
        sentence = _("The input is {input}, but examples are {data}: let it follow the data.")
        words = sentence.format(input=_times(wanted.shape), data=_times(view.facts.shape))
        yield Problem(
            "blocking", "input", words, Fix(_("Follow the data"), partial(_following, shape=view.facts.shape))
        )


@check
def scaling_does_not_suit(view: View) -> Iterator[Problem]:
    """Raw values are too large, or were scaled as if they were pictures."""
    wanted, facts = view.project.input, view.facts
    if wanted.follows_data:
        return
    low, high = facts.value_range
    if facts.picture and wanted.scaling == "none":
        sentence = _("Raw pixels from 0 to 255 make training unsteady: scale them to 0–1.")
        yield Problem("warning", "input", sentence, Fix(_("Scale to 0–1"), partial(_scaled, scaling="unit")))
    elif not facts.picture and wanted.scaling == "unit":
        sentence = _("Dividing by 255 is meant for pictures: standardize the columns of a table.")
        yield Problem("warning", "input", sentence, Fix(_("Standardize"), partial(_scaled, scaling="standard")))
    elif not facts.picture and wanted.scaling == "none" and max(-low, high) > _LARGE:
        sentence = _("Raw values up to {largest:g} make training unsteady: standardize the columns.")
        words = sentence.format(largest=max(-low, high))
        yield Problem("warning", "input", words, Fix(_("Standardize"), partial(_scaled, scaling="standard")))


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape)


def _following(project: ProjectSpec, shape: Shape) -> ProjectSpec:
    after = replace(project, input=replace(project.input, follows_data=True))
    if len(shape) < 2:
        return after
    for placed in after.layers:  # a shape of more than one axis may need a Flatten that the old one did not
        if isinstance(placed.layer, Flatten):
            return after
        if isinstance(placed.layer, Dense):
            return flat_above(after, placed.name)
    return after


def _scaled(project: ProjectSpec, scaling: str) -> ProjectSpec:
    return replace(project, input=replace(project.input, scaling=scaling))
