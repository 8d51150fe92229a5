"""The small data sets that come with scikit-learn, offline."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.examples import CannotRead
from netbuilder.words import _


def embedded(name: str, **options: bool) -> tuple[NDArray[Any], NDArray[Any]]:
    """Inputs (n, columns) and targets (n,) of the data set of that name. Raises ``CannotRead``.

    scikit-learn is imported here, not above: that takes 0.7 s, and the window needs the declarations alone.
    """
    try:
        from sklearn import datasets
    except ImportError as problem:
        message = _("These data come with scikit-learn, which can't be loaded ({problem}): install it again.")
        raise CannotRead(message.format(problem=problem)) from problem
    found = getattr(datasets, f"load_{name}")(return_X_y=True, **options)
    inputs, targets = (np.asarray(part) for part in found)
    return inputs, targets
