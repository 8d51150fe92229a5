"""Size: what is too much is said, layers and bytes, before TensorFlow tries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import prod

from netbuilder.spec.facts import DataFacts
from netbuilder.spec.flow import flow
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.memory import Need, gigabytes, needed
from netbuilder.spec.problems import Fix, Problem, View, check
from netbuilder.spec.project import MOST_LAYERS, Placed, ProjectSpec
from netbuilder.spec.rules import fields_of
from netbuilder.words import _

_MOST_NUMBERS = 2**31 - 1


@check
def examples_are_too_many(view: View) -> Iterator[Problem]:
    """The program and the examples fill the memory before there is a network."""
    needs = view.need.program + view.need.data
    if needs > view.memory:
        sentence = _("Program and examples need about {needed}, but this computer has {has}: take fewer examples.")
        words = sentence.format(needed=gigabytes(needs), has=gigabytes(view.memory))
        counted = any(field.name == "count" for field in fields_of(view.project.data.source))
        yield Problem("blocking", "data", words, field="count" if counted else "")


@check
def layers_are_too_many(view: View) -> Iterator[Problem]:
    """A network has bounds, and so have the files that hold one."""
    layers = view.project.layers
    if len(layers) > MOST_LAYERS:
        sentence = _("The network has {count:,} layers, but can have at most {most:,}: delete some.")
        yield Problem("blocking", layers[-1].name, sentence.format(count=len(layers), most=MOST_LAYERS))


@check
def layers_are_too_large(view: View) -> Iterator[Problem]:
    """However small the batches are: weights with what the optimizer keeps, or the outputs of a layer, are too much."""
    need = view.need
    if view.rows and need.least > view.memory >= need.program + need.data:
        weigh = need.weights >= need.evaluation
        largest = max(view.rows, key=lambda row: (row.parameters or 0) if weigh else prod(row.shape_out or (0,)))
        smallest = _capped(view.project, 1, output=True)
        helps = _need(smallest, view.facts).least <= view.memory
        if _input_is_largest(view) and not (weigh and helps):
            place, field = "input", "shape"
            sentence = _(
                "An input of this size needs about {needed} to train, but this computer has {has}: make it smaller."
            )
        else:
            dense = any(one.name == largest.name and isinstance(one.layer, Dense) for one in view.project.layers)
            place, field = largest.name, "units" if dense else ""
            sentence = _(
                "Layers of this size need about {needed} to train, but this computer has {has}: take fewer units."
            )
        words = sentence.format(needed=gigabytes(need.least), has=gigabytes(view.memory))
        fix = Fix(_("Make layers smaller"), partial(_smaller, facts=view.facts, memory=view.memory))
        yield Problem("blocking", place, words, fix if helps else None, field=field)


@check
def batch_is_too_large(view: View) -> Iterator[Problem]:
    """What a batch leaves behind in every layer, forward and backward, is too much; smaller ones would fit."""
    need = view.need
    if need.least <= view.memory < need.total:
        fitting = _fitting_batch(need, view.memory)
        sentence = _(
            "Batches of {size:,} need about {needed} to train, but this computer has {has}: take smaller ones."
        )
        words = sentence.format(size=need.batch_size, needed=gigabytes(need.total), has=gigabytes(view.memory))
        fix = Fix(_("Set batch size to {size}").format(size=f"{fitting:,}"), partial(_with_batch, size=fitting))
        yield Problem("blocking", "optimizer", words, fix, field="batch_size")


@check
def batch_has_too_many_numbers(view: View) -> Iterator[Problem]:
    """TensorFlow counts a tensor's elements in 32 bits where it sums a bias's gradient (2.21: "BiasGrad requires …")."""
    size = view.need.batch_size
    most = max((prod(row.shape_out) for row in view.rows if row.shape_out is not None), default=0)
    if size * most > _MOST_NUMBERS:
        sentence = _("Batches of {size:,} are more numbers in one layer than TensorFlow can count: take smaller ones.")
        fitting = _MOST_NUMBERS // most
        fix = Fix(_("Set batch size to {size}").format(size=f"{fitting:,}"), partial(_with_batch, size=fitting))
        words = sentence.format(size=size)
        yield Problem("blocking", "optimizer", words, fix if fitting else None, field="batch_size")


def _input_is_largest(view: View) -> bool:
    """Whether the input's shape was set by hand, and no layer's output is larger."""
    largest = max((prod(row.shape_out) for row in view.rows if row.shape_out is not None), default=0)
    return not view.project.input.follows_data and prod(view.shape) >= largest


def _need(project: ProjectSpec, facts: DataFacts) -> Need:
    return needed(project, facts, flow(project, facts))


def _fitting_batch(need: Need, memory: int) -> int:
    """The largest power of two of examples that fits; those who choose a batch size by hand choose one."""
    most = (memory - need.program - need.data - need.weights) // need.an_example
    return 1 << (most.bit_length() - 1)


def _with_batch(project: ProjectSpec, size: int) -> ProjectSpec:
    return replace(project, training=replace(project.training, batch_size=size))


def _smaller(project: ProjectSpec, facts: DataFacts, memory: int) -> ProjectSpec:
    """Cuts Dense layers to the most units, a power of two, with which all fits; the output only if the others don't do."""
    for output in (False, True):
        cap = max(
            (1 << one.layer.units.bit_length() for one in project.layers if isinstance(one.layer, Dense)), default=1
        )
        while cap > 1:
            cap //= 2
            smaller = _capped(project, cap, output=output)
            need = _need(smaller, facts)
            if need.least <= memory:
                fits = need.total <= memory
                return smaller if fits else _with_batch(smaller, _fitting_batch(need, memory))
    return project


def _capped(project: ProjectSpec, cap: int, *, output: bool) -> ProjectSpec:
    last = project.output()

    def capped(placed: Placed) -> Placed:
        dense = placed.layer
        if not isinstance(dense, Dense) or dense.units <= cap or (placed == last and not output):
            return placed
        return Placed(placed.name, replace(dense, units=cap))

    return replace(project, layers=tuple(capped(placed) for placed in project.layers))
