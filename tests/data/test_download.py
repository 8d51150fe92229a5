"""Downloads: whole, checked, continued, given up at once, and never unasked."""

import dataclasses
import gzip
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netbuilder import disk
from netbuilder.data.download import CannotDownload, NoNetwork, download, fetch
from netbuilder.data.examples import DataMissing, Stopped
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.remote import Remote, downloadable
from netbuilder.spec.sources import source

CONTENT = np.random.default_rng(0).integers(0, 256, 300_000, np.uint8).tobytes()
PACKED = gzip.compress(CONTENT, mtime=0)


@dataclass
class Server:
    """Serves ``files``; each setting is a fault, ``asked`` notes the Range header of every request."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    cut_after: int | None = None  # bytes of each answer after which the line breaks off
    silent: bool = False  # accepts, but never answers
    stalls_after: int | None = None
    status: int = 200
    lengths: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    def url(self, name: str) -> str:
        return f"{self.address}/{name}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            told.asked.append((self.path[1:], asked))
            if told.silent:
                told.release.wait(60)
                return
            content = told.files.get(self.path[1:])
            if content is None or told.status != 200:
                self.send_error(404 if content is None else told.status)
                return
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and told.ranges else 0
            if start >= len(content) and start:
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            if told.lengths:
                self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            rest = content[start:]
            if told.stalls_after is not None:
                self.wfile.write(rest[: told.stalls_after])
                self.wfile.flush()
                told.release.wait(60)
                return
            self.wfile.write(rest if told.cut_after is None else rest[: told.cut_after])

    class Listening(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that left is no news."""

    with Listening(("127.0.0.1", 0), Handler) as listening:
        told.address = f"http://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield told
        told.release.set()
        listening.shutdown()
        thread.join()


def remote(*urls: str, content: bytes = CONTENT, **values: Any) -> Remote:
    return Remote("digits.gz", urls, len(PACKED), hashlib.sha256(content).hexdigest(), **values)


def get(folder: Path, *files: Remote, timeout: float = 5.0) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    download(files, folder, lambda done, total: told.append((done, total)), lambda: False, timeout=timeout)
    return told


def litter(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in ("digits.gz", ".lock"))


def test_a_file_arrives_whole_with_progress_to_the_end(server: Server, tmp_path: Path) -> None:
    server.files["digits.gz"] = PACKED
    told = get(tmp_path / "new" / "folder", remote(server.url("digits.gz")))
    assert (tmp_path / "new" / "folder" / "digits.gz").read_bytes() == PACKED
    assert told == sorted(told)
    assert len(told) > 2
    assert told[-1] == (len(PACKED), len(PACKED))
    assert litter(tmp_path / "new" / "folder") == []


def test_what_is_there_and_right_is_not_downloaded_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "digits.gz").write_bytes(PACKED)
    get(tmp_path, remote(server.url("digits.gz")))
    assert server.asked == []


def test_what_is_there_but_wrong_is_downloaded_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "digits.gz").write_bytes(PACKED[:-100])
    server.files["digits.gz"] = PACKED
    get(tmp_path, remote(server.url("digits.gz")))
    assert (tmp_path / "digits.gz").read_bytes() == PACKED


@pytest.mark.parametrize("lengths", [True, False], ids=["with length", "without length"])
def test_a_line_that_breaks_off_is_taken_up_where_it_broke(server: Server, tmp_path: Path, lengths: bool) -> None:
    server.files["digits.gz"] = PACKED
    server.lengths = lengths
    server.cut_after = 100_000 if lengths else None
    get(tmp_path, remote(server.url("digits.gz")))
    assert (tmp_path / "digits.gz").read_bytes() == PACKED
    if lengths:
        assert [span for _name, span in server.asked] == [None, "bytes=100000-", "bytes=200000-", "bytes=300000-"]


def test_a_cancelled_download_goes_on_from_where_it_stood(server: Server, tmp_path: Path) -> None:
    server.files["digits.gz"] = PACKED
    server.stalls_after = 150_000
    file = remote(server.url("digits.gz"))
    reached: list[int] = []
    with pytest.raises(Stopped):
        download(
            (file,), tmp_path, lambda done, total: reached.append(done), lambda: max(reached, default=0) >= 150_000
        )
    assert not (tmp_path / "digits.gz").exists()
    server.stalls_after = None
    get(tmp_path, file)
    assert (tmp_path / "digits.gz").read_bytes() == PACKED
    assert server.asked[-1] == ("digits.gz", "bytes=150000-")
    assert litter(tmp_path) == []


