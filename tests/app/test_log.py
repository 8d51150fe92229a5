"""The log stays small, tells nothing of a person's work, and never hurts."""

import os
from pathlib import Path

import pytest

from netbuilder.app.log import Log


def test_a_line_has_its_time_and_what_belongs_to_it_is_indented(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.note("ERROR", "An exception\nin the window", "Traceback\nValueError")
    log.close()
    head, *below = (tmp_path / "netbuilder.log").read_text("utf-8").splitlines()
    assert head[:2] == "20"
    assert head.endswith(f"[{os.getpid()}] ERROR An exception in the window")
    assert below == ["    Traceback", "    ValueError"]


def test_no_path_is_written_or_remembered(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.note("WARNING", f"Qt: no “{Path.home()}/Ann.netbuilder”", "/data/ann.csv: gone")
    log.close()
    for text in ((tmp_path / "netbuilder.log").read_text("utf-8"), *log.recent):
        assert "ann" not in text.lower()
        assert str(Path.home()) + "/" not in text
    assert "Qt: no “<path>.netbuilder”" in log.recent[0]


def test_it_never_grows_beyond_three_files_of_a_quarter_megabyte(tmp_path: Path) -> None:
    log = Log(tmp_path)
    for number in range(4000):
        log.note("INFO", f"{number:04d} " + "x" * 300)
    log.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["netbuilder.log", "netbuilder.log.1", "netbuilder.log.2"]
    assert all(file.stat().st_size <= 256 * 1024 for file in files)
    assert "3999 x" in files[0].read_text("utf-8").splitlines()[-1]


def test_the_last_lines_from_before_are_known_without_what_is_indented(tmp_path: Path) -> None:
    first = Log(tmp_path)
    for number in range(100):
        first.note("INFO", f"line {number}", "below")
    first.close()
    second = Log(tmp_path)
    second.note("INFO", "a new one")
    assert len(second.earlier) == 40
    assert second.earlier[-1].endswith("INFO line 99")
    assert [line.partition("INFO ")[2] for line in second.recent] == ["a new one"]
    second.close()


def test_two_windows_write_two_logs_and_the_next_one_the_first_again(tmp_path: Path) -> None:
    first, second = Log(tmp_path), Log(tmp_path)
    first.note("INFO", "of the first")
    second.note("INFO", "of the second")
    second.close()
    first.close()
    assert "of the first" in (tmp_path / "netbuilder.log").read_text("utf-8")
    assert "of the second" in (tmp_path / "netbuilder-2.log").read_text("utf-8")
    assert [path.name for path in tmp_path.glob("*.lock")] == []
    third = Log(tmp_path)
    assert third.earlier[-1].endswith("of the first")
    third.close()


def test_a_folder_that_cannot_be_made_costs_the_file_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log = Log(tmp_path / "file" / "log")
    log.note("INFO", "something happened")
    assert "The log can't be written." in log.recent[0]
    assert log.recent[1].endswith("something happened")
    log.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_hurts_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "netbuilder.log").symlink_to("/dev/full")
    log = Log(tmp_path)
    log.note("INFO", "something happened")
    assert log.recent[-1].endswith("something happened")
    log.close()
    assert capsys.readouterr().err == ""


def test_what_cannot_be_encoded_is_written_all_the_same(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.note("INFO", "half a character: \ud800, and 100 %s")
    log.close()
    assert "half a character: \\ud800, and 100 %s" in (tmp_path / "netbuilder.log").read_text("utf-8")


def test_nobody_else_writes_to_it(tmp_path: Path) -> None:
    import logging

    log = Log(tmp_path)
    logging.getLogger("netbuilder").warning("of a library")
    logging.getLogger().warning("of the root")
    assert log.recent == ()
    log.close()
