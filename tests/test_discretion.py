"""No path and nothing of a person's data is left in what is kept of a fault."""

from pathlib import Path

import pytest

from netbuilder import discretion
from netbuilder.discretion import bones, bones_of, discreet

PROGRAM = Path(discretion.__file__).parents[1]


@pytest.mark.parametrize(
    "text, left",
    [
        (
            "Cannot open file '/home/ann/My study/bob x.csv', because: No such file",
            "Cannot open file '<path>.csv', because: No such file",
        ),
        ("“/data/Ann.netbuilder~” could not be written", "“<path>.netbuilder~” could not be written"),
        ("no /home/ann/My Study/bob smith.csv: gone", "no <path>.csv: gone"),
        ("at ~/ann/x.netbuilder now", "at <path>.netbuilder now"),
        ("file:///home/ann/y.svg is gone", "<path>.svg is gone"),
        (r"C:\Users\ann\a b.txt: gone", "<path>.txt: gone"),
        (r"\\server\share\ann.csv", "<path>.csv"),
        ("cd /tmp/ann", "cd <path>"),
        ("and/or, 1 / 2, w/o, 3.5 steps/s", "and/or, 1 / 2, w/o, 3.5 steps/s"),
        ("QWidget::setMinimumSize: (-1/2) is negative", "QWidget::setMinimumSize: (-1/2) is negative"),
        (f"in {PROGRAM}/netbuilder/ui/x.py", "in netbuilder/ui/x.py"),
    ],
)
def test_of_a_path_no_more_than_its_ending_is_left(text: str, left: str) -> None:
    assert discreet(text) == left
    assert discreet(left) == left


def raised(problem: Exception, cause: Exception | None = None) -> str:
    def fail() -> None:
        raise problem from cause

    try:
        fail()
    except Exception as caught:  # noqa: BLE001 - it is what was just raised
        return bones_of(caught)
    raise AssertionError


@pytest.mark.parametrize(
    "problem",
    [
        KeyError("Ann"),
        ValueError("could not convert string to float: 'Ann'"),
        OSError(28, "No space left", "/home/ann/Ann.netbuilder"),
        UnicodeDecodeError("utf-8", b"Ann", 0, 1, "invalid start byte in Ann"),
        AssertionError("Ann\nAnnError: Ann\n    Ann"),
        Exception("Ann"),
    ],
    ids=lambda problem: type(problem).__name__,
)
def test_what_quotes_data_is_told_by_its_kind_alone(problem: Exception) -> None:
    kept = raised(problem).replace("AnnError", "")
    assert type(problem).__name__ in kept
    assert "ann" not in kept.lower().replace("annotat", "")


def test_what_speaks_of_the_program_is_told_in_full() -> None:
    assert raised(AttributeError("'NoneType' object has no attribute 'x'")).endswith(
        "AttributeError: 'NoneType' object has no attribute 'x'"
    )


def test_what_the_system_refused_is_told_by_its_number() -> None:
    assert raised(OSError(28, "No space left", "/home/ann/Ann.netbuilder")).endswith("OSError: [Errno 28]")


def test_the_lines_of_the_source_are_left_out() -> None:
    assert [line[:7] for line in raised(KeyError("Ann")).splitlines()] == ["Traceba", "  File ", "  File ", "KeyErro"]


def test_what_led_to_an_exception_is_told_too() -> None:
    kept = raised(TypeError("expected int"), OSError(2, "gone", "/home/ann/x"))
    assert kept.index("FileNotFoundError") < kept.index("direct cause") < kept.index("TypeError: expected int")


def test_endless_recursion_is_told_in_a_few_lines() -> None:
    def again() -> None:
        again()

    with pytest.raises(RecursionError) as caught:
        again()
    assert 5 < len(bones_of(caught.value).splitlines()) < 15


@pytest.mark.parametrize(
    "path, left",
    [
        (f"{PROGRAM}/netbuilder/ui/window.py", "netbuilder/ui/window.py"),
        ("/home/ann/.venv/lib/python3.11/site-packages/PySide6/__init__.py", "site-packages/PySide6/__init__.py"),
        ("/usr/lib/python3.11/json/decoder.py", "…/json/decoder.py"),
        (r"C:\Users\Ann\site-packages\keras\x.py", "site-packages/keras/x.py"),
        ("<string>", "<string>"),
    ],
)
def test_a_module_is_called_by_where_it_is_in_its_package(path: str, left: str) -> None:
    assert bones(f'  File "{path}", line 3, in f') == f'  File "{left}", line 3, in f'


def test_of_a_native_trace_the_places_are_left() -> None:
    trace = (
        "Fatal Python error: Segmentation fault\n\nCurrent thread 0x00007f (most recent call first):\n"
        '  File "/x/netbuilder/ui/window.py", line 3 in closeEvent\n  ...\n\nExtension modules: numpy (total: 1)\nAnn\n'
    )
    assert bones(trace).splitlines() == [
        "Fatal Python error: Segmentation fault",
        "Current thread 0x00007f (most recent call first):",
        '  File "netbuilder/ui/window.py", line 3, in closeEvent',
    ]
    assert bones(bones(trace)) == bones(trace)
