"""No file can hurt: the hostile files and the mutated ones are tried, and what hurts would be seen."""

import json
import random
import subprocess
import sys
import time
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="they fork and measure as on Linux")

EACH = 4
"""Every so many files of the corpus are tried here; all of them by ``python -m benchmarks.reliability hostile``."""

WHOLLY = ("picture_parts", "gzip")
"""Of these, each is tried: files by which others found a hole."""

_TRIED = """
import json, sys
from benchmarks.reliability import hostile
every, *whole = sys.argv[1:]
seeds = {*range(1, hostile.COUNT + 1, int(every)), *(seed for one in whole for seed in hostile.seeds_of(one))}
made = list(hostile.attempts(sorted(seeds)))
print(json.dumps([[one.seed, one.what, one.faults, dict(one.numbers)] for one in made]))
"""


def run(code: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        check=True,
    )
    return done.stdout


def promise(name: str):
    return import_module(f"benchmarks.reliability.{name}")


@pytest.mark.slow
def test_no_hostile_file_does_anything_but_get_a_sentence() -> None:
    made = json.loads(run(_TRIED, EACH, *WHOLLY))
    assert [one for one in made if one[2]] == []
    assert len(made) > 400
    assert max(numbers["memory"] for *_rest, numbers in made) <= 200
    work = sorted(numbers["work"] for *_rest, numbers in made if "work" in numbers)
    assert work[int(0.98 * len(work))] < 0.1  # seconds of the processor; the promise is measured on a quiet machine


