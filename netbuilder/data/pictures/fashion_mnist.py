"""Fashion-MNIST: 70,000 pictures of clothes, from files or downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from netbuilder.data.like_mnist import LikeMnist
from netbuilder.data.remote import Remote
from netbuilder.spec.sources import source

_MIRRORS = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
)

# SHA-256 of the gzipped files, as TensorFlow Datasets publishes them beside their addresses.
_FILES = (
    ("train-images-idx3-ubyte", 26_421_880, "08dc20ab1689590a0bcd66e874647b6ee8464e2d501b5a3f1f78831db19a3fdc"),
    ("train-labels-idx1-ubyte", 29_515, "b0197879cbda89f3dc7b894f9fd52b858e68ea4182b6947c9d8c2b67e5f18dcc"),
    ("t10k-images-idx3-ubyte", 4_422_102, "78dcbbfb5a27efaf1b6c1d616caca68560be8766c5bffcb2791df9273a534229"),
    ("t10k-labels-idx1-ubyte", 5_148, "42bd18137a62d5998cdeae52bf3a0676ac6b706f5cf8439b47bb5b151ae3dccf"),
)


@source("fashion_mnist", "Fashion-MNIST", group="Pictures")
@dataclass(frozen=True, slots=True)
class FashionMnist(LikeMnist):
    """70,000 pictures of clothes in ten kinds, laid out as MNIST but harder. 31 MB, from files or by download."""

    title: ClassVar[str] = "Fashion-MNIST"
    classes: ClassVar[tuple[str, ...]] = (
        "T-shirt/top",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    )
    files: ClassVar[tuple[Remote, ...]] = tuple(
        Remote(f"{name}.gz", tuple(f"{mirror}{name}.gz" for mirror in _MIRRORS), size, sha256, unpacked=False)
        for name, size, sha256 in _FILES
    )
    cached_as: ClassVar[str] = "fashion-mnist"
    keras_caches_as: ClassVar[tuple[str, ...]] = ("fashion-mnist",)
