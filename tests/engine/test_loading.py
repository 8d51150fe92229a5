"""Loading: what is imported is never looked at by a collection of garbage, which would hold up training and answers."""

import subprocess
import sys

PROGRAM = """
import gc
from netbuilder.engine.loading import load
if {disabled}:
    gc.disable()
full = []
gc.callbacks.append(lambda phase, about: full.append(phase) if about["generation"] == 2 else None)
load()
load()
print(full, gc.isenabled(), gc.get_freeze_count() > 100_000)
"""


def test_no_collection_looks_at_what_is_imported() -> None:
    assert said(disabled=False) == "[] True True"


def test_who_wants_no_collections_gets_none() -> None:
    assert said(disabled=True) == "[] False True"


def said(*, disabled: bool) -> str:
    command = [sys.executable, "-c", PROGRAM.format(disabled=disabled)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=600).stdout.strip()