@pytest.mark.slow
def test_no_mutated_file_does_anything_but_open_or_get_a_sentence(tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    asked = ["mutating", "--count", "2", "--seed", "1", "--json", str(found)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reliability", *asked],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    result = json.loads(found.read_text(encoding="utf-8"))["results"]["mutating"]
    assert result["faults"] == []
    assert done.returncode == 0
    figures = {one["what"]: one["figure"] for one in result["figures"]}
    assert figures["mutated files"] == 2000
    assert 100 < figures["of them opened"] < 1000


def test_the_corpus_has_every_kind_of_file_and_each_once() -> None:
    corpus = promise("hostile").corpus()
    assert len(corpus) >= 400
    assert len({(one.what, one.suffix) for one in corpus}) == len(corpus)
    assert {one.what.partition(":")[0] for one in corpus} == {
        "zip",
        "json",
        "keras",
        "hdf5",
        "npy",
        "idx",
        "picture",
        "odd",
    }


def test_the_same_seed_is_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(1_000_000_000, 1000)
    monkeypatch.setattr(time, "time", lambda: next(clock))  # which some kinds of files write into themselves
    hostile, files = promise("hostile"), promise("mutating_files")
    for number in range(0, hostile.COUNT, 97):
        case = hostile.corpus()[number]
        contents = []
        for name in ("one", "two"):
            (tmp_path / f"{number}{name}").mkdir()
            path = tmp_path / f"{number}{name}" / "file"
            case.write(path, random.Random(number))
            contents.append(path.read_bytes() if path.is_file() and path.stat().st_size < 1e9 else None)
        assert contents[0] == contents[1], case.what
    assert [files.mutated(3, number) for number in range(200)] == [files.mutated(3, number) for number in range(200)]
    assert files.mutated(3, 0) != files.mutated(4, 0)


_BITES = r"""
import os, sys
from pathlib import Path
from benchmarks.reliability.audit import Audit, Forbidden

outside, inside, file = (Path(one) for one in sys.argv[1:])
import ctypes, marshal, pickle, socket, subprocess, threading, types

code = marshal.dumps(compile("1", "x", "eval"))
made = compile("1", "x", "eval")
pickled = pickle.dumps(os.system)
audit = Audit([inside])
acts = {
    "a program": lambda: subprocess.run(["true"]),
    "a shell": lambda: os.system("true"),
    "a program in its place": lambda: os.execv("/bin/true", ["true"]),
    "a spawned program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "a fork": os.fork,
    "a connection": lambda: socket.socket().connect(("127.0.0.1", 9)),
    "a name on the network": lambda: socket.getaddrinfo("localhost", 1),
    "a write": lambda: (outside / "a").write_text("x"),
    "a write by the system's call": lambda: os.open(outside / "a", os.O_WRONLY | os.O_CREAT),
    "an appendix": lambda: open(outside / "there", "a"),
    "another file": lambda: (outside / "there").read_text(),
    "a removal": lambda: os.remove(outside / "there"),
    "a folder": lambda: os.mkdir(outside / "b"),
    "a new name": lambda: os.rename(outside / "there", outside / "c"),
    "a link": lambda: os.symlink("x", outside / "d"),
    "a pickle": lambda: pickle.loads(pickled),
    "marshalled code": lambda: marshal.loads(code),
    "code": lambda: made.replace(co_name="y"),
    "eval": lambda: eval("1"),
    "exec": lambda: exec("1"),
    "a compiler": lambda: compile("1", "x", "eval"),
    "native code": lambda: ctypes.CDLL(None),
}
for what, act in acts.items():
    audit.seen.clear()
    try:
        with audit.watched(file):
            act()
    except Forbidden:
        print(what, "seen" if audit.seen else "not kept")
    else:
        print(what, "NOT SEEN")
with audit.watched(file):  # a reader that swallows everything
    try:
        eval("1")
    except BaseException:
        pass
print("swallowed", "seen" if audit.seen else "NOT SEEN")
audit.seen.clear()
with audit.watched(file):
    import ast, colorsys, wave
    ast.literal_eval("{'a': (1, 2)}")
    file.read_text()
    (inside / "a").write_text("x")
eval("1")
print("fine", audit.seen)
"""


def test_the_audit_sees_each_thing_that_opening_never_does(tmp_path: Path) -> None:
    outside, inside, file = tmp_path / "outside", tmp_path / "inside", tmp_path / "file"
    outside.mkdir()
    inside.mkdir()
    file.write_text("x")
    (outside / "there").write_text("x")
    lines = run(_BITES, outside, inside, file).splitlines()
    assert [line for line in lines[:-1] if not line.endswith(" seen")] == []
    assert len(lines) == 24
    assert lines[-1] == "fine []"
    assert [one.name for one in outside.iterdir()] == ["there"]


_BROKEN = r"""
import json, os, signal, sys, time
from benchmarks.reliability import hostile, hostile_readers
from benchmarks.reliability.hostile_case import holding

class Refused(Exception):
    pass

def broken(path):
    how = path.read_bytes().decode()
    if how == "opens":
        return 1
    if how == "dies":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "hangs":
        time.sleep(60)
    if how == "raises":
        raise KeyError("x")
    if how == "runs":
        os.system("true")
    if how == "takes":
        bytearray(300 << 20)
    raise Refused(f"“{path}” is no file." if how != "mumbles" else "KeyError")

hostile.READERS = {"project": hostile_readers.Reader(broken, (Refused,), lambda: b"opens")}
for how in ("fine", "opens", "dies", "hangs", "raises", "runs", "takes", "mumbles"):
    hostile.HANGS = 3.0 if how == "hangs" else 60.0  # a machine that is slow makes no other one hang
    one = hostile._attempt(1, holding(how, ".x", how.encode()))
    print(json.dumps([how, one.faults, one.numbers.get("memory", 0)]))
"""


def test_a_reader_that_does_anything_else_is_told() -> None:
    found = {how: (faults, memory) for how, faults, memory in map(json.loads, run(_BROKEN).splitlines())}
    assert found["fine"][0] == found["takes"][0] == []
    assert found["takes"][1] > 250
    for how, said in {
        "opens": "as project, it was opened",
        "dies": "the process ended with -11",
        "hangs": "it hangs",
        "raises": "it raised KeyError",
        "runs": "it started a program",
        "mumbles": "it does not name the file",
    }.items():
        assert said in found[how][0][0]


@pytest.mark.parametrize(
    "sentence",
    [
        "“NAME” is broken",
        "“NAME”\nis broken.",
        "it is broken: NAME.",
        "The file is broken.",
        "“NAME”: KeyError.",
        "“NAME” holds <class 'int'>.",
        "“NAME” holds " + "x" * 400 + ".",
    ],
)
def test_what_is_no_clear_sentence_is_told(sentence: str) -> None:
    readers, path = promise("hostile_readers"), Path("/somewhere/a.keras")
    assert readers.fault_of(sentence.replace("NAME", "a.keras"), path)
    assert readers.fault_of("“/somewhere/a.keras” is no model: choose another file.", path) is None


_DYING = r"""
import json, os, signal
from benchmarks.reliability import mutating, mutating_files

mutating.FILES, mutating._LOOKS = 12, 0.1

def child(*given, own=mutating._child):
    mutating._HANGS = 60.0  # a machine that is slow makes no file hang but the one that does
    return own(*given)

def number_of(place, own=mutating._number):
    if (number := own(place)) == 5:
        mutating._HANGS = 1.0
    return number

mutating._child, mutating._number = child, number_of

def opened(reader, path, audit, own=mutating.opened):
    number = int(path.read_bytes())
    if number == 3:
        os.kill(os.getpid(), signal.SIGABRT)
    if number == 5:
        signal.pause()
    return "refused", "it mumbles" if number == 7 else None

mutating.opened = opened
mutating.mutated = lambda seed, number: ("a thing", "project", b"%d" % number)
(one,) = mutating.attempts([1])
print(json.dumps([one.faults, dict(one.numbers)]))
"""


def test_a_mutated_file_that_ends_or_holds_the_process_is_told_and_the_next_ones_are_tried() -> None:
    faults, numbers = json.loads(run(_DYING))
    assert sorted(faults) == [
        "file 3, a thing: the process ended with -6",
        "file 5, a thing: it hangs for more than 1 s",
        "file 7, a thing: it mumbles",
    ]
    assert numbers["files"] == 12
