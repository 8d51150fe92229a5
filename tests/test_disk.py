"""The disk: files are old or new but whole, locks hold across programs, and every failure is a sentence."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from netbuilder import disk
from netbuilder.disk import (
    CannotOpen,
    CannotWrite,
    Locked,
    locked,
    locks,
    opened,
    places,
    resource,
    write_whole,
    writing,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such files")
not_root = pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason="root may write everywhere")


def put(path: Path, content: bytes) -> None:
    write_whole(path, lambda file: file.write(content))


def only(folder: Path, *names: str) -> bool:
    return sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_a_file_is_written_and_replaced_without_litter(tmp_path: Path) -> None:
    put(tmp_path / "a", b"old")
    put(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert only(tmp_path, "a")


def test_the_writer_may_seek_and_read(tmp_path: Path) -> None:
    def write(file: BinaryIO) -> None:
        file.write(b"0123")
        file.seek(1)
        assert file.read(1) == b"1"
        file.write(b"x")

    write_whole(tmp_path / "a", write)
    assert (tmp_path / "a").read_bytes() == b"01x3"


def test_the_old_file_is_whole_while_the_new_one_is_written(tmp_path: Path) -> None:
    put(tmp_path / "a", b"old")

    def write(file: BinaryIO) -> None:
        file.write(b"half")
        file.flush()
        assert (tmp_path / "a").read_bytes() == b"old"

    write_whole(tmp_path / "a", write)


@pytest.mark.parametrize("problem", [ValueError("no"), KeyboardInterrupt()])
def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, problem: BaseException) -> None:
    put(tmp_path / "a", b"old")

    def write(file: BinaryIO) -> None:
        file.write(b"half")
        raise problem

    with pytest.raises(type(problem)):
        write_whole(tmp_path / "a", write)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert only(tmp_path, "a")


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_permissions_of_the_old_file_are_kept(tmp_path: Path, mode: int) -> None:
    put(tmp_path / "a", b"old")
    (tmp_path / "a").chmod(mode)
    put(tmp_path / "a", b"new")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A file of another group of this user's than new files get."""
    put(tmp_path / "a", b"old")
    usual = (tmp_path / "a").stat().st_gid
    others = [1234] if os.geteuid() == 0 else [group for group in os.getgroups() if group != usual]
    if not others:
        pytest.skip("this user is in one group only")
    os.chown(tmp_path / "a", -1, others[0])
    return tmp_path / "a"


@posix
@pytest.mark.parametrize("links", [True, False])
def test_the_group_of_the_old_file_is_kept(shared: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(writing, "_nameless", lambda folder: None)
        monkeypatch.setattr(os, "link", fail_with(errno.EPERM))
    shared.chmod(0o640)
    group = shared.stat().st_gid
    keep(shared, b"new")
    for path in (shared, disk.previous_of(shared)):
        assert (path.stat().st_gid, stat.S_IMODE(path.stat().st_mode)) == (group, 0o640)


@posix
@pytest.mark.parametrize("mode, after", [(0o640, 0o600), (0o664, 0o644), (0o666, 0o666), (0o604, 0o604)])
def test_another_group_may_do_no_more_than_everybody_where_the_old_one_can_not_be_kept(
    shared: Path, monkeypatch: pytest.MonkeyPatch, mode: int, after: int
) -> None:
    shared.chmod(mode)
    monkeypatch.setattr(os, "chown", fail_with(errno.EPERM))
    put(shared, b"new")
    assert shared.read_bytes() == b"new"
    assert stat.S_IMODE(shared.stat().st_mode) == after


@posix
def test_a_new_file_gets_the_permissions_that_any_program_would_give(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    put(tmp_path / "a", b"new")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "usual").stat().st_mode


@posix
def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    put(tmp_path / "there" / "real", b"old")
    (tmp_path / "link").symlink_to("there/real")
    (tmp_path / "dangling").symlink_to("there/coming")
    put(tmp_path / "link", b"new")
    put(tmp_path / "dangling", b"made")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "real").read_bytes() == b"new"
    assert (tmp_path / "there" / "coming").read_bytes() == b"made"
    assert only(tmp_path / "there", "real", "coming")


