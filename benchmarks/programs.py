"""Starts the programs that are compared, one process each, and reads what they tell: never two at the same time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.folders import in_place_of_a_persons
from benchmarks.networks import Network

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Run:
    """One training. ``epochs``: seconds each; ``seconds``: the run's; ``test``: loss and metrics; ``peak``: bytes."""

    epochs: list[float]
    seconds: float
    test: dict[str, float] = field(default_factory=dict)
    peak: int = 0


def environment() -> dict[str, str]:
    """This process's environment, with this very checkout first on Python's path.

    Python may keep what it compiled: only its first start compiles a program, and these are all later starts.
    """
    others = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(ROOT), *([others] if others else [])])
    found = os.environ | {"PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "2"}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found


def command_line(project: Path) -> Run:
    """``python -m netbuilder train PROJECT --json``, with its most memory in bytes. Raises ``CalledProcessError``.

    It is started by way of the made-up table, which declares that source and is otherwise the same program.
    """
    with tempfile.TemporaryDirectory() as folder:
        told, peak = told_by(["-m", "benchmarks.made_up_table", "train", str(project), "--json", "--out", folder])
    lines = [json.loads(line) for line in told.splitlines()]
    epochs = [line["seconds"] for line in lines if line["event"] == "epoch_ended"]
    end = lines[-1]
    return Run(epochs, end["seconds"], end["test"], peak)


def plain_keras(network: Network, arrays: Path, epochs: int, way: str = "plain") -> Run:
    """``model.fit`` on these arrays; ``way`` is "plain" or "tuned". Raises ``CalledProcessError``."""
    asked = {
        "data": str(arrays),
        "units": [*network.hidden, network.outputs],
        "activation": network.activation,
        "output": network.output,
        "loss": network.loss.keras().path.rpartition(".")[2],
        "metrics": network.metrics,
        "batch_size": network.batch_size,
        "epochs": epochs,
        "way": way,
    }
    told, peak = told_by([str(ROOT / "benchmarks" / "plain_keras.py"), json.dumps(asked)])
    found = json.loads(told.splitlines()[-1])
    return Run(found["epochs"], found["seconds"], found["test"], peak)


def other_library(name: str, network: Network, arrays: Path) -> Run:
    """Epochs of "scikit-learn" or "PyTorch", two at least. Raises ``CalledProcessError``."""
    asked = {
        "library": name,
        "data": str(arrays),
        "units": [*network.hidden, network.outputs],
        "activation": network.activation,
        "output": network.output,
        "batch_size": network.batch_size,
    }
    told, peak = told_by([str(ROOT / "benchmarks" / "other_libraries.py"), json.dumps(asked)])
    return Run(json.loads(told.splitlines()[-1]), 0.0, {}, peak)


def told_by(arguments: list[str]) -> tuple[str, int]:
    """What Python prints when it runs these arguments, and the most memory that it held, in bytes (0: not known)."""
    command = [sys.executable, "-P", *arguments]  # modules beside a script must not be taken for others of that name
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as errors,
    ):
        own = environment() | in_place_of_a_persons(folder)  # each run is recorded in a history of its own
        process = subprocess.Popen(command, env=own, stdin=subprocess.DEVNULL, stdout=out, stderr=errors)
        peak = _waited(process)
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, out.read(), errors.read())
        return out.read(), peak


def _waited(process: subprocess.Popen[Any]) -> int:
    if not hasattr(os, "wait4"):
        process.wait()
        return 0
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