def test_a_server_without_ranges_sends_all_again(server: Server, tmp_path: Path) -> None:
    server.files["digits.gz"] = PACKED
    server.stalls_after = 150_000
    reached: list[int] = []
    with pytest.raises(Stopped):
        download(
            (remote(server.url("digits.gz")),),
            tmp_path,
            lambda done, total: reached.append(done),
            lambda: max(reached, default=0) >= 150_000,
        )
    server.stalls_after, server.ranges = None, False
    get(tmp_path, remote(server.url("digits.gz")))
    assert (tmp_path / "digits.gz").read_bytes() == PACKED


def test_a_continued_file_that_has_changed_meanwhile_is_fetched_anew(server: Server, tmp_path: Path) -> None:
    other = gzip.compress(CONTENT[::-1])
    server.files["digits.gz"] = other
    server.stalls_after = 150_000
    reached: list[int] = []
    with pytest.raises(Stopped):
        download(
            (remote(server.url("digits.gz")),),
            tmp_path,
            lambda done, total: reached.append(done),
            lambda: max(reached, default=0) >= 150_000,
        )
    server.files["digits.gz"], server.stalls_after = PACKED, None
    get(tmp_path, remote(server.url("digits.gz")))
    assert (tmp_path / "digits.gz").read_bytes() == PACKED


def test_a_part_that_was_already_whole_is_kept(server: Server, tmp_path: Path) -> None:
    server.files["digits.gz"] = PACKED
    file = remote(server.url("digits.gz"))
    part = tmp_path / f"digits.gz.{hashlib.sha256(file.urls[0].encode()).hexdigest()[:8]}.part"
    part.write_bytes(PACKED)
    get(tmp_path, file)
    assert (tmp_path / "digits.gz").read_bytes() == PACKED
    assert litter(tmp_path) == []


@pytest.mark.parametrize(
    "wrong",
    [gzip.compress(b"something else", mtime=0), b"<html>log in first</html>", PACKED + b"more"],
    ids=["other", "page", "longer"],
)
def test_other_content_is_refused_and_thrown_away(server: Server, tmp_path: Path, wrong: bytes) -> None:
    server.files["digits.gz"] = wrong
    with pytest.raises(CannotDownload, match="is not the published file"):
        get(tmp_path, remote(server.url("digits.gz"), unpacked=wrong != PACKED + b"more"))
    assert litter(tmp_path) == []
    assert not (tmp_path / "digits.gz").exists()


def test_the_checksum_is_of_the_content_however_it_is_packed(server: Server, tmp_path: Path) -> None:
    server.files["digits.gz"] = gzip.compress(CONTENT, compresslevel=1, mtime=5)
    server.files["plain.gz"] = CONTENT
    get(tmp_path / "one", remote(server.url("digits.gz")))
    get(tmp_path / "two", remote(server.url("plain.gz")))
    assert (tmp_path / "two" / "digits.gz").read_bytes() == CONTENT


def test_an_answer_without_end_is_given_up(server: Server, tmp_path: Path) -> None:
    server.files["digits.gz"] = bytes(20_000_000)
    with pytest.raises(CannotDownload, match="sends something else"):
        get(tmp_path, remote(server.url("digits.gz")))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 5_000_000


def test_a_bomb_is_not_unpacked_to_its_end(server: Server, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(300_000_000), compresslevel=9)
    server.files["digits.gz"] = bomb
    with pytest.raises(CannotDownload, match="is not the published file"):
        get(tmp_path, remote(server.url("digits.gz"), content=bytes(300_000_000)))


def test_the_second_mirror_is_asked_when_the_first_fails(server: Server, tmp_path: Path) -> None:
    server.files["good.gz"], server.files["bad.gz"] = PACKED, b"bad"
    get(tmp_path, remote("http://127.0.0.1:9/x", server.url("none.gz"), server.url("bad.gz"), server.url("good.gz")))
    assert (tmp_path / "digits.gz").read_bytes() == PACKED
    assert litter(tmp_path) == []


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_server_that_refuses_is_quoted(server: Server, tmp_path: Path, status: int) -> None:
    server.files["digits.gz"], server.status = PACKED, status
    with pytest.raises(CannotDownload, match=f"answered “{status}.*choose the files yourself"):
        get(tmp_path, remote(server.url("digits.gz")))


