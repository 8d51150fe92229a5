"""Opening the window stays light."""

import subprocess
import sys

HEAVY = ("tensorflow", "keras", "sklearn", "scipy", "pyqtgraph", "PIL")


def test_the_window_is_made_without_importing_what_takes_long() -> None:
    asks = f"import sys, netbuilder.ui.start; print([name for name in {HEAVY} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "[]"
