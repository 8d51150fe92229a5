"""How much memory a training needs: arithmetic on shapes and counts, before anything is built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import prod

from netbuilder.spec.facts import DataFacts
from netbuilder.spec.flow import Row, input_shape
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.recipe import evaluation_batch
from netbuilder.spec.targets import targets_of
from netbuilder.words import _

USUAL_MEMORY = 8 * 10**9
"""Bytes that are taken for granted where nobody has asked the machine."""

NUMBER = 4
"""Bytes of a float32."""

PROGRAM = 10**9
"""Bytes of window and engine without a network. Measured on Linux: 0.25 and 0.6 GB, with some for the compiler."""

# Measured as the peak of the engine's process, 0.7 GB without a network, in 20 trainings of 36 million weights or 12,000
# examples (Keras 3.15.1, TensorFlow 2.21, CPU, with and without XLA). Copies of the weights: SGD 8 to 11, Muon 18 to 21,
# Adam 18 to 23, LAMB 19 to 22. Of a layer's output in training: 2.2 to 3.0, while evaluating: 2.6 of the widest.
_EACH_KEPT = (
    5  # copies of weights and of each number beside them: live, updated, in a checkpoint, before a measured price
)
_MORE = 7  # gradients, first weights, the best epoch's and those that answer meanwhile
_TRACES = 3  # of a layer's output while training: sum, activation, and a gradient
_AS_READ = 3  # examples as they were read, in the form of the loss, and on the device


@dataclass(frozen=True, slots=True)
class Need:
    """What a training takes at its peak, in bytes; ``an_example`` is what one more example in the batch adds."""

    program: int
    data: int
    weights: int
    an_example: int
    batch_size: int
    evaluation: int

    @property
    def batch(self) -> int:
        return self.an_example * self.batch_size

    @property
    def least(self) -> int:
        """What it takes however small the batches are."""
        return self.program + self.data + self.weights + max(self.an_example, self.evaluation)

    @property
    def total(self) -> int:
        return self.program + self.data + self.weights + max(self.batch, self.evaluation)


def needed(project: ProjectSpec, facts: DataFacts, rows: Iterable[Row]) -> Need:
    """The bytes that the engine and the window need to train the project; whole numbers, however large.

    Weights count with what the optimizer keeps beside each (``Optimizer.memory``). A batch leaves every layer's output
    behind until its gradient is known (Rumelhart et al. 1986); an evaluation lets go of each at the next one, so that
    what enters and leaves one layer counts, half again as large while it is computed.
    """
    known = [row for row in rows if row.shape_out is not None]
    sizes = [prod(input_shape(project, facts)), *(prod(row.shape_out or ()) for row in known)]
    parameters = sum(row.parameters or 0 for row in known)
    kept = 1 + project.training.optimizer.memory()
    widest = max((above + below for above, below in pairwise(sizes)), default=sizes[0])
    return Need(
        program=PROGRAM,
        data=_AS_READ * _examples(facts) * _an_example_as_read(project, facts),
        weights=parameters * NUMBER * (_EACH_KEPT * kept + _MORE),
        an_example=NUMBER * (2 * sizes[0] + _TRACES * sum(sizes[1:])),
        batch_size=min(project.training.batch_size, max(1, facts.train)),
        evaluation=evaluation_batch(max(facts.validation, facts.test)) * NUMBER * widest * 3 // 2,
    )


def gigabytes(count: int) -> str:
    """Bytes as people compare them with a machine's: 0.3 GB, 38.2 GB, 1,200 GB; whole numbers only, so none overflows."""
    tenths = (count + 5 * 10**7) // 10**8
    whole = tenths // 10
    if whole >= 10**9:
        words = _("over a billion GB")
    else:
        words = _("{count} GB").format(count=f"{whole}.{tenths % 10}" if tenths < 1000 else f"{whole:,}")
    return words.replace(" ", "\N{NO-BREAK SPACE}")  # no line tears a number from its unit


def _examples(facts: DataFacts) -> int:
    return facts.train + facts.validation + facts.test


def _an_example_as_read(project: ProjectSpec, facts: DataFacts) -> int:
    """Bytes of one example's inputs, targets and weight, as ``engine.prepared`` makes them."""
    inputs = prod(facts.shape) * (1 if facts.picture else NUMBER)
    targets = {"one-hot": len(facts.classes), "numbers": facts.targets}.get(targets_of(project, facts), 1)
    return inputs + NUMBER * (targets + project.training.balance_classes)
