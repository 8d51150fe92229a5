"""What is seen: widgets only.

PySide replaces Python's import by one that reads the source of every module again, looking for its own name, for the
sake of ``from __feature__ import …``. Nobody here writes that; it would cost 45 ms at the start and 16 MB for good.
"""

import builtins

_import = builtins.__import__

import PySide6.QtCore  # noqa: E402, F401 - that is when it is replaced

builtins.__import__ = _import
