"""The test part at the end of a run: measured in full, unless a person has no time for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.engine.measuring import Measuring
from netbuilder.engine.steering import Steering

if TYPE_CHECKING:
    from netbuilder.engine.session import Session

_PATIENCE = 0.05  # seconds for the test of a run that was stopped


def final_test(session: Session, steering: Steering, measuring: Measuring, epoch: int, done: int) -> dict[str, float]:
    """Loss and metrics on the test part; empty where there is none, or where a person did not want to wait for it.

    Whoever stopped the run, or stops it now, is not kept waiting for it, nor for its compilation; it can be rested, too.
    ``done`` steps of ``epoch`` are made.
    """
    if steering.stop is not None:
        return (session.all_ready(0.0) and measuring.of(session.test, lambda: True, _PATIENCE)) or {}
    steering.end_steps()
    ready = steering.compiled(epoch, done)
    return (ready and measuring.of(session.test, lambda: steering.obey(epoch, done))) or {}
