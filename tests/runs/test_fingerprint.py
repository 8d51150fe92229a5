"""The fingerprint of examples: the same for the same, and another for whatever differs."""

from dataclasses import replace

import numpy as np
import pytest

from netbuilder.data.examples import Examples
from netbuilder.runs.fingerprint import fingerprint

SOME = Examples(np.arange(12, dtype=np.float32).reshape(3, 4), np.array([0, 1, 0], np.int32), ("a", "b"), ("x",), 1)


def changed(values: np.ndarray, place: tuple[int, ...]) -> np.ndarray:
    other = values.copy()
    other[place] += 1
    return other


def test_equal_examples_have_one_fingerprint_however_they_lie_in_memory() -> None:
    other = replace(SOME, inputs=np.asfortranarray(SOME.inputs), targets=SOME.targets.copy())
    assert fingerprint(other) == fingerprint(SOME)
    assert len(fingerprint(SOME)) == 64


@pytest.mark.parametrize(
    "other",
    [
        replace(SOME, inputs=changed(SOME.inputs, (2, 3))),
        replace(SOME, targets=changed(SOME.targets, (2,))),
        replace(SOME, inputs=SOME.inputs.reshape(3, 2, 2)),
        replace(SOME, inputs=SOME.inputs.astype(np.uint8)),
        replace(SOME, inputs=SOME.inputs[::-1]),
        replace(SOME, classes=("a", "c")),
        replace(SOME, features=("y",)),
        replace(SOME, own_test=0),
    ],
)
def test_examples_that_differ_have_another(other: Examples) -> None:
    assert fingerprint(other) != fingerprint(SOME)
