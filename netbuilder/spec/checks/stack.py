"""The order of layers: what does not fit above or below what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from netbuilder.spec.activations import activation
from netbuilder.spec.answer import Answer, activation_of, with_activation, with_layer
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.fitting import settled
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.activation import Activation
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.problems import Fix, Problem, Severity, View, check
from netbuilder.spec.project import Placed, ProjectSpec, new_name
from netbuilder.words import _


@check
def output_is_missing(view: View) -> Iterator[Problem]:
    """Without a Dense layer nothing answers."""
    if view.answer is None:
        place = view.project.layers[-1].name if view.project.layers else "input"
        shape = view.rows[-1].shape_out if view.rows else view.shape
        tall = shape is not None and len(shape) > 1
        sentence = _("There is no Dense layer, so nothing can be learned: add one as the output.")
        fix = Fix(_("Add the output"), partial(_with_output, tall=tall, facts=view.facts))
        yield Problem("blocking", place, sentence, fix)


def _with_output(project: ProjectSpec, tall: bool, facts: DataFacts) -> ProjectSpec:
    layers = project.layers
    if tall:
        layers = (*layers, Placed(new_name(layers, "flatten"), Flatten()))
    output = Placed(new_name(layers, "dense"), Dense(1, "linear"))
    return settled(replace(project, layers=(*layers, output)), facts)


@check
def layer_does_not_fit(view: View) -> Iterator[Problem]:
    """A layer can't take the shape that reaches it."""
    for row in view.rows:
        if row.misfit:
            yield Problem("blocking", row.name, row.misfit)


@check
def flatten_is_missing(view: View) -> Iterator[Problem]:
    """Dense layers see each row of a picture by itself."""
    tall = [
        placed.name
        for row, placed in zip(view.rows, view.project.layers, strict=True)
        if isinstance(placed.layer, Dense) and row.shape_in is not None and len(row.shape_in) > 1
    ]
    if tall:
        severity: Severity = "blocking" if view.answer is not None and view.answer.place in tall else "hint"
        sentence = _("This layer sees each row of the picture by itself: put Flatten above it.")
        yield Problem(severity, tall[0], sentence, Fix(_("Insert Flatten"), partial(flat_above, name=tall[0])))


def flat_above(project: ProjectSpec, name: str) -> ProjectSpec:
    """The project with a Flatten above the layer of that name."""
    at = project.place_of(name)
    flat = Placed(new_name(project.layers, "flatten"), Flatten())
    return replace(project, layers=(*project.layers[:at], flat, *project.layers[at:]))


@check
def answer_is_bent_twice(view: View) -> Iterator[Problem]:
    """Two activations follow each other at the output."""
    if view.answer is not None and len(view.answer.bends) > 1:
        first, last = (function for _name, function in view.answer.bends[-2:])
        fix = Fix(_("Keep {activation} alone").format(activation=last), partial(with_activation, function=last))
        if first == last == "softmax":
            sentence = _("Two softmax in a row make all classes nearly equally probable: keep one.")
            yield Problem("blocking", view.answer.bent_at, sentence, fix)
        else:
            sentence = _(
                "The answer is bent twice, by {first} and by {last}: the first takes away what the second needs."
            )
            yield Problem("warning", view.answer.bent_at, sentence.format(first=first, last=last), fix)


@check
def something_follows_the_output(view: View) -> Iterator[Problem]:
    """Dropout, noise or a normalization behind the output changes the answers themselves."""
    for placed in view.answer.below if view.answer is not None else ():
        if not isinstance(placed.layer, Activation | Flatten):
            sentence = _("{layer} after the output changes the answers themselves: move it above the output.")
            title = layer.of(placed.layer).title
            fix = Fix(_("Move above the output"), partial(_above_output, name=placed.name))
            yield Problem("warning", placed.name, sentence.format(layer=title), fix)


def _above_output(project: ProjectSpec, name: str) -> ProjectSpec:
    moved = project.layers[project.place_of(name)]
    rest = replace(project, layers=tuple(placed for placed in project.layers if placed.name != name))
    output = rest.output()
    at = 0 if output is None else rest.place_of(output.name)
    return replace(rest, layers=(*rest.layers[:at], moved, *rest.layers[at:]))


@check
def softmax_is_hidden(view: View) -> Iterator[Problem]:
    """Softmax between layers lets hardly anything through."""
    for placed in _hidden(view):
        function = activation_of(placed.layer)
        if activation[function].kind.gives == "distribution":
            sentence = _("{activation} between layers lets hardly anything through: it belongs to the output.")
            fix = Fix(_("Set to relu"), partial(_bent, name=placed.name, function="relu"))
            yield Problem("warning", placed.name, sentence.format(activation=function), fix)


@check
def nothing_bends_between(view: View) -> Iterator[Problem]:
    """Two Dense layers without an activation between them collapse to one."""
    straight: Placed | None = None  # a Dense layer whose sum has not been bent so far
    for row, placed in zip(view.rows, view.project.layers, strict=True):
        if isinstance(placed.layer, Dense):
            if straight is not None:
                sentence = _("Without an activation, this layer and the next Dense collapse to one: set relu.")
                fix = Fix(_("Set to relu"), partial(_bent, name=straight.name, function="relu"))
                yield Problem("hint", straight.name, sentence, fix)
            straight = placed if placed.layer.activation == "linear" else None
        elif activation_of(placed.layer) != "linear" or row.parameters:
            straight = None


@check
def gradients_vanish(view: View) -> Iterator[Problem]:
    """Many layers with flat ends let the gradient die away."""
    names = [
        placed.name
        for placed in _hidden(view)
        if activation[activation_of(placed.layer)].kind.gives in ("probability", "bounded")
    ]
    if len(names) >= 4:

        def mend(project: ProjectSpec) -> ProjectSpec:
            for name in names:
                project = _bent(project, name, "relu")
            return project

        sentence = _(
            "{count} layers with flat ends (sigmoid, tanh): little of the gradient reaches the first. Try relu."
        )
        yield Problem("hint", names[0], sentence.format(count=len(names)), Fix(_("Set all to relu"), mend))


@check
def units_are_alike(view: View) -> Iterator[Problem]:
    """Equal first weights let all units of a hidden layer learn the same."""
    for placed in _hidden(view):
        if isinstance(placed.layer, Dense) and placed.layer.kernel_initializer in ("zeros", "ones"):
            dense = replace(placed.layer, kernel_initializer="glorot_uniform")
            sentence = _("With equal first weights all units learn the same: draw them at random.")
            fix = Fix(_("Use glorot uniform"), partial(with_layer, name=placed.name, layer=dense))
            yield Problem("warning", placed.name, sentence, fix)


def _hidden(view: View) -> tuple[Placed, ...]:
    answer: Answer | None = view.answer
    layers = view.project.layers
    return layers if answer is None else layers[: len(layers) - len(answer.below) - 1]


def _bent(project: ProjectSpec, name: str, function: str) -> ProjectSpec:
    match project.layers[project.place_of(name)].layer:
        case Dense() as dense:
            return with_layer(project, name, replace(dense, activation=function))
        case Activation():
            return with_layer(project, name, Activation(function))
        case _:
            return project
