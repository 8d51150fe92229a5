"""Facts of data whose size is known beforehand, for any split of them."""

from __future__ import annotations

from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.split import Split, part_sizes


def known(
    split: Split,
    *,
    count: int,
    shape: Shape,
    value_range: tuple[float, float],
    classes: tuple[str, ...] = (),
    features: tuple[str, ...] = (),
    own_test: int = 0,
    target_range: tuple[float, float] | None = None,
) -> DataFacts:
    """The facts of ``count`` examples; two axes mean pictures, without classes there is one number to answer."""
    train, validation, test = part_sizes(count, own_test, split)
    return DataFacts(
        shape=shape,
        classes=classes,
        targets=1,
        features=features,
        train=train,
        validation=validation,
        test=test,
        picture=len(shape) == 2,
        value_range=value_range,
        target_range=target_range,
    )
