"""Measures what netbuilder promises: `python benchmarks/run.py [NAME ...] [--json FILE]`.

Every figure is taken in this run on this machine, which is named; compare ratios rather than seconds. Each benchmark
runs in a process of its own, so that one's memory and threads colour no other's, and if one fails, the others go on.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

NAMES = ("start", "pad", "stop", "pauses", "price", "training_speed", "recording", "memory", "scale")
ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"TensorFlow": "tensorflow", "Keras": "keras", "PySide6": "PySide6-Essentials", "NumPy": "numpy"}

_WIDEST = 110
_LINES_OF_A_CRASH = 20
_MEASURE = """
import importlib, json, pathlib, sys
found = importlib.import_module(sys.argv[1]).measure()
pathlib.Path(sys.argv[2]).write_text(json.dumps(found), encoding="utf-8")
"""


def main(arguments: Sequence[str] | None = None, *, names: Sequence[str] = NAMES, package: str = "benchmarks") -> int:
    """Runs the benchmarks that are asked for, prints a table, writes JSON if wanted. Returns 1 if one could not measure.

    ``names`` are the modules of ``package``, each with ``measure()``: a list of objects with ``what``, ``figure``,
    ``unit`` and, where something is promised, ``bar``, the most that the figure may be. A bar that does not hold is
    told, and is no failure: the machine may be busy.
    """
    parser = argparse.ArgumentParser(prog="benchmarks/run.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *names], default=[], metavar="NAME", help=", ".join(names))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything into this file as well")
    options = parser.parse_args(arguments)
    # A program is compiled when it is first started, and these are all later starts.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    about = machine()
    print("\n".join(f"{what:12}{value}" for what, value in about.items()), flush=True)
    results = {}
    for name in options.names or names:
        results[name] = measured(f"{package}.{name}")
        print(f"\n{name} ({results[name]['seconds']:.0f} s)\n{told(results[name])}", flush=True)
        if options.json:  # after each: a run that is broken off has told of what it measured
            text = json.dumps({"machine": about, "results": results}, indent=2, ensure_ascii=False)
            options.json.write_text(f"{text}\n", encoding="utf-8")
    print(f"\n{summary(results)}")
    return 1 if any("failed" in result for result in results.values()) else 0


def machine() -> dict[str, str]:
    """What the figures were taken on."""
    about = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": _memory(),
        "load": _load(),
        "system": platform.platform(),
        "Python": platform.python_version(),
    }
    for name, package in PACKAGES.items():
        try:
            about[name] = version(package)
        except PackageNotFoundError:
            about[name] = "not installed"
    return about


def measured(module: str) -> dict[str, Any]:
    """Runs a module's ``measure()`` in a fresh process: ``seconds`` it took, and ``figures``, or why it ``failed``."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        told_to = Path(folder) / "figures.json"
        done = subprocess.run(
            [sys.executable, "-P", "-c", _MEASURE, module, str(told_to)],
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
        seconds = round(time.perf_counter() - begun, 1)
        if done.returncode or not told_to.is_file():
            last = "\n".join(done.stderr.strip().splitlines()[-_LINES_OF_A_CRASH:])
            return {"seconds": seconds, "failed": f"exit code {done.returncode}\n{last}"}
        return {"seconds": seconds, "figures": json.loads(told_to.read_text(encoding="utf-8"))}


def told(result: Mapping[str, Any]) -> str:
    """The lines of the table: words, figure, and whether its bar holds; or why there are none."""
    if "failed" in result:
        return "\n".join(["  FAILED", *(f"    {line}" for line in result["failed"].splitlines())])
    width = max((min(_WIDEST, len(one["what"])) for one in result["figures"]), default=0)
    return "\n".join(_line(one, width) for one in result["figures"])


def summary(results: Mapping[str, Mapping[str, Any]]) -> str:
    """One sentence: how many bars hold, and which benchmarks could not measure."""
    bars = [one for result in results.values() for one in result.get("figures", ()) if "bar" in one]
    holding = sum(holds(one) for one in bars)
    failed = [name for name, result in results.items() if "failed" in result]
    sentence = f"{holding} of {len(bars)} bars hold."
    return f"{sentence} Could not measure: {', '.join(failed)}." if failed else sentence


def holds(one: Mapping[str, Any]) -> bool:
    """Whether the figure is at most its bar."""
    return bool(one["figure"] <= one["bar"])


def _line(one: Mapping[str, Any], width: int) -> str:
    line = f"  {one['what']:{width}}  {one['figure']:>10,.4g} {one['unit']:7}"
    if "bar" not in one:
        return line.rstrip()
    return f"{line} bar {one['bar']:>6g}  {'holds' if holds(one) else 'DOES NOT HOLD'}"


def _processor() -> str:
    """Its model's name from /proc/cpuinfo where there is one, else what Python knows."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text(errors="replace").splitlines() if information.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _load() -> str:
    """What else the machine was doing in the minute before: on an idle one close to 0."""
    return f"{os.getloadavg()[0]:.1f} processes in the minute before" if hasattr(os, "getloadavg") else "unknown"


def _memory() -> str:
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", {}):
        return "unknown"
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.1f} GB"


if __name__ == "__main__":
    sys.exit(main())
