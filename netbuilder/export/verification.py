"""Opens an exported model in a fresh process, with nothing but Keras, and compares its answers with the network's."""

from __future__ import annotations

import json
import os
import subprocess  # noqa: TID251 - what we exported is opened in a process of its own
import sys
from pathlib import Path

from netbuilder.export import CannotExport
from netbuilder.words import _

OPTION = "--check-model"
"""The hidden option of the program that runs ``main`` below in a process of its own."""

_LONGEST = 300.0  # seconds; loading takes three on an idle computer
_RELATIVE, _ABSOLUTE = 1e-5, 1e-6  # float32 has 6e-8; another order of additions makes some ten times that


def compare(model: Path, examples: Path) -> float:
    """The largest difference between the model's answers and the stored ones. Raises ``CannotExport`` if it is too large.

    ``examples`` is an ``.npz`` with "inputs" (n, *shape) and "outputs" (n, k).
    """
    own = [] if getattr(sys, "frozen", False) else ["-P", "-m", "netbuilder"]
    try:
        # The folder that this very program lies in comes first, whatever is installed beside it.
        paths = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
        done = subprocess.run(
            [sys.executable, *own, OPTION, str(model), str(examples)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TF_CPP_MIN_LOG_LEVEL": "3"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotExport(_("Comparing the exported model took too long, so it was not written: try again.")) from None
    lines = done.stdout.decode(errors="replace").splitlines()
    if done.returncode or not lines:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or [_("no message")])[-1]
        message = _("Keras could not open the exported model, so it was not written: {problem}")
        raise CannotExport(message.format(problem=last[:500]))
    found = json.loads(lines[-1])
    if not found["equal"]:
        message = _("The exported model answers otherwise (by {difference:.2g}), so it was not written.")
        raise CannotExport(message.format(difference=found["difference"]))
    return float(found["difference"])


def main(model: str, examples: str) -> int:
    """Runs in the fresh process: prints one line of JSON, with "difference" and "equal"."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries print to standard output, too
    import keras
    import numpy as np

    with np.load(examples, allow_pickle=False) as stored:  # noqa: TID251 - we have just written it
        inputs, expected = stored["inputs"], stored["outputs"]
    opened = keras.models.load_model(model)  # noqa: TID251 - we have just written it, and Keras shall open it
    answers = opened.predict(inputs, verbose=0)
    same_shape = answers.shape == expected.shape
    difference = float(np.max(np.abs(answers - expected), initial=0.0)) if same_shape else float("inf")
    # A network may answer NaN where it was trained to; then its copy must as well.
    equal = same_shape and np.allclose(answers, expected, _RELATIVE, _ABSOLUTE, equal_nan=True)
    print(json.dumps({"difference": difference if np.isfinite(difference) else 1e308, "equal": bool(equal)}), file=out)
    out.close()
    return 0
