"""A model with everything compiled that its runs need: made ready before the run, and kept for going on after it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from time import perf_counter

from netbuilder.checkpoint import Arrays, BestEpoch, Checkpoint
from netbuilder.data.examples import Examples
from netbuilder.engine.answers import Answers
from netbuilder.engine.aside import Aside
from netbuilder.engine.best import Best
from netbuilder.engine.blocks import Batches, Evaluator, Resident, Trainer, in_batches
from netbuilder.engine.build import build, programs
from netbuilder.engine.devices import chosen
from netbuilder.engine.network import TrainedNetwork
from netbuilder.engine.order import order
from netbuilder.engine.part import refuse_other_part
from netbuilder.engine.placing import placed
from netbuilder.engine.prepared import prepared, some
from netbuilder.engine.rate import Rate, succession
from netbuilder.engine.run import Run
from netbuilder.engine.state import DoesNotBelong, State, Variables
from netbuilder.engine.trial import tried
from netbuilder.events import Event, LearningRateSet, RunContinued, RunPrepared
from netbuilder.orders import Orders
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.recipe import Recipe, compilable, recipe

Emit = Callable[[Event], None]
Keep = Callable[[Checkpoint], None]
Part = tuple[Batches, ...]


class Session:
    """A model of a project, and its runs, one after the other.

    Raises ``NoSuchDevice`` and ``OutOfMemory``; every run of the same project begins with the same bits.
    """

    def __init__(self, project: ProjectSpec, facts: DataFacts, examples: Examples, data_hash: str = "") -> None:
        """``data_hash``: by what the examples are known again, for whoever compares them with others."""
        self.project, self.data_hash = project, data_hash
        self.device = chosen(project.training.device)
        self.data = prepared(project, facts, examples)
        self.calls = recipe(project, facts, self.data.scaling, device=self.device.name)
        self.epochs = 0  # whole ones that the model was trained for
        self.epoch_seconds = 0.0  # as measured last; 0 before that
        self.end: Checkpoint | None = None  # what the last run came to
        self._aside = Aside()
        self.warm = False  # whether the steps are compiled
        with self._place():
            self.model = build(project, self.calls)
            self._rate = Rate(self.model.optimizer, self.calls.optimizer.arguments["learning_rate"])
            self.variables = Variables(self.model)
            self.resident = Resident(self.data)
            self._trace()
            self.evaluator = Evaluator(self.model, self.resident)
            answers, inputs, scaling = Answers(self.model), some(self.data), self.data.scaling
            self.network = TrainedNetwork(project, facts, scaling, self.model, answers, inputs, self.calls.compiled)
            self.validation, self.test = self._parts()
        self.best = self._nothing_yet()  # of all epochs that the model was trained for

    @property
    def replaced_rate(self) -> float | None:
        """The learning rate that took the place of a schedule, if one did."""
        return self._rate.replaced

    def ready(self) -> None:
        """Compiles the steps; what is needed later is compiled beside them."""
        if self.warm:
            return
        with self._place():
            first, *others = self.groups(1)
            self.trainer.trace()
            self._compile_aside(others)
            self.trainer.train(first[0], 0, 0, fresh=False)
        self.warm = True

    def _compile_aside(self, groups: list[tuple[Batches, int]]) -> None:
        """Steps for batches of these sizes, and the first evaluation."""
        parts = (*self.validation, *self.test)
        self._aside.begin(
            *(partial(self._compile, self.evaluator.measure, batches) for batches in parts[:1]),
            *(partial(self._compile, self.trainer.train, batches) for batches, _before in groups),
        )

    def _compile(self, program: Callable[..., object], batches: Batches) -> None:
        with self._place():
            program(batches, 0, 0, fresh=False)

    def all_ready(self, seconds: float | None) -> bool:
        """Whether everything is compiled, at the latest after so many seconds; None waits for it."""
        return self._aside.done(seconds)

    def run(
        self,
        emit: Emit,
        orders: Orders,
        *,
        more: int = 0,
        keep: Keep | None = None,
        rates: Sequence[LearningRateSet] = (),
    ) -> None:
        """Trains as the project says, or so many epochs ``more``; ends with ``RunEnded``.

        ``keep`` is handed a checkpoint after each told epoch, and before ``more`` of them are told of; ``rates`` are of a
        try of this run that died in its first.
        """
        began = perf_counter()
        first = self.epochs + 1 if more else 1
        last = self.epochs + more if more else self.project.training.epochs
        if more:
            rates = rates or self._succession(last)
        else:
            self.best = self._nothing_yet()
        end = self.end if more else None
        run = Run(self, emit, orders, first, last, began, self.best, keep=keep, unfinished=end, rates=rates)
        if more and keep is not None:  # before anybody knows of the run: gone on with, it begins here
            keep(run.start)
        emit(self._prepared(first, last, end.part_steps if end else 0))
        self._train(run)

    def go_on(
        self,
        checkpoint: Checkpoint | None,
        emit: Emit,
        orders: Orders,
        *,
        keep: Keep | None = None,
        rates: Sequence[LearningRateSet] = (),
        compiled: bool | None = None,
    ) -> None:
        """Takes up a run of the same project where a checkpoint has it, or from its beginning without one.

        Its end is the same to the bit. ``rates``: those that a person set after it. ``compiled``: whether that run's
        steps were compiled, where there is no checkpoint to say it; None if the run did not get so far as to choose.
        Raises ``DoesNotBelong``.
        """
        if checkpoint is None:
            self._choose(self.calls.compiled if compiled is None else compiled)
            self.run(emit, orders, keep=keep, rates=rates)
            return
        began = perf_counter()
        self.load(checkpoint)
        first, last = checkpoint.first, checkpoint.last
        rates = rates or self._succession(last)
        emit(self._prepared(first, last, checkpoint.part_steps if checkpoint.epoch < first else 0))
        emit(RunContinued(checkpoint.epoch, checkpoint.part_steps))
        self._train(Run(self, emit, orders, first, last, began, self.best, keep=keep, resumed=checkpoint, rates=rates))

    def load(self, checkpoint: Checkpoint) -> None:
        """Takes the model to where a checkpoint has it. Raises ``DoesNotBelong``, and then nothing has changed."""
        state, best = self.variables.state_of(checkpoint), checkpoint.best
        refuse_other_part(self.model, self.calls.steps_per_epoch, checkpoint)
        with self._place():
            self._choose(checkpoint.compiled)
            if checkpoint.replaced_rate is not None:
                self.set_learning_rate(checkpoint.replaced_rate)
            elif self._rate.put_back():
                self._trace()
            self.variables.put_back(state)
            if checkpoint.keeps_best and best is not None:
                self.model.set_weights(best.weights)
            self.network.answers.take()
        self.epochs, self.end = checkpoint.epoch, checkpoint
        self.best = self._nothing_yet(best)

    def adopt(self, weights: Arrays, optimizer: Arrays) -> None:
        """Takes the model to weights, and an optimizer's state unless it is empty, that another program trained.

        Raises ``DoesNotBelong``, and then nothing has changed.
        """
        if len(weights) != len(self.model.weights):
            raise DoesNotBelong
        state = self.variables.with_arrays(self.variables.state(), weights, optimizer)
        self.load(Checkpoint(0, 1, 1, self.calls.compiled, state.variables, state.optimizer))

    def _prepared(self, first: int, last: int, first_step: int) -> RunPrepared:
        return RunPrepared(
            device=self.device.label,
            compiled=self.calls.compiled,
            epochs=last,
            steps_per_epoch=self.calls.steps_per_epoch,
            train=len(self.data.train),
            validation=len(self.data.validation),
            parameters=self.model.count_params(),
            penalty=bool(self.model.losses),
            first_epoch=first,
            first_step=first_step,
            learning_rate=float(self.model.optimizer.learning_rate.numpy()),
        )

    def _train(self, run: Run) -> None:
        with self._place():
            self.ready()
            self.epochs = run.run()
            self.end = run.end
            self.epoch_seconds = run.pace.price(self.epoch_seconds)

    def serves(self, project: ProjectSpec) -> bool:
        """Whether a run of that project would take the very programs that are compiled here: only numbers differ."""
        mine, asked = self.project, project
        here = (mine.data, mine.input, mine.training.balance_classes, mine.training.device)
        same = (asked.data, asked.input, asked.training.balance_classes, asked.training.device) == here
        if self.replaced_rate is not None or not same or asked.training.batch_size != mine.training.batch_size:
            return False
        return programs(self._recipe(asked)) == programs(self.calls)

    def begin_again(self, project: ProjectSpec) -> None:
        """Takes the model to the first weights of a project that it ``serves``, as if it had just been made."""
        self.project, self.calls = project, self._recipe(project)
        self.network = replace(self.network, project=project)
        with self._place():
            self._assign(Variables(build(project, self.calls)).state())
        self.epochs, self.end = 0, None

    def measure(self, cancelled: Callable[[], bool]) -> None:
        """Finds the seconds of an epoch by a trial of ``PRICE_SECONDS`` that leaves no trace, unless it is given up."""
        with self._place():
            self.ready()
            while not self.all_ready(0.05):
                if cancelled():
                    return
            before = self.variables.state()
            seconds = tried(self, self._nothing_yet(), cancelled)
            self._assign(before)
        if not cancelled():  # a trial that was cut short tells less than the price of one that was not
            self.epoch_seconds = seconds

    def set_learning_rate(self, learning_rate: float) -> bool:
        """Takes another step size; says whether it took the place of a schedule.

        Then the steps are compiled anew, beside whatever else is done: none may be made before ``all_ready``. Those read
        what is set later.
        """
        if not self._rate.set(learning_rate):
            return False
        self.trainer = Trainer(self.model, self.resident, compiled=self.calls.compiled)
        self._compile_aside(self.groups(1))
        self._aside.begin(self._rate.settle)
        return True

    def groups(self, epoch: int) -> list[tuple[Batches, int]]:
        """The epoch's whole batches, and the smaller last one, each with the number of batches before them."""
        rows = self.data.train[order(len(self.data.train), self.project.training.seed, epoch)]
        found = in_batches(rows, self.project.training.batch_size)
        return list(zip(found, (0, found[0].count), strict=False))

    def _trace(self) -> None:
        """Makes the steps anew; they are compiled when they are ``ready``."""
        self.trainer = Trainer(self.model, self.resident, compiled=self.calls.compiled)
        self.warm = False

    def _recipe(self, project: ProjectSpec) -> Recipe:
        return recipe(project, self.network.facts, self.data.scaling, device=self.device.name)

    def _choose(self, compiled: bool) -> None:
        """Makes steps as a run that goes on made them, by XLA or without, whatever a new run would choose.

        Only where XLA can't compile at all, a run that was begun elsewhere goes on without.
        """
        compiled = compiled and compilable(self.device.name, sys.platform)
        if compiled != self.calls.compiled:
            self.calls = replace(self.calls, compiled=compiled)
            self.network = replace(self.network, compiled=compiled)
            self.model.jit_compile = compiled
            self._rate.put_back()  # what is set in its place is set anew, for the other steps
            self._trace()

    def _succession(self, last: int) -> tuple[LearningRateSet, ...]:
        if self.replaced_rate is not None:
            return ()
        return succession(
            self.project.training, self.calls.steps_per_epoch, self.variables.steps, self.epochs + 1, last
        )

    def _nothing_yet(self, kept: BestEpoch | None = None) -> Best:
        return Best(self.project, validation=bool(self.validation), kept=kept)

    def _parts(self) -> tuple[Part, Part]:
        """Validation and test in batches."""
        sizes = self.calls.validation_batch_size, self.calls.test_batch_size
        both = self.data.validation, self.data.test
        validation, test = (in_batches(rows, size) for rows, size in zip(both, sizes, strict=True))
        return validation, test

    def _assign(self, state: State) -> None:
        self.variables.put_back(state)
        self.network.answers.take()

    def _place(self) -> AbstractContextManager[None]:
        return placed(self.device, self.project.training.batch_size)
