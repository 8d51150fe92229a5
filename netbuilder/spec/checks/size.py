"""Memory: what can't fit is said before TensorFlow tries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import prod

from netbuilder.spec.answer import with_layer
from netbuilder.spec.facts import Shape
from netbuilder.spec.layers import DoesNotFit
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.problems import Fix, Problem, View, check
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _

_MOST = 2 * 10**9  # bytes
_NUMBER = 4  # bytes of a float32


@check
def weights_are_too_many(view: View) -> Iterator[Problem]:
    """Weights, their gradients and what the optimizer keeps beside them exceed the memory that is taken for granted."""
    copies = 2 + view.project.training.optimizer.memory()
    needed = sum(row.parameters or 0 for row in view.rows) * copies * _NUMBER
    if needed > _MOST:
        widest = max((row for row in view.rows if row.parameters), key=lambda row: row.parameters or 0)
        shape = view.rows[0].shape_in or ()
        sentence = _("The weights need {needed} of memory with what the optimizer keeps; more than {most} is refused.")
        words = sentence.format(needed=_bytes(needed), most=_bytes(_MOST))
        fix = Fix(_("Make layers smaller"), partial(_smaller, shape=shape, most=_MOST // (copies * _NUMBER)))
        yield Problem("blocking", widest.name, words, fix)


@check
def batch_is_too_wide(view: View) -> Iterator[Problem]:
    """What a batch leaves behind in every layer, forward and backward, exceeds that memory."""
    training = view.project.training
    examples = min(training.batch_size, max(1, view.facts.train))
    an_example = sum(prod(row.shape_out) for row in view.rows if row.shape_out is not None) * 2 * _NUMBER
    if examples * an_example > _MOST:
        fitting = max(1, _MOST // an_example)
        sentence = _("A batch needs {needed} of memory in the layers; more than {most} is refused.")
        words = sentence.format(needed=_bytes(examples * an_example), most=_bytes(_MOST))
        label = _("Set batch size to {size}").format(size=f"{fitting:,}")

        def smaller(project: ProjectSpec) -> ProjectSpec:
            return replace(project, training=replace(project.training, batch_size=fitting))

        yield Problem("blocking", "data", words, Fix(label, smaller) if an_example <= _MOST else None)


def _bytes(count: int) -> str:
    return f"{count / 10**9:,.1f} GB"


def _smaller(project: ProjectSpec, shape: Shape, most: int) -> ProjectSpec:
    """Halves the Dense layer with the most units, again and again, until all weights fit; the output comes last."""
    output = project.output()
    while _parameters(project, shape) > most:
        dense = [(one.layer, one.name) for one in project.layers if isinstance(one.layer, Dense)]
        hidden = [pair for pair in dense if output is None or pair[1] != output.name]
        widest, name = max(hidden or dense, key=lambda pair: pair[0].units)
        if widest.units == 1:
            return project
        project = with_layer(project, name, replace(widest, units=widest.units // 2))
    return project


def _parameters(project: ProjectSpec, shape: Shape) -> int:
    total = 0
    for placed in project.layers:
        try:
            total += placed.layer.parameter_count(shape)
            shape = placed.layer.output_shape(shape)
        except DoesNotFit:
            break
    return total
