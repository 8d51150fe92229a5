"""What is known of the data: the little that checks, forms and the outline need, without the data themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = tuple[int, ...]
Task = Literal["classes", "numbers"]


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Facts of a data set and its split.

    ``shape`` is the shape of one example, without the batch axis. ``classes`` names the classes of a classification
    and is empty for a regression, whose number of target columns is ``targets``. ``features`` names the columns of a
    table or the axes of points (else empty). Counts are numbers of examples; ``test`` may be 0.
    """

    shape: Shape
    classes: tuple[str, ...]
    targets: int
    features: tuple[str, ...]
    train: int
    validation: int
    test: int
    picture: bool  # uint8 pictures (0…255), shape (height, width)
    value_range: tuple[float, float]  # of the raw inputs; pictures: (0, 255); points: where nearly all of them lie
    target_range: tuple[float, float] | None = None  # of a regression's targets, as the inputs'; None: unknown

    @property
    def task(self) -> Task:
        return "classes" if self.classes else "numbers"

    @property
    def plane(self) -> bool:
        """Whether the examples are points in the plane, which can be clicked."""
        return self.shape == (2,) and not self.picture
