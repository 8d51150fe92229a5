"""A copy is written even if much else has gone wrong, and the document stays what and where it was."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from netbuilder import disk
from netbuilder.app.copies import Copies, OwnFile
from netbuilder.app.document import Document
from netbuilder.app.open_file import InUse, hold
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import open_project, save
from netbuilder.spec.project import ProjectSpec


class Source:
    def contents(self, project: ProjectSpec) -> Callable[[], Contents]:
        return lambda: Contents(project)


class Broken:
    def contents(self, project: ProjectSpec) -> Callable[[], Contents]:
        raise IndexError("the network is gone")


@pytest.fixture
def document(qapp, small_project) -> Document:
    return Document(small_project)


def edited(document: Document, path: Path) -> None:
    save(path, Contents(document.spec))
    document.replace(document.spec, path)
    document.edit("title", replace(document.spec, title="Mine"))


def test_a_copy_says_what_it_lacks_of_curves(document, tmp_path) -> None:
    class Lacking(Source):
        def contents(self, project: ProjectSpec) -> Callable[[], Contents]:
            return lambda: Contents(project, lacks="It is locked.")

    said = Copies(document, Lacking(), tmp_path / "locks").write(tmp_path / "b.netbuilder")
    assert said.endswith("b.netbuilder”, but curves of its network may be missing. It is locked.")


def test_a_copy_holds_what_is_not_saved_and_the_document_stays_unsaved(document, tmp_path) -> None:
    own, copy = tmp_path / "own.netbuilder", tmp_path / "copy.netbuilder"
    edited(document, own)
    said = Copies(document, Source(), tmp_path / "locks").write(copy)
    assert str(copy) in said
    assert open_project(copy).project.title == "Mine"
    assert open_project(own).project.title != "Mine"
    assert document.modified
    assert document.path == own


def test_a_copy_is_written_when_the_folder_of_the_project_is_gone(document, tmp_path) -> None:
    (tmp_path / "stick").mkdir()
    edited(document, tmp_path / "stick" / "own.netbuilder")
    shutil.rmtree(tmp_path / "stick")
    Copies(document, Source(), tmp_path / "locks").write(tmp_path / "copy.netbuilder")
    assert open_project(tmp_path / "copy.netbuilder").project.title == "Mine"


def test_without_its_network_a_copy_is_written_too_and_says_so(document, tmp_path) -> None:
    said = Copies(document, Broken(), tmp_path / "locks").write(tmp_path / "copy.netbuilder")
    assert "without the trained network" in said
    assert "the network is gone" in said
    assert open_project(tmp_path / "copy.netbuilder").project == document.spec


def test_what_was_there_is_kept_beside_the_copy(document, tmp_path) -> None:
    copy = tmp_path / "copy.netbuilder"
    save(copy, Contents(replace(document.spec, title="Another")))
    Copies(document, Source(), tmp_path / "locks").write(copy)
    assert open_project(disk.previous_of(copy)).project.title == "Another"


def test_the_projects_own_file_is_no_place_for_a_copy(document, tmp_path) -> None:
    own = tmp_path / "own.netbuilder"
    edited(document, own)
    (tmp_path / "link.netbuilder").symlink_to(own)
    for path in (own, tmp_path / "link.netbuilder"):
        with pytest.raises(OwnFile, match="own file: choose another name"):
            Copies(document, Source(), tmp_path / "locks").write(path)
    assert open_project(own).project.title != "Mine"


def test_a_file_that_another_window_has_open_is_not_overwritten(document, tmp_path) -> None:
    copy = tmp_path / "copy.netbuilder"
    held = hold(copy, tmp_path / "locks")
    with pytest.raises(InUse):
        Copies(document, Source(), tmp_path / "locks").write(copy)
    held.close()
    assert not copy.exists()
    Copies(document, Source(), tmp_path / "locks").write(copy)
    hold(copy, tmp_path / "locks").close()  # nobody holds it any more


def test_a_place_that_cannot_be_written_is_named(document, tmp_path) -> None:
    with pytest.raises(disk.CannotWrite, match="its folder is gone: choose another place"):
        Copies(document, Source(), tmp_path / "locks").write(tmp_path / "gone" / "copy.netbuilder")
