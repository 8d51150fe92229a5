"""What a person sees of pip: little in a log, a bar on a terminal."""

from pathlib import Path

import pytest
from progress import Progress, bar
from room import DOWNLOAD

TENSORFLOW = "  Downloading tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl (572.4 MB)"
SMALL = "Downloading absl_py-2.5.1-py3-none-any.whl (135 kB)"
ABOUT = "  Downloading tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl.metadata (9.9 MB)"
ADDRESS = "Downloading https://mirror/a-b/pillow-13.0.0-cp311-cp311-manylinux_2_28_x86_64.whl (7.1 MB)"


@pytest.fixture
def log(tmp_path: Path) -> Progress:
    return Progress(terminal=False, packages=tmp_path)


@pytest.fixture
def terminal(tmp_path: Path) -> Progress:
    return Progress(terminal=True, packages=tmp_path)


def test_a_log_holds_large_downloads_only(log: Progress, capsys) -> None:
    for line in ("Collecting tensorflow<2.22,>=2.21", ABOUT, TENSORFLOW, SMALL, ADDRESS):
        log.read(line)
    log.tick(10**6, 1.0)
    log.close()
    assert capsys.readouterr().out == "Downloading tensorflow (572.4 MB)\nDownloading pillow (7.1 MB)\n"


def test_a_log_says_when_the_downloads_are_over(log: Progress, capsys) -> None:
    log.read("Installing collected packages: namex, libclang, keras")
    assert capsys.readouterr().out == "Unpacking 3 packages\n"


def test_trouble_with_the_network_is_said_once(log: Progress, capsys) -> None:
    for total in (4, 3):
        log.read(f"WARNING: Retrying (Retry(total={total}, connect=None)) after connection broken by 'ProxyError'")
    assert capsys.readouterr().out.count("network") == 1
    assert log.network_trouble


def test_a_terminal_shows_how_much_is_there(terminal: Progress, capsys) -> None:
    terminal.read(TENSORFLOW)
    terminal.tick(0, 100.0)
    terminal.tick(DOWNLOAD // 2, 130.0)
    shown = capsys.readouterr().out.rpartition("\r")[2]
    assert shown.startswith(f"{bar(0.5)}   390 MB   30 s")
    assert "tensorflow" in shown


def test_a_terminal_shows_how_many_packages_are_unpacked(terminal: Progress, tmp_path: Path, capsys) -> None:
    terminal.read("Installing collected packages: namex, keras")
    (tmp_path / "namex-0.1.0.dist-info").mkdir()
    terminal.tick(0, 1.0)
    assert f"{bar(0.5)} 1 of 2 packages" in capsys.readouterr().out


def test_the_end_of_the_bar_is_erased(terminal: Progress, capsys) -> None:
    terminal.tick(0, 1.0)
    drawn = capsys.readouterr().out.removeprefix("\r")
    terminal.close()
    assert capsys.readouterr().out == f"\r{' ' * len(drawn)}\r"


@pytest.mark.parametrize("share,filled", [(0.0, 0), (0.5, 15), (1.0, 30)])
def test_a_bar_is_filled_by_its_share(share: float, filled: int) -> None:
    assert bar(share) == f"[{'#' * filled}{'.' * (30 - filled)}]"


def test_the_last_lines_are_kept_for_the_failure(log: Progress) -> None:
    for number in range(20):
        log.read(f"  line {number}")
    assert list(log.last_lines) == [f"line {number}" for number in range(12, 20)]


def test_what_pip_repeats_does_not_push_out_what_it_said(log: Progress) -> None:
    log.read("ERROR: the reason")
    for total in range(20):
        log.read(f"WARNING: Retrying (Retry(total={total}))")
    log.read("x" * 1000)
    assert list(log.last_lines) == ["ERROR: the reason", "x" * 200]
