"""Loads what a session needs: TensorFlow, Keras, and the modules that use them."""

from __future__ import annotations

import gc
import sys
import threading

_loading = threading.Lock()  # importing TensorFlow from two threads at once has dead-locked


def load() -> None:
    """Imports it once, whichever thread asks first, and lets no collection of garbage look at it, on the way or later.

    What is imported stays until the end. Five full collections on the way would take 0.45 of 2.0 s, and one in each
    second of a training of tiny epochs would hold up training and answers for 0.15 s (measured on 2 cores).
    """
    with _loading:
        if "netbuilder.engine.session" in sys.modules:
            return
        collects = gc.isenabled()
        gc.disable()
        try:
            import netbuilder.engine.session  # noqa: F401
        finally:
            gc.freeze()
            if collects:
                gc.enable()
