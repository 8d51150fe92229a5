"""Something that can't be written for now: tried again every few seconds, and told where it lasts."""

from __future__ import annotations

from time import monotonic

_AGAIN = 3.0  # seconds between two tries, each of which may cost the training a tenth of one
_LONG = 10.0  # seconds that pass without a word: much of what goes wrong is over by then


class Setback:
    """None at first; ``sentence`` says what it is while there is one, and is empty else."""

    def __init__(self) -> None:
        self.sentence = ""
        self._began = self._next = 0.0

    @property
    def may_try(self) -> bool:
        """Whether it is time for a try."""
        return not self.sentence or monotonic() >= self._next

    @property
    def lasts(self) -> bool:
        """Whether it has gone on for so long that it is to be told."""
        return bool(self.sentence) and monotonic() - self._began >= _LONG

    def meet(self, sentence: str) -> None:
        """A try has failed, since that is so."""
        if not self.sentence:
            self._began = monotonic()
        self.sentence, self._next = sentence, monotonic() + _AGAIN

    def hurry(self) -> None:
        """The next try may be made at once: there is no later one."""
        self._next = 0.0

    def overcome(self) -> bool:
        """A try has succeeded; says whether others had failed before it."""
        had, self.sentence = bool(self.sentence), ""
        return had