def test_without_network_the_message_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/digits.gz"
        with pytest.raises(NoNetwork, match="check the network and try again, or choose the files yourself"):
            get(tmp_path, remote(url))


def test_a_silent_server_is_given_up_after_the_time_out(server: Server, tmp_path: Path) -> None:
    server.silent = True
    with pytest.raises(NoNetwork, match=r"no answer within 0\.3 seconds"):
        get(tmp_path, remote(server.url("digits.gz")), timeout=0.3)


def test_a_server_that_stalls_is_asked_again_while_bytes_still_come(server: Server, tmp_path: Path) -> None:
    server.files["digits.gz"], server.stalls_after = PACKED, 150_000
    get(tmp_path, remote(server.url("digits.gz")), timeout=1.0)  # also on a slow machine, its first byte comes in time
    assert (tmp_path / "digits.gz").read_bytes() == PACKED


def test_a_line_that_never_gives_a_byte_ends_in_a_sentence(server: Server, tmp_path: Path) -> None:
    server.files["digits.gz"], server.cut_after = PACKED, 0
    with pytest.raises(NoNetwork, match="broke off"):
        get(tmp_path, remote(server.url("digits.gz")))
    assert len(server.asked) == 3


def test_cancelling_ends_the_wait_for_a_silent_server_at_once(server: Server, tmp_path: Path) -> None:
    server.silent = True
    begun = time.monotonic()
    with pytest.raises(Stopped):
        download(
            (remote(server.url("digits.gz")),),
            tmp_path,
            lambda done, total: None,
            lambda: time.monotonic() > begun + 0.2,
            timeout=60.0,
        )
    assert time.monotonic() - begun < 30


def test_two_downloads_at_once_ask_the_server_once(server: Server, tmp_path: Path) -> None:
    server.files["digits.gz"] = PACKED
    both = [threading.Thread(target=get, args=(tmp_path, remote(server.url("digits.gz")))) for _one in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(server.asked) == 1


def test_waiting_for_another_download_can_be_cancelled(server: Server, tmp_path: Path) -> None:
    with disk.locked(tmp_path / ".lock"), pytest.raises(Stopped):
        download((remote(server.url("digits.gz")),), tmp_path, lambda done, total: None, lambda: True)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(disk.CannotWrite, match="could not be written"):
        get(tmp_path / "file" / "folder", remote("http://127.0.0.1:9/x"))


def test_reading_never_downloads(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "cache_folder", lambda: tmp_path)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(Mnist, "files", (remote(server.url("digits.gz")),))
    with pytest.raises(DataMissing, match="choose its files, press Download, or give --download"):
        Mnist().read(lambda done, total: None, lambda: False)
    assert server.asked == []


def test_fetching_mnist_fills_its_cache_and_then_asks_no_more(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mnist_folder: Path
) -> None:
    monkeypatch.setattr(disk, "cache_folder", lambda: tmp_path)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    for file in Mnist.files:
        server.files[file.name] = (mnist_folder / file.name).read_bytes()
    there = tuple(dataclasses.replace(file, urls=(server.url(file.name),)) for file in Mnist.files)
    monkeypatch.setattr(Mnist, "files", there)
    for _time in range(2):
        fetch(Mnist(), lambda done, total: None, lambda: False)
    assert len(server.asked) == 4
    assert len(Mnist().read(lambda done, total: None, lambda: False)) == 70_000


@pytest.mark.parametrize("entry", list(source), ids=lambda entry: entry.name)
def test_only_published_files_with_checksum_and_https_can_be_downloaded(entry: Any) -> None:
    made = entry.kind()
    if not downloadable(made):
        return
    assert made.folder().is_relative_to(disk.cache_folder())
    for file in made.remote():
        assert len(bytes.fromhex(file.sha256)) == 32
        assert file.urls
        assert all(url.startswith("https://") and url.endswith(file.name) for url in file.urls)