@posix
def test_what_is_no_ordinary_file_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    for name, says in (("pipe", "no ordinary file"), ("folder", "a folder of that name"), ("loop", "back to itself")):
        with pytest.raises(CannotWrite, match=f"{name}.*{says}"):
            put(tmp_path / name, b"new")
    with pytest.raises(CannotWrite, match="no ordinary file"):
        put(Path(os.devnull), b"new")
    assert only(tmp_path, "pipe", "folder", "loop")


def test_a_missing_folder_and_a_long_name_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="its folder is gone: choose another place"):
        put(tmp_path / "none" / "a", b"")
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match="a file stands where one of its folders should be"):
        put(tmp_path / "file" / "a", b"")
    with pytest.raises(CannotWrite, match=r"could not be written"):
        put(tmp_path / ("a" * 300), b"")
    put(tmp_path / ("a" * 250), b"")  # a name as long as file systems allow is fine


@not_root
def test_a_write_protected_file_is_respected(tmp_path: Path) -> None:
    put(tmp_path / "a", b"old")
    (tmp_path / "a").chmod(0o444)
    with pytest.raises(CannotWrite, match="may not write there"):
        put(tmp_path / "a", b"new")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_named_as_such() -> None:
    with pytest.raises(OSError, match="No space") as full, Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")
    assert "the disk is full: free some space" in str(disk.cannot_write(Path("a"), full.value))


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux can write a file that has no name yet")
def test_what_is_half_written_has_no_name_that_a_crash_could_leave_behind(tmp_path: Path) -> None:
    write_whole(
        tmp_path / "a", lambda file: (file.write(b"half"), file.flush(), only(tmp_path) or pytest.fail("litter"))
    )
    assert only(tmp_path, "a")


