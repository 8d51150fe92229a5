"""Which Pythons netbuilder runs on, and what to do when it was started with another.

Imported before anything is known about the Python that runs it, so it keeps to what Python 3.6 understands, with its annotations in quotes.
"""

import os
import platform
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

SUITABLE = ((3, 12), (3, 13), (3, 11))  # in the order in which another one is looked for
PROBE = "import sys, venv, ensurepip; print(sys.version_info[0], sys.version_info[1], sys.executable)"


def is_suitable(version: "tuple[int, ...]") -> bool:
    """Whether this (major, minor) is one that TensorFlow 2.21 and netbuilder run on."""
    return tuple(version[:2]) in SUITABLE


def hand_over(script: str, arguments: "list[str]") -> int:
    """Run the script again with a suitable Python if one is installed, else say in one sentence how to get one."""
    found = installed_elsewhere()
    if found is None:
        print(wrong_version_sentence(sys.version_info[:2], script), file=sys.stderr)
        return 1
    print(f"This is Python {_dotted(sys.version_info[:2])}; going on with {found}.", flush=True)
    return subprocess.call([found, script, *arguments])


def installed_elsewhere() -> "str | None":
    """The path of a suitable Python with `venv` on this machine, or None."""
    for version in SUITABLE:
        dotted = _dotted(version)
        candidates = [["py", f"-{dotted}"]] if os.name == "nt" else []
        candidates.append([f"python{dotted}"])
        for candidate in candidates:
            found = _answer(candidate, version)
            if found is not None:
                return found
    return None


def _answer(candidate: "list[str]", version: "tuple[int, int]") -> "str | None":
    # Asked rather than believed: version switchers leave stand-ins on the PATH that start nothing.
    if shutil.which(candidate[0]) is None:
        return None
    try:
        said = subprocess.run(
            [*candidate, "-c", PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = said.stdout.decode(errors="replace").strip().split(" ", 2)
    if said.returncode != 0 or words[:2] != [str(number) for number in version]:
        return None
    return words[2]


def wrong_version_sentence(version: "tuple[int, ...]", script: str) -> str:
    """One sentence: what is needed, what was found, and the command that helps on this system."""
    reason = "TensorFlow is not made for it yet" if tuple(version[:2]) > (3, 13) else "which is too old"
    return (
        f"netbuilder needs Python 3.11, 3.12 or 3.13, and this is Python {_dotted(version)} ({reason}): "
        f"{_command_for_python(script)}"
    )


def _command_for_python(script: str) -> str:
    path = Path(script).resolve()
    name = str(Path(path.parent.name) / path.name)
    if os.name == "nt":
        return f"`winget install Python.Python.3.12`, then `py -3.12 {name}`"
    if sys.platform == "darwin":
        return f"`brew install python@3.12`, then `python3.12 {name}`"
    if shutil.which("apt-get"):
        for version in SUITABLE:
            package = f"python{_dotted(version)}"
            if _knows_apt(package):
                return f"`{sudo()}apt install {package} {package}-venv`, then `{package} {name}`"
    elif shutil.which("dnf"):
        return f"`{sudo()}dnf install python3.12`, then `python3.12 {name}`"
    elif shutil.which("pacman"):
        return f"`{sudo()}pacman -S uv`, then `uv run --no-project --python 3.12 {name}`"
    return f"with uv from https://docs.astral.sh/uv it is `uv run --no-project --python 3.12 {name}`"


def _knows_apt(package: str) -> bool:
    if shutil.which("apt-cache") is None:
        return False
    asked = subprocess.run(
        ["apt-cache", "show", package], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return asked.returncode == 0


def why_no_environment() -> "str | None":
    """One sentence why this Python cannot make a virtual environment that holds netbuilder, or None if it can."""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        return "TensorFlow 2.21 is not made for Macs with an Intel processor, so netbuilder does not run here."
    if sys.maxsize < 2**32:
        return "This is a 32-bit Python, and TensorFlow needs a 64-bit one: https://www.python.org/downloads has it."
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        return f"This Python has no `venv` to install netbuilder into: {_command_for_venv()}"
    return None


def _command_for_venv() -> str:
    dotted = _dotted(sys.version_info[:2])
    if shutil.which("apt-get"):
        return f"`{sudo()}apt install python{dotted}-venv`"
    if shutil.which("dnf"):
        return f"`{sudo()}dnf install python{dotted} python3-pip`"
    if shutil.which("pacman"):
        return f"`{sudo()}pacman -S python`"
    return "install Python from https://www.python.org/downloads, which brings it along."


def sudo() -> str:
    """What a command for the system's packages must begin with: nothing for root."""
    return "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "


def _dotted(version: "tuple[int, ...]") -> str:
    return f"{version[0]}.{version[1]}"
