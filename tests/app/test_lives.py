"""A life leaves something to tell only if it did not end as it should, and only if something is known of that."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from netbuilder.app.lives import Life, last_words, lived

FATAL = "Fatal Python error: Aborted"


def die(folder: Path, *texts: str) -> None:
    life = Life(folder)
    for text in texts:
        life.note(text)
    life.close(keep=True)


def test_a_life_that_ends_as_it_should_leaves_nothing(tmp_path: Path) -> None:
    with lived(tmp_path / "lives") as life:
        life.note("ValueError")
    assert list((tmp_path / "lives").iterdir()) == []
    assert last_words(tmp_path / "lives") == []


def test_an_exception_that_ends_a_life_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(KeyError), lived(tmp_path):
        raise KeyError("Ann")
    (words,) = last_words(tmp_path)
    assert words.text.endswith("KeyError")
    assert "Ann" not in words.text
    words.remove()
    assert last_words(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_life_that_is_told_to_end_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SystemExit), lived(tmp_path):
        sys.exit(3)
    assert list(tmp_path.iterdir()) == []


def test_a_life_that_was_killed_leaves_nothing_to_tell(tmp_path: Path) -> None:
    die(tmp_path)
    assert last_words(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_life_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    life = Life(tmp_path)
    life.note(FATAL)
    assert last_words(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == 2
    life.close()


def test_what_is_released_is_told_again_and_what_another_window_reads_is_not(tmp_path: Path) -> None:
    die(tmp_path, FATAL)
    (words,) = last_words(tmp_path)
    assert last_words(tmp_path) == []
    words.release()
    (again,) = last_words(tmp_path)
    assert again.text == FATAL
    again.remove()


def test_only_the_latest_few_are_kept(tmp_path: Path) -> None:
    for number in range(6):
        die(tmp_path, FATAL)
        for path in tmp_path.glob("*.txt"):
            if path.stat().st_mtime > 1000:
                os.utime(path, (number, number))
    found = last_words(tmp_path)
    assert [one.when for one in found] == [5.0, 4.0, 3.0]
    for one in found:
        one.release()
    assert len(list(tmp_path.iterdir())) == 3


def test_files_of_others_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(FATAL)
    assert last_words(tmp_path) == []
    assert (tmp_path / "notes.txt").exists()


def test_without_a_folder_nothing_is_kept_and_nothing_hurts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with lived(tmp_path / "file" / "lives") as life:
        life.note(FATAL)
    assert last_words(tmp_path / "file" / "lives") == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_native_code_that_aborts_leaves_where_it_was(tmp_path: Path) -> None:
    asks = (
        "import os, sys; from pathlib import Path; from netbuilder.app.lives import lived\n"
        "def inner(): os.abort()\n"
        "with lived(Path(sys.argv[1])): inner()\n"
    )
    ended = subprocess.run([sys.executable, "-c", asks, str(tmp_path)], check=False, timeout=60)
    assert ended.returncode < 0
    (words,) = last_words(tmp_path)
    assert words.text.startswith(FATAL)
    assert 'File "<string>", line 2, in inner' in words.text
    words.remove()
