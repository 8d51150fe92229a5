"""From the start of the process to the window, and to the first point of a curve when Train is pressed at once."""

import json
import os
import statistics
import subprocess
import sys
import time

RUNS = 5

SCRIPT = """
import json, os, time
begun = float(os.environ["BEGUN"])
from PySide6.QtCore import QTimer
from netbuilder.events import BatchesTrained
from netbuilder.ui import start
times = {}

class Timed(start.Window):
    def paintEvent(self, event):
        super().paintEvent(event)
        if "window" not in times:
            times["window"] = time.monotonic() - begun
            self.training.told.connect(self.note)
            QTimer.singleShot(0, self.actions_.train.trigger)

    def note(self, event):
        if isinstance(event, BatchesTrained) and "curve" not in times:
            times["curve"] = time.monotonic() - begun
            import sys
            times["tensorflow"] = "tensorflow" in sys.modules
            print(json.dumps(times), flush=True)
            self.engine.close()
            os._exit(0)

start.Window = Timed
start.main([])
"""


def measure() -> dict[str, str]:
    """Medians over some cold starts; the offscreen platform is taken where there is no screen."""
    environment = dict(os.environ)
    if not environment.get("DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = []
    for _ in range(RUNS):
        environment["BEGUN"] = str(time.monotonic())
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
    assert not any(one["tensorflow"] for one in found)
    return {
        "process start to window painted": f"{statistics.median(one['window'] for one in found):.2f} s",
        "process start to first curve point, Train pressed at once": f"{statistics.median(one['curve'] for one in found):.2f} s",
    }
