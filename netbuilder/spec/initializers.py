"""The initializers: how weights are drawn before training."""

from __future__ import annotations

from typing import Protocol

from netbuilder.spec.catalogs import Catalog


class Initializer(Protocol):
    """A named way of drawing first weights."""


initializer: Catalog[Initializer] = Catalog("initializer")


@initializer("glorot_uniform", "glorot uniform")
class GlorotUniform:
    """Even draws from ±√(6 / (inputs + units)) (Glorot and Bengio 2010). Keras's default."""
