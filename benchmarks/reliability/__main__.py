"""Tries to lose something: `python -m benchmarks.reliability [NAME ...] [--count N] [--seed S] [--json FILE]`.

Attempt number n of a promise has the seed S + n. A fault is told with the command that tries that very attempt again.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import Any, cast

from benchmarks.programs import environment
from benchmarks.reliability.attempts import Promise
from benchmarks.run import machine, summary, told

NAMES = (
    "saving",
    "failing_disk",
    "editing",
    "training",
    "ending",
    "deaths",
    "closing",
    "sharing",
    "soak",
    "history",
    "hostile",
    "mutating",
    "monkey",
)
_EVERY = 20.0  # seconds between two words about how far it is


def main(arguments: Sequence[str] | None = None) -> int:
    """Tries what is asked for, prints a table, writes JSON if wanted. Returns 1 if a promise was broken.

    Several promises are tried in a process each, so that one's memory, threads and faults colour no other's.
    """
    parser = argparse.ArgumentParser(prog="benchmarks.reliability", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], default=[], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--count", type=int, metavar="N", help="attempts of each; usually as many as are promised")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the first attempt (1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything into this file as well")
    options = parser.parse_args(arguments)
    names = options.names or NAMES
    print("\n".join(f"{what:12}{value}" for what, value in machine().items()), flush=True)
    results: dict[str, Any] = {}
    for name in names:
        alone = len(names) == 1
        results[name] = tried(name, options.count, options.seed) if alone else _apart(name, options)
        print(f"\n{name} ({results[name]['seconds']:.0f} s)\n{told(results[name])}", flush=True)
        if options.json:  # after each: a run that is broken off has told of what it tried
            text = json.dumps({"machine": machine(), "results": results}, indent=2, ensure_ascii=False)
            options.json.write_text(f"{text}\n", encoding="utf-8")
    print(f"\n{summary(results)}")
    return 1 if any(one.get("faults") or "failed" in one for one in results.values()) else 0


def tried(name: str, count: int | None, seed: int) -> dict[str, Any]:
    """Tries one promise in this process: ``seconds``, ``figures``, and the attempts that have ``faults``.

    Ctrl+C ends it after the attempt that goes on, with what was tried so far: the whole may take hours.
    """
    promise = cast(Promise, import_module(f"benchmarks.reliability.{name}"))
    begun = said = time.monotonic()
    made = []
    wanted = promise.COUNT if count is None else count
    broken_off = _interruption()
    for one in promise.attempts(range(seed, seed + wanted)):
        made.append(one)
        for fault in one.faults:
            print(f"  seed {one.seed}, {one.what}: {fault}", flush=True)
        if one.faults:
            print(f"    again: python -m benchmarks.reliability {name} --count 1 --seed {one.seed}", flush=True)
        if time.monotonic() - said > _EVERY:
            said = time.monotonic()
            print(f"  {name}: {len(made):,} of {wanted:,}", flush=True)
        if broken_off.is_set():
            break
    return {
        "seconds": round(time.monotonic() - begun, 1),
        "attempts": len(made),
        "seed": seed,
        "figures": promise.figures(made),
        "faults": [asdict(one) for one in made if one.faults],
    }


def _interruption() -> Event:
    """Is set by Ctrl+C, which would otherwise strike in a slot of the window, where Qt swallows it; again, it kills."""
    broken_off = Event()

    def note(_signal: int, _frame: object) -> None:
        broken_off.set()
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    signal.signal(signal.SIGINT, note)
    return broken_off


def _apart(name: str, options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "found.json"
        count = [] if options.count is None else ["--count", str(options.count)]
        asked = [name, *count, "--seed", str(options.seed), "--json", str(path)]
        begun = time.monotonic()
        command = [sys.executable, "-P", "-m", "benchmarks.reliability", *asked]
        done = subprocess.run(
            command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        )
        if not path.is_file():
            return {"seconds": round(time.monotonic() - begun, 1), "failed": f"exit code {done.returncode}"}
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["results"][name]
    print("".join(f"  seed {one['seed']}, {one['what']}: {one['faults']}\n" for one in found["faults"]), end="")
    return found


if __name__ == "__main__":
    sys.exit(main())
