"""Opening the window stays light."""

import subprocess
import sys

HEAVY = ("tensorflow", "keras", "sklearn", "scipy", "pyqtgraph", "PIL", "logging.handlers", "netbuilder.app.log")


def test_the_window_is_made_without_importing_what_takes_long() -> None:
    asks = f"import sys, netbuilder.ui.start; print([name for name in {HEAVY} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "[]"


def test_modules_are_imported_by_python_itself() -> None:
    """PySide's import reads the source of each module again: 45 ms at the start, and 16 MB."""
    asks = "import builtins; own = builtins.__import__; import netbuilder.ui.start; print(builtins.__import__ is own)"
    told = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "True"


def test_what_the_plots_need_comes_in_pieces_after_the_first_picture() -> None:
    asks = """
import sys
from netbuilder.ui.curves import Curves
from PySide6.QtWidgets import QApplication
app = QApplication([])
curves = Curves()
curves.show()
curves.repaint()
before = "pyqtgraph" in sys.modules
turns = 0
while not curves.ready:
    app.processEvents()
    turns += 1
print(before, "pyqtgraph" in sys.modules, turns > 10)
"""
    told = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "False True True"
