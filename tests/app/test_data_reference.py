"""The reference to the data: the files that they come from are known again, and read once only."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from netbuilder.app import data_reference
from netbuilder.app.data_reference import DataReference
from netbuilder.data.origins import DataFile
from netbuilder.data.points.moons import Moons


@dataclass(frozen=True)
class Files:
    """A source of two files, of which only the paths matter."""

    folder: Path

    def read_from(self) -> tuple[Path, ...]:
        return (self.folder / "a.csv", self.folder / "b.csv")


@pytest.fixture
def source(tmp_path: Path) -> Files:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(name)
    return Files(tmp_path)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """How often the files are read."""
    found: list[object] = []
    read = data_reference.data_files

    def noted(source):
        found.append(source)
        return read(source)

    monkeypatch.setattr(data_reference, "data_files", noted)
    return found


def test_files_are_read_once_and_again_when_they_changed(source, readings) -> None:
    reference = DataReference()
    first = reference.of(source)
    assert [Path(one.path).name for one in first] == ["a.csv", "b.csv"]
    assert reference.of(source) == first
    assert len(readings) == 1
    (source.folder / "a.csv").write_text("another content")
    second = reference.of(source)
    assert second[0].sha256 != first[0].sha256
    assert second[1] == first[1]
    assert len(readings) == 2


def test_what_the_projects_file_says_is_not_read_again(source, readings) -> None:
    told = DataReference().of(source)
    reference = DataReference()
    reference.learn(source, told)
    assert reference.of(source) == told
    assert len(readings) == 1


def test_files_that_are_not_there_at_present_are_not_forgotten(source) -> None:
    told = DataReference().of(source)
    reference = DataReference()
    reference.learn(source, told)
    (source.folder / "b.csv").unlink()
    assert reference.of(source) == told
    assert reference.of(Files(source.folder / "elsewhere")) == ()


def test_data_that_come_from_no_file_have_no_reference() -> None:
    reference = DataReference()
    reference.learn(Moons(), (DataFile("/a.csv", 1, 1, "0" * 64),))
    assert reference.of(Moons()) == ()
