"""Takes out of a text what is nobody's business: where a person's files lie, and what their data say."""

from __future__ import annotations

import re
import traceback
from pathlib import Path, PurePath

_PROGRAM = str(Path(__file__).parents[1])
_HIDDEN = "<path>"
_ENDS = "\"'“”‘’\n"

_QUOTED = re.compile(rf"(?<=[\"'“‘])(?:file:/+|~|[A-Za-z]:)?[\\/][^{_ENDS}]*")
# Names may hold blanks: all up to the last slash of the line belongs to it, and what ends like a file's name.
_BARE = re.compile(
    rf"(?:\bfile:/+|(?<![\w.~…>)\\/])(?:~|\b[A-Za-z]:)?[\\/](?=[^\s\\/]|[\\/]))"
    rf"(?:[^:<>|*{_ENDS}]*[\\/])?[^\s:<>|*,;{_ENDS}]*(?:(?: [^\s:<>|*\\/{_ENDS}]+)*\.\w{{1,12}}\b)?"
)
FATAL_QT = "Fatal Qt message: "
"""With this begins what Qt says before it ends the program."""
_LONGEST = 300  # characters of what an exception says

# What these say speaks of the program. Others quote what they were given: a value, a key, a name, a path.
_SPEAK_OF_CODE = (
    "AttributeError",
    "ImportError",
    "IndexError",
    "ModuleNotFoundError",
    "NameError",
    "NotImplementedError",
    "RecursionError",
    "RuntimeError",
    "TypeError",
    "UnboundLocalError",
    "ZeroDivisionError",
)
_FRAME = re.compile(r'  File "(?P<path>[^"\n]+)", line (?P<line>\d+)(?:,? in (?P<name>[\w.<>]+))?$')
_RAISED = re.compile(
    r"(?P<name>[a-z_]\w*(?:\.\w+)+|\w*(?:Error|Exception|Exit|Interrupt|Iteration|Warning))(?:: (?P<says>.*))?$"
)
_NUMBER = re.compile(r"\[(?:Errno|WinError) \d+\]")  # of what the system refused; the path follows it
_KEPT = re.compile(
    r"Traceback \(most recent call last\):$"
    r"|During handling of the above exception, another exception occurred:$"
    r"|The above exception was the direct cause of the following exception:$"
    r"|  \[Previous line repeated \d+ more times?\]$"
    r"|Fatal Python error: [\w :]{1,60}$|Windows fatal exception: [\w :]{1,60}$"
    r"|(?:Current thread|Thread) 0x[0-9a-f]+[\w ()]*:$|  <no Python frame>$|exit code -?\w+$"
)


def discreet(text: str) -> str:
    """The text without paths: of each no more than its ending is left, or what stands below the program's own folder."""
    text = text.replace(_PROGRAM + "/", "").replace(_PROGRAM + "\\", "")
    return _BARE.sub(_hide, _QUOTED.sub(_hide, text))


def bones(text: str) -> str:
    """Of a traceback, Python's or a native one, the places in the program and the kinds of what was raised.

    What was said is left where it speaks of the program; no line of anything else is.
    """
    return "\n".join(kept for line in text.splitlines() if (kept := _bone(line)) is not None)


def bones_of(problem: BaseException) -> str:
    """The bones of an exception, with what led to it."""
    return bones("".join(traceback.format_exception(problem)))


def _bone(line: str) -> str | None:
    if found := _FRAME.match(line):
        place = f'  File "{_module(found["path"])}", line {found["line"]}'
        return f"{place}, in {found['name']}" if found["name"] else place
    if _KEPT.match(line):
        return line
    if line.startswith(FATAL_QT):
        return discreet(line)[:_LONGEST]
    if found := _RAISED.match(line):
        says = found["says"] or ""
        if found["name"] not in _SPEAK_OF_CODE:
            number = _NUMBER.match(says)
            says = number[0] if number else ""
        return f"{found['name']}: {discreet(says)[:_LONGEST]}" if says else found["name"]
    return None


def _module(path: str) -> str:
    """A module's file as it is called everywhere: below the program's folder, or that of its package."""
    parts = PurePath(path).parts if "\\" not in path else tuple(path.split("\\"))
    for root in ("site-packages", "dist-packages", "netbuilder"):
        if root in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(root) - 1 :])
    return "/".join(("…", *parts[-2:])) if len(parts) > 2 else path


def _hide(found: re.Match[str]) -> str:
    name = re.split(r"[\\/]", found[0])[-1]
    ending = PurePath(name).suffix
    return _HIDDEN + (ending if re.fullmatch(r"\.\w{1,12}~?", ending) else "")
