"""What can be asked of a run at a moment: one value, which buttons and menus follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Phase(Enum):
    """Where a run is, as the person who asked for it sees it: what was pressed shows before it has come true."""

    IDLE = auto()
    PREPARING = auto()  # no step was made yet
    RUNNING = auto()
    PAUSING = auto()
    PAUSED = auto()
    STOPPING = auto()


@dataclass(frozen=True, slots=True)
class RunState:
    """What can be asked of a run."""

    phase: Phase = Phase.IDLE
    waits: str = ""  # for what a run waits until it can begin, a sentence
    begins_with_step: bool = False  # before which it rests, though nobody asked for a pause
    blocking: tuple[str, ...] = ()  # what has to be mended before a run can begin, in sentences
    epoch_ended: bool = False  # so that there are best weights to keep
    can_go_on: bool = False  # the last run's network can be trained further
    epochs: int = 1  # as many as the project says
    rate_left: float | None = None  # with what learning rate more are trained whose schedule has come to 0

    @property
    def can_train(self) -> bool:
        return self.phase is Phase.IDLE and not self.blocking

    @property
    def goes_on(self) -> bool:
        """Whether it trains, or is about to."""
        return self.phase in {Phase.PREPARING, Phase.RUNNING}

    @property
    def can_pause(self) -> bool:
        """What only waits until it can begin rests already, and can be stopped."""
        return self.goes_on and not self.waits

    @property
    def can_resume(self) -> bool:
        return self.phase is Phase.PAUSED

    @property
    def can_step(self) -> bool:
        """Without a run, a step begins one; one that waits for an engine could not make it."""
        return self.can_train or (self.can_resume and not self.waits)

    @property
    def can_stop(self) -> bool:
        return self.phase not in {Phase.IDLE, Phase.STOPPING}

    @property
    def can_train_more(self) -> bool:
        return self.can_train and self.can_go_on
