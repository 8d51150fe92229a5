"""MNIST: 70,000 handwritten digits, from files or downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from netbuilder.data.like_mnist import LikeMnist
from netbuilder.data.remote import Remote
from netbuilder.spec.sources import source

_MIRROR = "https://storage.googleapis.com/cvdf-datasets/mnist/"

# SHA-256 of the uncompressed files as they are published; the gzip around them differs between mirrors.
_FILES = (
    ("train-images-idx3-ubyte", 9_912_422, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    ("train-labels-idx1-ubyte", 28_881, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    ("t10k-images-idx3-ubyte", 1_648_877, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    ("t10k-labels-idx1-ubyte", 4_542, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
)


@source("mnist", "MNIST", group="Pictures")
@dataclass(frozen=True, slots=True)
class Mnist(LikeMnist):
    """70,000 handwritten digits, 28 × 28 pixels: the best known data of all. 11 MB, from files or by download."""

    title: ClassVar[str] = "MNIST"
    classes: ClassVar[tuple[str, ...]] = tuple("0123456789")
    files: ClassVar[tuple[Remote, ...]] = tuple(
        Remote(f"{name}.gz", (f"{_MIRROR}{name}.gz",), size, sha256) for name, size, sha256 in _FILES
    )
    cached_as: ClassVar[str] = "mnist"
    keras_caches_as: ClassVar[tuple[str, ...]] = ("mnist.npz", "mnist")
