"""In which form the loss and the metrics get the targets."""

from __future__ import annotations

from netbuilder.spec.facts import DataFacts
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses import Takes
from netbuilder.spec.project import ProjectSpec


def targets_of(project: ProjectSpec, facts: DataFacts) -> Takes:
    """The form of the targets.

    "numbers": float32 (n, k). "one-hot": float32 (n, classes). "integers" and "binary": int32 (n,), the numbers of the
    classes; "binary" where there are two of them and the network answers with one unit.
    """
    if facts.task == "numbers":
        return "numbers"
    if project.data.labels == "one-hot":
        return "one-hot"
    output = project.output()
    alone = output is not None and isinstance(output.layer, Dense) and output.layer.units == 1
    return "binary" if alone and len(facts.classes) == 2 else "integers"
