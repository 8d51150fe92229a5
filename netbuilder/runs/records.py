"""A run as the history has it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from netbuilder.spec.plain import project_from
from netbuilder.spec.project import ProjectSpec

State = Literal["running", "interrupted", "ended"]
"""Of a run: ``running`` in some program now; ``interrupted`` if that program died, so that it can go on; or ended."""

Origin = Literal["window", "command line"]


def new_uid() -> str:
    """A name for a run that no other has: 32 hexadecimal digits."""
    return os.urandom(16).hex()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run, without its values. Times are seconds since 1970, UTC; metrics map Keras's names to numbers."""

    uid: str  # 32 hexadecimal digits, given by whoever began the run
    name: str  # by the person, or ""
    note: str
    title: str  # of the project
    summary: str  # what was trained, such as "784–128–10 · Adam 0.001 · batch 32"
    project_text: str  # the project as JSON
    origin: Origin
    began: float
    state: State
    reason: str | None  # events.Reason, or "failed"; None until it ended
    message: str  # why it failed or what to do, or ""
    epochs: int  # whole ones that were trained
    epochs_wanted: int
    part_steps: int
    steps_per_epoch: int
    best_epoch: int | None
    seconds: float  # without pauses
    seed: int
    device: str
    compiled: bool
    data_hash: str  # of the examples as they were read
    parameters: int
    size: int  # bytes that the history spends on it, weights included
    metrics: Mapping[str, float] = field(default_factory=dict)  # of the best epoch if one is known, else of the last
    test: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    weights: tuple[str, ...] = ()  # which are kept: "last", "best"
    file: str | None = None  # the path of the project's file when it was trained; None where no file held it

    @property
    def choice(self) -> bool | None:
        """Whether its steps are compiled by XLA, to which it keeps; None where it did not get so far as to choose."""
        return self.compiled if self.steps_per_epoch else None

    def project(self) -> ProjectSpec:
        """What was trained. Raises ``NotAProject`` where a kind of it is no longer known."""
        return project_from(json.loads(self.project_text))
