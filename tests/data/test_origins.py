"""The files that examples come from are known again by what is in them."""

import gzip
import hashlib
import os
from dataclasses import replace

import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.mnist_files import NAMES
from netbuilder.data.origins import data_files, from_files, seen
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.spec.sources import source


@pytest.fixture
def folder(tmp_path):
    for name in NAMES:
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(name.encode()))
    return tmp_path


def test_a_source_of_files_names_each_with_its_sha256(folder):
    found = data_files(Mnist(path=str(folder)))
    assert [one.path for one in found] == [str(folder / f"{name}.gz") for name in NAMES]
    for one in found:
        content = (folder / one.path).read_bytes()
        assert (one.size, one.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_a_file_that_is_written_anew_is_seen_as_another(folder):
    mnist, path = Mnist(path=str(folder)), folder / f"{NAMES[0]}.gz"
    os.utime(path, (1e9, 1e9))  # or both might be written in one tick of the system's clock
    before, known = seen(mnist), data_files(mnist)
    assert seen(mnist) == before
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert seen(mnist) != before
    assert [one.sha256 for one in data_files(mnist)] != [one.sha256 for one in known]


@pytest.mark.parametrize("path", ["", "/nowhere/at/all"])
def test_files_that_are_not_there_are_none(path, monkeypatch, tmp_path):
    monkeypatch.setattr("netbuilder.disk.cache_folder", lambda: tmp_path)
    assert data_files(replace(Mnist(), path=path)) == ()


@pytest.mark.parametrize("name", [entry.name for entry in source if not from_files(entry.kind())])
def test_sources_that_bring_their_data_along_have_no_files(name):
    assert data_files(source[name].kind()) == ()
    assert seen(source[name].kind()) == ()
