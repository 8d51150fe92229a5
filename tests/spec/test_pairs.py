"""Every pair of extreme values that a project can hold: the outline answers, fixes mend, and TensorFlow is never asked.

Run as a program it tells, as one line of JSON, how many projects and pairs there were and what the slowest answer took.
"""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.spec.calls import source_text
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.outline import outline
from netbuilder.spec.project import DataSpec, EarlyStopping, InputSpec, Placed, ProjectSpec, TrainingSpec, new_name
from netbuilder.spec.recipe import recipe
from netbuilder.spec.rules import Field, Flag, Maybe, OneOf, Real, Several, Sizes, Text, Whole, checked, fields_of
from netbuilder.spec.scaling import Scaling
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split

SEED = 20_26
LAYERS = tuple(entry.kind for entry in layer)
OF_THE_TRAINING = ("loss", "optimizer", "schedule")
Assignment = dict[str, Any]


def extremes(field: Field) -> tuple[Any, ...]:
    """The least, the greatest and a usual value that the field takes; every name of a few, some of many."""
    match field.rule:
        case Whole(at_least=low, at_most=high):
            found: list[Any] = [low, high, field.default]
        case Real(at_least=low, at_most=high, above=above):
            found = [math.nextafter(low, math.inf) if above else low, high, field.default]
        case Maybe(rule=rule, start=start):
            inner = extremes(replace(field, rule=rule, default=round(start) if isinstance(rule, Whole) else start))
            found = [None, *inner]
        case OneOf():
            names = list(rule_names(field))
            found = [field.default, names[0], names[len(names) // 2], names[-1]]
        case Several():
            found = [(), tuple(rule_names(field)), field.default]
        case Flag():
            found = [False, True]
        case Text(longest=longest):
            found = [field.default, "x" * longest]
        case Sizes(fewest=fewest, most=most, at_most=high):
            found = [(1,) * fewest, (high,) * most, field.default]
    return tuple(dict.fromkeys(checked(field, one) for one in found))


def rule_names(field: Field) -> tuple[str, ...]:
    assert isinstance(field.rule, OneOf | Several)
    return tuple(field.rule.choices())


def factors(prefix: str, kind: Any, leave_out: tuple[str, ...] = ()) -> dict[str, tuple[Any, ...]]:
    return {f"{prefix}.{one.name}": extremes(one) for one in fields_of(kind) if one.name not in leave_out}


ALWAYS: dict[str, tuple[Any, ...]] = {
    **factors("split", Split),
    **factors("data", DataSpec),
    **factors("input", InputSpec),
    **factors("training", TrainingSpec),
    **factors("early_stopping", EarlyStopping),
    **factors("goal", Goal),
    **{name: value for kind in LAYERS for name, value in factors(layer.of(kind()).name, kind).items()},
    "order": (0, 1, 2),
    "output_follows_data": (False, True),
}
KINDS: dict[str, tuple[Any, ...]] = {
    "source": tuple(entry.kind for entry in source),
    "loss": tuple(entry.kind for entry in loss),
    "optimizer": tuple(entry.kind for entry in optimizer),
    "schedule": tuple(entry.kind for entry in schedule),
}


def assignments(seed: int) -> Iterator[Assignment]:
    """Values of all factors, until every pair of values of the factors that each project has came up together.

    Half of each is what is still missing together with one missing pair, the rest is drawn.
    """
    draw = random.Random(seed)
    names = list(ALWAYS)
    missing = {
        ((one, a), (other, b))
        for one, other in combinations(range(len(names)), 2)
        for a, b in product(range(len(ALWAYS[names[one]])), range(len(ALWAYS[names[other]])))
    }
    kinds = {family: list(known) for family, known in KINDS.items()}
    round_ = 0
    while missing or round_ < 200:
        at = [draw.randrange(len(ALWAYS[name])) for name in names]
        if missing:
            for where, value in draw.choice(tuple(missing)) if round_ % 20 == 19 else next(iter(missing)):
                at[where] = value
        missing.difference_update(combinations(enumerate(at), 2))
        chosen: Assignment = {name: ALWAYS[name][value] for name, value in zip(names, at, strict=True)}
        for family, known in kinds.items():
            kind = known[round_ % len(known)]
            chosen[family] = kind
            for name, values in factors(family, kind).items():
                chosen[name] = draw.choice(values)
        yield chosen
        round_ += 1


def made(kind: Any, prefix: str, chosen: Assignment, **ready: Any) -> Any:
    return kind(**{one.name: chosen[f"{prefix}.{one.name}"] for one in fields_of(kind)}, **ready)


def project_of(chosen: Assignment) -> ProjectSpec:
    """The project that has all these values."""
    members = {family: made(chosen[family], family, chosen) for family in KINDS}
    layers: tuple[Placed, ...] = ()
    order = [LAYERS, LAYERS[::-1], (*(kind for kind in LAYERS if kind is not Dense), Dense, Dense)][chosen["order"]]
    for kind in order:
        name = layer.of(kind()).name
        layers = (*layers, Placed(new_name(layers, name), made(kind, name, chosen)))
    training = made(
        TrainingSpec,
        "training",
        chosen,
        **{family: members[family] for family in OF_THE_TRAINING},
        early_stopping=made(EarlyStopping, "early_stopping", chosen),
        goal=made(Goal, "goal", chosen),
    )
    data = made(DataSpec, "data", chosen, source=members["source"], split=made(Split, "split", chosen))
    entering = made(InputSpec, "input", chosen)
    return ProjectSpec(data, layers, entering, training, chosen["output_follows_data"])


def mended(project: ProjectSpec) -> ProjectSpec:
    """The project once no problem is blocking any more, by pressing one fix after the other."""
    for _step in range(30):
        facts = project.data.source.facts(project.data.split)
        blocking = outline(project, facts).blocking
        if not blocking:
            return project
        fix = next((problem.fix for problem in blocking if problem.fix is not None), None)
        assert fix is not None, [problem.sentence for problem in blocking]
        project = fix.apply(project)
    raise AssertionError([problem.sentence for problem in blocking])


def answered(project: ProjectSpec) -> float:
    """Asks for the outline and reads its sentences; the CPU seconds that the outline took."""
    facts = project.data.source.facts(project.data.split)
    began = time.process_time()
    found = outline(project, facts)
    seconds = time.process_time() - began
    assert all(len(problem.sentence) <= 200 for problem in found.problems)
    return seconds


def main() -> None:
    slowest, count = 0.0, 0
    for chosen in assignments(SEED):
        slowest, count = max(slowest, answered(project_of(chosen))), count + 1
    print(json.dumps({"projects": count, "slowest": slowest, "tensorflow": "tensorflow" in sys.modules}))


def test_every_pair_of_extreme_values_has_an_answer_at_once_and_without_tensorflow() -> None:
    child = subprocess.run([sys.executable, __file__], capture_output=True, text=True, timeout=300, check=False)
    assert child.returncode == 0, child.stderr[-2000:]
    told = json.loads(child.stdout)
    assert told["projects"] >= 200
    assert not told["tensorflow"]
    # Seconds of the processor, which does not count what else the machine does; a thousandth of it is usual.
    assert told["slowest"] < 0.05


def test_fixes_pressed_one_after_the_other_leave_nothing_blocking_whatever_the_values_are() -> None:
    for chosen in assignments(SEED):
        project = mended(project_of(chosen))
        calls = recipe(project, project.data.source.facts(project.data.split), Scaling(1 / 255, 0.0))
        assert source_text([*calls.layers, calls.loss, calls.optimizer, *calls.metrics, *calls.callbacks])


@pytest.mark.slow
def test_what_nothing_blocks_any_more_is_built_by_keras_and_makes_a_step() -> None:
    import numpy as np

    from netbuilder.engine.build import build
    from netbuilder.spec.memory import PROGRAM
    from netbuilder.spec.targets import targets_of

    draw = np.random.default_rng(SEED)
    small = 0
    for at, chosen in enumerate(assignments(SEED)):
        project = mended(project_of(chosen))
        facts = project.data.source.facts(project.data.split)
        if at % 10 or outline(project, facts).need.total > PROGRAM + 2 * 10**8:
            continue
        model = build(project, recipe(project, facts, None))
        inputs = draw.random((4, *facts.shape), np.float32)
        labels = draw.integers(0, max(1, len(facts.classes)), 4)
        targets = {
            "numbers": draw.random((4, facts.targets), np.float32),
            "one-hot": np.eye(max(1, len(facts.classes)), dtype=np.float32)[labels],
        }.get(targets_of(project, facts), labels.astype(np.int32))
        model.train_on_batch(inputs, targets)
        small += 1
    assert small >= 10


if __name__ == "__main__":
    main()
