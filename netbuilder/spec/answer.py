"""The network's answer: its last Dense layer with what bends it, and whether a loss can read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from netbuilder.spec.activations import Range, activation
from netbuilder.spec.layers import Layer
from netbuilder.spec.layers.activation import Activation
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses import Loss, Outputs, Takes
from netbuilder.spec.project import Placed, ProjectSpec

Doubt = Literal["", "hint", "warning", "blocking"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The last Dense layer, the layers below it, and the activations that bend its sum, each with its layer's name."""

    place: str
    dense: Dense
    below: tuple[Placed, ...]
    bends: tuple[tuple[str, str], ...]

    @property
    def gives(self) -> Range:
        """The range of the network's outputs."""
        return activation[self.activation].kind.gives

    @property
    def activation(self) -> str:
        """The name of the activation that comes last."""
        return self.bends[-1][1] if self.bends else "linear"

    @property
    def bent_at(self) -> str:
        """The name of the layer whose activation comes last."""
        return self.bends[-1][0] if self.bends else self.place


def activation_of(layer: Layer) -> str:
    """The name of the activation that a layer ends with; "linear" where it has none."""
    match layer:
        case Dense():
            return layer.activation
        case Activation():
            return layer.function
        case _:
            return "linear"


def answer_of(project: ProjectSpec) -> Answer | None:
    """The network's answer, where it has a Dense layer."""
    for at in range(len(project.layers) - 1, -1, -1):
        placed = project.layers[at]
        if isinstance(placed.layer, Dense):
            bends = ((one.name, activation_of(one.layer)) for one in project.layers[at:])
            bent = tuple((name, function) for name, function in bends if not activation[function].kind.linear)
            return Answer(placed.name, placed.layer, project.layers[at + 1 :], bent)
    return None


def with_units(project: ProjectSpec, units: int) -> ProjectSpec:
    """The project whose answer has that many units."""
    output = project.output()
    if output is None or not isinstance(output.layer, Dense):
        return project
    return with_layer(project, output.name, replace(output.layer, units=units))


def with_activation(project: ProjectSpec, function: str) -> ProjectSpec:
    """The project whose answer is bent by that activation alone."""
    answer = answer_of(project)
    if answer is None:
        return project
    bending = [placed.name for placed in answer.below if isinstance(placed.layer, Activation)]
    last = bending[-1] if bending else answer.place
    for name in (answer.place, *bending):
        wanted = function if name == last else "linear"
        changed = replace(answer.dense, activation=wanted) if name == answer.place else Activation(wanted)
        project = with_layer(project, name, changed)
    return project


def with_layer(project: ProjectSpec, name: str, layer: Layer) -> ProjectSpec:
    """The project with other values of that layer."""
    layers = tuple(Placed(name, layer) if placed.name == name else placed for placed in project.layers)
    return replace(project, layers=layers)


def doubt(answer: Answer, loss: Loss, targets: Takes) -> Doubt:
    """How wrong it is that the loss reads this answer; "" where it fits."""
    gives, wants = answer.gives, loss.wants()
    if gives == "distribution" and answer.dense.units == 1:
        return "blocking"  # a single share is always 1: the loss may fall to 0 while nothing is learned
    if wants == "probabilities" and gives == "probability":
        each_by_itself = targets == "binary" or "binary" in loss.takes
        return "" if each_by_itself else "warning"
    if wants == "logits" and activation[answer.activation].kind.linear:
        return ""
    doubts, otherwise = _DOUBTS[wants]
    return doubts.get(gives, otherwise)


# By what the loss wants: the doubts of some ranges, and that of all others.
_DOUBTS: dict[Outputs, tuple[dict[Range, Doubt], Doubt]] = {
    "probabilities": ({"distribution": ""}, "blocking"),
    "logits": ({"any": "hint", "probability": "blocking", "distribution": "blocking"}, "warning"),
    "margins": ({"any": "", "bounded": ""}, "warning"),
    "positive": ({"positive": "", "probability": "warning", "distribution": "warning"}, "blocking"),
    "not negative": ({"positive": ""}, "warning"),
    "numbers": ({"any": "", "positive": "hint"}, "warning"),
}


def usual_activation(loss: Loss, targets: Takes) -> str:
    """The activation with which a loss can read the answer."""
    match loss.wants():
        case "probabilities":
            return "sigmoid" if targets == "binary" else "softmax"
        case "positive" | "not negative":
            return "softplus"
        case _:
            return "linear"
