"""Writes a run into the history while it happens, and its checkpoints beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic

from netbuilder.checkpoint import Checkpoint
from netbuilder.disk import CannotWrite, cannot_write
from netbuilder.events import (
    BatchesTrained,
    EpochEnded,
    Event,
    LearningRateSet,
    NotRecorded,
    RunContinued,
    RunEnded,
    RunFailed,
    RunPrepared,
)
from netbuilder.runs.checkpoint_file import CheckpointFile, newest_checkpoint
from netbuilder.runs.claims import Claim, InOtherHands, checkpoint_path
from netbuilder.runs.database import PATIENCE, CannotUseHistory, connected, history_path, told
from netbuilder.runs.plain import NotPlain
from netbuilder.runs.presence import identity
from netbuilder.runs.records import Origin
from netbuilder.runs.setback import Setback
from netbuilder.runs.settling import Settling
from netbuilder.runs.states import TooLarge
from netbuilder.runs.writing import Description, RunWriter
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _

_TOGETHER = 0.08  # seconds in which tiny epochs are written together, at the latest before they are told
_SMALL = 8 << 20  # bytes of a state that is written after each epoch, however short that was
_SPEED = 1e9  # bytes a second that are certainly written, their CRC included: measured 1.4e9
_SHARE = 0.03  # of the time, that the larger ones may take
_OF_EPOCHS = (BatchesTrained, EpochEnded)  # events that are held back
_MANY = 5_000  # epochs: where more of them wait for the history, that is told
_BRIEFLY = 0.1  # seconds that a training waits for another program again and again, after it has waited long
_AT_LAST = 5.0  # seconds that its end waits for that program, once more


class Recorder:
    """Keeps one run; used in the run's own thread. Whatever fails and lasts is told once, as ``NotRecorded``; the run goes on.

    It is tried again every few seconds, and what was not written waits. Where the history can't be written, the run's
    checkpoints are, from which it can go on; and where a checkpoint can't, the history is.
    ``uid``: 32 hexadecimal digits. A run of that uid that is there already goes on in its place: from ``resumed``, from
    where it had ended ("10 more"), or anew if it had come to nothing. ``claim``: that of ``unfinished``, if it is held.
    ``file``: the path of the project's file, if one holds it and it is known. ``for_window``: as a ``Claim`` has it.
    Always ``end`` it, also after a failure: until then the run counts as running.
    """

    def __init__(
        self,
        uid: str,
        project: ProjectSpec,
        *,
        origin: Origin,
        versions: Mapping[str, str],
        data_hash: str,
        tell: Callable[[Event], None],
        path: Path | None = None,
        resumed: Checkpoint | None = None,
        claim: Claim | None = None,
        file: str | None = None,
        for_window: bool = False,
    ) -> None:
        self._tell, self._resumed, self._claim = tell, resumed, claim
        self._path = history_path() if path is None else path
        self._writer: RunWriter | None = None
        self._file = CheckpointFile(checkpoint_path(self._path, uid))
        self._settling: Settling | None = None
        # Taken up together: one by one, between the steps of tiny epochs, they take four times as long.
        self._told: list[BatchesTrained | EpochEnded] = []
        self._over: RunEnded | RunFailed | None = None
        self._on, self._next = True, 0.0  # when the next checkpoint may be written
        self._pending: Checkpoint | None = None
        self._written = 0.0  # when the last checkpoint was
        self._history: tuple[int, int] | None = None  # which file that is
        self._unwritten, self._unkept = Setback(), Setback()  # of the history, of checkpoints
        self._keeps = self._warned = self._ends = False  # keeps: a checkpoint of its own
        try:
            if self._claim is None:
                self._claim = Claim(self._path, uid, for_window=for_window)
            connection = connected(self._path)
            self._history = identity(self._path)
            self._writer = RunWriter(connection, Description(uid, project, origin, versions, data_hash, file))
        except (CannotUseHistory, CannotWrite, InOtherHands) as problem:
            self._give_up(str(problem))

    def take(self, event: Event) -> None:
        """Notes what happened; whatever is no matter of the history is let pass."""
        if not self._on or self._writer is None:
            return
        if isinstance(event, _OF_EPOCHS):
            self._told.append(event)
        else:
            self._note(self._writer, event)

    def keep(self, checkpoint: Checkpoint) -> None:
        """Makes the run able to go on from here; its ``EpochEnded`` was taken before. More epochs keep where they begin.

        Of tiny epochs some are written together, and of states of more than 8 MB only as many as take 3 % of the time.
        """
        self._pending = checkpoint
        if self._settling is None or monotonic() - self._written > _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Writes what was held back. Whatever is told after this outlives the program, unless there is a setback."""
        if not self._on or self._writer is None:
            return
        self._take_up(self._writer)
        if self._keeps:
            self._write_pending()  # first: a death between the two must not leave epochs that are made again
        if self._unwritten.may_try:
            self._write_rows(self._writer)
        self._write_pending()
        if self._unwritten.lasts or (self._unwritten.sentence and self._writer.waiting > _MANY):
            self._warn(self._unwritten.sentence)
        if self._unkept.lasts:
            self._warn(self._unkept.sentence)

    def end(self, checkpoint: Checkpoint | None) -> None:
        """Closes the run with its last state; None takes the last that was kept. Again, it does nothing."""
        self._ends = True
        if self._settling is not None:
            self._settling.stop()
            self._settling = None
        if self._on and self._writer is not None:
            self._end(self._writer, checkpoint)
        self._on = False
        self._file.close()
        if self._writer is not None:
            self._writer.close()
        if self._claim is not None:
            self._claim.release()

    def _note(self, writer: RunWriter, event: Event) -> None:
        if isinstance(event, RunEnded | RunFailed):
            self._settle_setbacks(writer)
        else:
            self.flush()
        try:
            with told(self._path):
                match event:
                    case RunPrepared():
                        self._prepare(writer, event)
                    case LearningRateSet():
                        writer.set_rate(event)
                        self.flush()
                    case RunContinued():
                        writer.forget_after(event.epoch, event.step)
                    case RunEnded() | RunFailed():
                        self._over = event
                    case _:
                        pass
        except CannotUseHistory as problem:
            self._give_up(str(problem))

    def _end(self, writer: RunWriter, checkpoint: Checkpoint | None) -> None:
        self._try_again()
        if writer.begun and self._over is not None and not self._unwritten.sentence:
            self._close(writer, self._over, checkpoint)
            return
        if self._pending is not None:
            self._write(self._pending)
        sentence = self._unwritten.sentence or self._unkept.sentence
        if sentence:
            self._warn(sentence)

    def _settle_setbacks(self, writer: RunWriter) -> None:
        """Tries once more; what is told after the run's end reaches nobody who could keep its curves elsewhere."""
        if self._unwritten.sentence:
            writer.wait_at_most(_AT_LAST)
        for _try in range(2):  # the first may have found a damage, and a history that took over the run
            self._try_again()
        if self._unwritten.sentence:
            self._warn(self._unwritten.sentence)

    def _try_again(self) -> None:
        """Writes what was held back, without waiting until another attempt is due."""
        self._unwritten.hurry()
        self._unkept.hurry()
        self.flush()

    def _take_up(self, writer: RunWriter) -> None:
        for event in self._told:
            if isinstance(event, BatchesTrained):
                writer.gather(event)
            else:
                writer.close_epoch(event)
        self._told.clear()

    def _write_rows(self, writer: RunWriter) -> None:
        try:
            with told(self._path):
                self._follow(writer)
                writer.flush()
        except CannotUseHistory as problem:
            self._unwritten.meet(str(problem))
            writer.wait_at_most(_BRIEFLY)
        else:
            if self._unwritten.overcome():
                writer.wait_at_most(PATIENCE)

    def _follow(self, writer: RunWriter) -> None:
        """Goes on in the file that is the history now, where it has the run: a damaged one was moved aside.

        Raises ``CannotUseHistory`` where all that is written would go into a file that nobody finds any more.
        """
        found = identity(self._path)
        if found == self._history:
            return
        if found is not None:  # where there is none, none is made: it would lack the run
            with contextlib.ExitStack() as unless_moved:
                connection = connected(self._path, _BRIEFLY)
                unless_moved.callback(connection.close)
                if writer.move_to(connection):
                    self._history = identity(self._path)
                    unless_moved.pop_all()
                    return
        message = _(
            "the history of runs, “{path}”, was moved, removed or replaced meanwhile. "
            "Save the project to keep the network of this run."
        )
        raise CannotUseHistory(message.format(path=self._path))

    def _write_pending(self) -> None:
        if self._pending is not None and monotonic() >= self._next and self._unkept.may_try:
            self._write(self._pending)

    def _write(self, checkpoint: Checkpoint) -> None:
        self._written = monotonic()
        try:
            size = self._file.write(checkpoint)
        except OSError as problem:
            self._unkept.meet(str(cannot_write(self._file.path, problem)))
        except NotPlain:
            self._give_up(_not_kept())
        else:
            self._pending, self._keeps = None, True
            self._unkept.overcome()
            self._next = monotonic() + (size / _SPEED / _SHARE if size > _SMALL else 0.0)
            if self._settling is None and not self._ends:
                self._settling = Settling(self._path, self._file)

    def _prepare(self, writer: RunWriter, event: RunPrepared) -> None:
        if self._resumed is None and not self._keeps:
            self._file.remove()  # of an earlier life: whoever goes on from here must not find it
        resumed = self._resumed
        writer.prepare(event, None if resumed is None else (resumed.epoch, resumed.part_steps))

    def _close(self, writer: RunWriter, event: RunEnded | RunFailed, checkpoint: Checkpoint | None) -> None:
        try:
            with told(self._path):
                writer.end(event, checkpoint or self._pending or newest_checkpoint(self._file.path))
                writer.settle()  # until then, the checkpoint file may be all that a power failure leaves
                self._file.remove()
        except TooLarge as problem:
            self._give_up(str(problem))
        except CannotUseHistory as problem:
            if self._pending is not None:
                self._write(self._pending)
            self._give_up(str(problem))
        except NotPlain:
            self._give_up(_not_kept())

    def _give_up(self, sentence: str) -> None:
        self._on = False
        self._warn(sentence)

    def _warn(self, sentence: str) -> None:
        if not self._warned:
            self._warned = True
            self._tell(NotRecorded(_("Not recorded from here on: {why}").format(why=sentence)))


def _not_kept() -> str:
    return _("its weights are numbers of a kind that the history does not keep. Save the project to keep them.")