def test_a_folder_that_knows_no_nameless_files_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_nameless", lambda folder: None)
    put(tmp_path / "a", b"old")
    put(tmp_path / "a", b"new")
    with pytest.raises(ValueError, match="no"):
        write_whole(tmp_path / "a", lambda file: (_ for _ in ()).throw(ValueError("no")))
    assert (tmp_path / "a").read_bytes() == b"new"
    assert only(tmp_path, "a")


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.ENOENT, errno.EIO, errno.ESTALE, 9999]
)
def test_any_failure_of_the_disk_is_a_sentence_with_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    put(tmp_path / "a", b"old")

    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CannotWrite, match=r"a” could not be written, since .*: (choose|free)"):
        put(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert only(tmp_path, "a")


@posix
def test_a_program_killed_while_saving_leaves_the_old_or_the_new_file_whole(tmp_path: Path) -> None:
    put(tmp_path / "a", b"0" * 2_000_000)
    program = (
        "import sys, itertools; from pathlib import Path; from netbuilder.disk import write_whole\n"
        "print('begun', flush=True)\n"
        "for number in itertools.count():\n"
        "    write_whole(Path(sys.argv[1]), lambda file: file.write(str(number % 10).encode() * 2_000_000))\n"
    )
    for number in range(8):
        with subprocess.Popen([sys.executable, "-c", program, tmp_path / "a"], stdout=subprocess.PIPE) as saving:
            assert saving.stdout is not None
            saving.stdout.readline()
            time.sleep(0.01 + 0.007 * number)
            saving.send_signal(signal.SIGKILL)
        content = (tmp_path / "a").read_bytes()
        assert len(content) == 2_000_000
        assert len(set(content)) == 1


def fail_with(number: int):
    def fail(*_arguments: object, **_named: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@posix
def test_what_a_killed_program_left_is_swept_away_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    dead, other = tmp_path / ".netbuilder-0123456789ab.part", tmp_path / ".netbuilder-notes.part"
    dead.write_bytes(b"half")
    other.write_bytes(b"somebody's")
    (tmp_path / ".netbuilder-0123456789ac.part").symlink_to(other)
    writing.mark_alive(living := os.open(tmp_path / ".netbuilder-0123456789ad.part", os.O_RDWR | os.O_CREAT))
    put(tmp_path / "a", b"new")
    left = {path.name for path in tmp_path.iterdir()}
    os.close(living)
    assert left == {"a", other.name, ".netbuilder-0123456789ac.part", ".netbuilder-0123456789ad.part"}
    disk.sweep(tmp_path)
    assert not (tmp_path / ".netbuilder-0123456789ad.part").exists()
    disk.sweep(tmp_path / "nowhere")


def test_what_is_raised_at_last_leaves_the_old_file(tmp_path: Path) -> None:
    put(tmp_path / "a", b"old")

    def refuse() -> None:
        assert (tmp_path / "a").read_bytes() == b"old"
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        write_whole(tmp_path / "a", lambda file: file.write(b"new"), at_last=refuse)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert only(tmp_path, "a")


@pytest.mark.parametrize("named", [False, True])
def test_a_written_file_is_known_by_what_is_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    if named:
        monkeypatch.setattr(writing, "_nameless", lambda folder: None)
    known = write_whole(tmp_path / "a", lambda file: file.write(b"new"))
    assert disk.fingerprint(tmp_path / "a") == known
    write_whole(tmp_path / "a", lambda file: file.write(b"new"))
    assert disk.fingerprint(tmp_path / "a") != known
    assert disk.fingerprint(tmp_path / "none") is None


def test_a_time_that_the_system_sets_late_is_no_change_and_another_file_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    monkeypatch.setattr(writing, "settle", lambda folder: os.utime(path, (1, 1)))
    assert write_whole(path, lambda file: file.write(b"new")) == disk.fingerprint(path)

    def replace(folder: Path) -> None:
        (tmp_path / "b").write_bytes(b"her")
        (tmp_path / "b").rename(path)

    monkeypatch.setattr(writing, "settle", replace)
    assert write_whole(path, lambda file: file.write(b"our")) != disk.fingerprint(path)


def keep(path: Path, content: bytes) -> None:
    write_whole(path, lambda file: file.write(content), keep_previous=True)


@pytest.mark.parametrize("links", [True, False])
def test_the_version_before_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:  # as on many sticks
        monkeypatch.setattr(writing, "_nameless", lambda folder: None)
        monkeypatch.setattr(os, "link", fail_with(errno.EPERM))
    for content in (b"first", b"second", b"third"):
        keep(tmp_path / "a", content)
        (tmp_path / "a").chmod(0o640)
    assert (tmp_path / "a").read_bytes() == b"third"
    assert disk.previous_of(tmp_path / "a").read_bytes() == b"second"
    assert stat.S_IMODE(disk.previous_of(tmp_path / "a").stat().st_mode) == 0o640
    assert only(tmp_path, "a", "a~")


def test_saving_the_same_again_keeps_the_version_before(tmp_path: Path) -> None:
    for content in (b"first", b"second", b"second"):
        keep(tmp_path / "a", content)
    assert disk.previous_of(tmp_path / "a").read_bytes() == b"first"


@posix
def test_the_version_before_is_kept_beside_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    keep(tmp_path / "there" / "real", b"first")
    (tmp_path / "link").symlink_to("there/real")
    keep(tmp_path / "link", b"second")
    assert (tmp_path / "there" / "real~").read_bytes() == b"first"
    assert only(tmp_path, "there", "link")


def test_what_hinders_keeping_the_version_before_does_not_hinder_the_save(tmp_path: Path) -> None:
    (tmp_path / "a~").mkdir()
    keep(tmp_path / "a", b"first")
    keep(tmp_path / "a", b"second")
    keep(tmp_path / ("b" * 255), b"first")
    keep(tmp_path / ("b" * 255), b"second")
    assert (tmp_path / "a").read_bytes() == (tmp_path / ("b" * 255)).read_bytes() == b"second"
    assert only(tmp_path, "a", "a~", "b" * 255)


def test_a_save_cut_between_the_two_names_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path / "a", b"first")
    os.link(tmp_path / "a", tmp_path / "a~")  # as a kill leaves it: the old file has its second name, the new one none
    keep(tmp_path / "a", b"second")
    assert (tmp_path / "a~").read_bytes() == b"first"
    assert only(tmp_path, "a", "a~")


@pytest.mark.parametrize("call", ["fsync", "link", "replace", "chmod"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_whichever_call_the_disk_fails_at_the_old_file_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    keep(tmp_path / "a", b"first")
    keep(tmp_path / "a", b"second")
    monkeypatch.setattr(os, call, fail_with(number))
    with pytest.raises(CannotWrite, match=r"a” could not be written, since .*: (choose|free)"):
        keep(tmp_path / "a", b"third")
    monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == b"second"
    assert (tmp_path / "a~").read_bytes() in (b"first", b"second")
    assert only(tmp_path, "a", "a~")


def test_only_one_place_holds_a_lock(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"), pytest.raises(Locked, match="Another program is using"), locked(tmp_path / "lock"):
        pass
    with locked(tmp_path / "lock"):
        pass


def test_a_lock_is_waited_for_and_the_wait_can_be_given_up(tmp_path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(tmp_path / "lock"):
            entered.set()
            leave.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(60)
    with pytest.raises(Locked), locked(tmp_path / "lock", wait=60, give_up=lambda: True):
        pass
    threading.Timer(0.2, leave.set).start()
    with locked(tmp_path / "lock", wait=60):
        assert leave.is_set()
    holder.join()


@posix
def test_a_lock_of_another_program_holds_until_that_dies(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from netbuilder.disk import locked\n"
        "with locked(Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, tmp_path / "lock"], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Locked), locked(tmp_path / "lock"):
            pass
        holder.kill()
    with locked(tmp_path / "lock"):
        pass


def test_a_lock_that_vanishes_leaves_nothing_and_still_excludes(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", vanishes=True):
        assert only(tmp_path, "lock")
        with pytest.raises(Locked), locked(tmp_path / "lock", vanishes=True):
            pass
        assert only(tmp_path, "lock")
    assert only(tmp_path)


@posix
def test_a_lock_file_that_vanished_meanwhile_is_not_taken_for_the_one_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = locks._lock

    def late(descriptor: int) -> bool:
        monkeypatch.undo()
        (tmp_path / "lock").unlink()  # whoever held it is done with it
        (tmp_path / "lock").touch()  # and somebody else made it anew
        return lock(descriptor)

    monkeypatch.setattr(locks, "_lock", late)
    with locked(tmp_path / "lock", wait=10), pytest.raises(Locked), locked(tmp_path / "lock"):
        pass


def test_threads_take_turns_with_a_lock_that_vanishes(tmp_path: Path) -> None:
    inside: list[int] = []

    def enter() -> None:
        for _round in range(50):
            with locked(tmp_path / "lock", vanishes=True, wait=60):
                inside.append(1)
                assert len(inside) == 1
                inside.pop()

    threads = [threading.Thread(target=enter) for _number in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locks.time, "sleep", lambda _seconds: None)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert inside == []
    assert only(tmp_path)


def test_a_lock_in_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="its folder is gone"), locked(tmp_path / "none" / "lock"):
        pass


def test_an_ordinary_file_is_opened_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1234")
    with opened(tmp_path / "a") as (file, size):
        assert size == 4
        assert file.read() == b"1234"


@posix
def test_what_cannot_be_read_is_refused_at_once_with_a_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    cases = (
        (tmp_path / "none", "is not there"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "no ordinary file"),
        (Path("/dev/zero"), "no ordinary file"),
        (tmp_path / "loop", "the system says"),
        (Path("a\0b"), "can't be opened"),
    )
    for path, says in cases:
        with pytest.raises(CannotOpen, match=says), opened(path):
            pass


def test_resources_of_the_checkout_are_found() -> None:
    assert resource("data") == Path(__file__).parents[1] / "resources" / "data"


def test_resources_inside_the_package_come_first_when_packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package" / "resources").mkdir(parents=True)
    (tmp_path / "package" / "resources" / "icon").touch()
    monkeypatch.setattr(places, "__file__", str(tmp_path / "package" / "disk" / "places.py"))
    monkeypatch.setattr(places, "_resources", places._resources.__wrapped__)
    assert resource("icon") == tmp_path / "package" / "resources" / "icon"
    (tmp_path / "frozen" / "netbuilder" / "resources").mkdir(parents=True)
    (tmp_path / "frozen" / "netbuilder" / "resources" / "icon").touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "frozen"), raising=False)
    assert resource("icon") == tmp_path / "frozen" / "netbuilder" / "resources" / "icon"


def test_the_users_folders_are_named_after_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    for folder in (disk.cache_folder(), disk.settings_folder(), disk.data_folder()):
        assert "netbuilder" in folder.parts[-2:]
        assert not folder.exists(), "asking for a folder does not make it"
