"""A project whose data files are no longer the same says so, once."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Signal

from netbuilder.app.data_files import DataFiles
from netbuilder.app.document import Document
from netbuilder.data.origins import DataFile
from netbuilder.data.pictures.mnist import Mnist

BEFORE = (DataFile("/data/a.gz", 10, 1, "a" * 64), DataFile("/data/b.gz", 10, 1, "b" * 64))
OTHER = (BEFORE[0], DataFile("/data/b.gz", 10, 2, "c" * 64))
MOVED = tuple(replace(one, path=f"/elsewhere{one.path}", modified=9) for one in BEFORE)


class Previews(QObject):
    files_seen = Signal(object, object)


@pytest.fixture
def opened(qapp, small_project):
    """A project from a file that knows its data, what was said of them, and what the engine sees."""
    project = replace(small_project, data=replace(small_project.data, source=Mnist(path="/data")))
    document, previews, said = Document(small_project), Previews(), []
    files = DataFiles(document, previews, {project.data.source: BEFORE, Mnist(path="/other"): ()}.get)
    files.changed.connect(said.append)
    document.replace(project, None)
    return document, lambda found, data=project.data: previews.files_seen.emit(data, found), said, files


def test_another_content_is_told_once_with_the_name_of_the_file(opened):
    _document, seen, said, _files = opened
    seen(OTHER)
    seen(OTHER)
    (sentence,) = said
    assert "“b.gz” has changed since this project was saved" in sentence


@pytest.mark.parametrize("found", [BEFORE, MOVED, ()], ids=["the same", "moved", "not there"])
def test_the_same_content_is_no_news(opened, found):
    _document, seen, said, _files = opened
    seen(found)
    assert said == []


def test_other_data_that_a_person_chooses_are_no_news(opened):
    document, seen, said, _files = opened
    seen(OTHER, replace(document.spec.data, source=Mnist(path="/other")))
    assert said == []


def test_the_next_project_is_looked_at_anew(opened):
    document, seen, said, _files = opened
    seen(OTHER)
    document.replace(document.spec, None)
    seen(OTHER)
    assert len(said) == 2
