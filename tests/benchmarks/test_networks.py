"""Everybody trains on the same examples, and a machine without MNIST measures, too."""

import gc
import mmap
import os
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from netbuilder.data.pictures.mnist import Mnist
from netbuilder.spec.outline import outline


@pytest.fixture
def networks():
    """Imported anew for each test, since it declares a data source."""
    return import_module("benchmarks.networks")


@pytest.fixture(params=["spirals", "table"])
def network(request, networks):
    return networks.spirals(epochs=2) if request.param == "spirals" else networks.made_up_table(1_000, epochs=2)


def test_the_arrays_are_the_parts_of_the_project(network, tmp_path: Path) -> None:
    facts = network.source.facts(network.project().data.split)
    with np.load(network.write_arrays(tmp_path / "arrays.npz")) as arrays:
        sizes = {part: (len(arrays[f"x_{part}"]), len(arrays[f"y_{part}"])) for part in ("train", "validation", "test")}
    assert sizes == {part: (getattr(facts, part),) * 2 for part in sizes}


def test_the_projects_can_be_trained(network) -> None:
    project = network.project()
    assert not outline(project, network.source.facts(project.data.split)).blocking


def test_without_mnist_made_up_digits_of_its_size_are_used_and_said(networks, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(networks, "SHARED", tmp_path / "nowhere")
    network = networks.digits(tmp_path, (128,), 32)
    examples = network.source.read(lambda *_: None, lambda: False)
    assert networks.MADE_UP in network.words
    assert isinstance(network.source, Mnist)
    assert examples.inputs.shape == (70_000, 28, 28)
    assert len(np.unique(examples.targets)) == 10


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").is_file(), reason="memory is read from Linux's /proc")
def test_memory_that_is_taken_is_seen() -> None:
    from benchmarks import processes

    gc.collect()  # what earlier tests left must not be given back in between
    before = processes.seen(os.getpid())
    # Of the system itself: numpy may be given what an earlier test has left, which counts already.
    with mmap.mmap(-1, 40_000_000, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as taken:
        taken.write(b"1" * len(taken))
        after = processes.seen(os.getpid())
    assert after.own - before.own > 30_000_000
    assert after.peak >= after.resident >= after.own > 40_000_000
