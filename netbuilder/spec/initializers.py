"""The initializers: how weights are drawn before training.

Left out is ``identity``, which needs as many units as inputs, and ``stft``, which is for sound.
"""

from __future__ import annotations

from typing import Protocol

from netbuilder.spec.catalogs import Catalog


class Initializer(Protocol):
    """A named way of drawing first weights."""


initializer: Catalog[Initializer] = Catalog("initializer")


@initializer("glorot_uniform", "glorot uniform")
class GlorotUniform:
    """Even draws from ±√(6 / (inputs + units)) (Glorot and Bengio 2010). Keras's default."""


@initializer("glorot_normal", "glorot normal")
class GlorotNormal:
    """Normal draws of deviation √(2 / (inputs + units)), without tails (Glorot and Bengio 2010)."""


@initializer("he_uniform", "he uniform")
class HeUniform:
    """Even draws from ±√(6 / inputs): suits relu (He et al. 2015)."""


@initializer("he_normal", "he normal")
class HeNormal:
    """Normal draws of deviation √(2 / inputs), without tails: suits relu (He et al. 2015)."""


@initializer("lecun_uniform", "lecun uniform")
class LecunUniform:
    """Even draws from ±√(3 / inputs) (LeCun et al. 1998)."""


@initializer("lecun_normal", "lecun normal")
class LecunNormal:
    """Normal draws of deviation √(1 / inputs), without tails: suits selu (LeCun et al. 1998)."""


@initializer("random_uniform", "random uniform", beside={"minval": -0.05, "maxval": 0.05})
class RandomUniform:
    """Even draws from ±0.05, whatever the size of the layer."""


@initializer("random_normal", "random normal", beside={"mean": 0.0, "stddev": 0.05})
class RandomNormal:
    """Normal draws of deviation 0.05, whatever the size of the layer."""


@initializer("truncated_normal", "truncated normal", beside={"mean": 0.0, "stddev": 0.05})
class TruncatedNormal:
    """Normal draws of deviation 0.05, without tails."""


@initializer(
    "variance_scaling", "variance scaling", beside={"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal"}
)
class VarianceScaling:
    """Normal draws of deviation √(1 / inputs), without tails."""


@initializer("orthogonal", "orthogonal", also=("OrthogonalInitializer",), beside={"gain": 1.0})
class Orthogonal:
    """Directions at right angles to each other (Saxe et al. 2013): keeps the size of what passes."""


@initializer("zeros", "zeros")
class Zeros:
    """All 0: every unit then learns the same. For experiments."""


@initializer("ones", "ones")
class Ones:
    """All 1: every unit then learns the same. For experiments."""
