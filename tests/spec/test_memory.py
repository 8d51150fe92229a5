"""What a training needs, by hand and by its bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.points.moons import Moons
from netbuilder.data.tables.iris import Iris
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.losses.binary import BinaryCrossentropy
from netbuilder.spec.memory import Need, gigabytes
from netbuilder.spec.optimizers.adaptive import Adam
from netbuilder.spec.optimizers.descent import SGD
from netbuilder.spec.outline import Outline, outline
from netbuilder.spec.project import DataSpec, InputSpec, ProjectSpec, TrainingSpec, stack


def project(source: Any, *layers: Any, **training: Any) -> ProjectSpec:
    data = DataSpec(source, source.usual_split())
    return ProjectSpec(data, stack(*layers), training=TrainingSpec(**training), output_follows_data=False)


def asked(one: ProjectSpec, memory: int = 10**12) -> Outline:
    return outline(one, one.data.source.facts(one.data.split), memory)


def need(one: ProjectSpec) -> Need:
    return asked(one).need


def of_size(found: Outline) -> list[str]:
    """The sentences about memory."""
    return [problem.sentence for problem in found.blocking if "this computer has" in problem.sentence]


def test_an_example_more_in_the_batch_leaves_input_and_outputs_behind() -> None:
    moons = project(Moons(), Dense(100), Dense(1, "sigmoid"), loss=BinaryCrossentropy())
    assert need(moons).an_example == 4 * (2 * 2 + 3 * (100 + 1))
    assert need(moons).batch == 32 * need(moons).an_example
    assert need(replace(moons, layers=(*moons.layers[:1], *stack(Flatten()), *moons.layers[1:]))).an_example == 4 * (
        2 * 2 + 3 * (100 + 100 + 1)
    )


def test_a_batch_holds_no_more_examples_than_there_are() -> None:
    assert need(project(Iris(), Dense(3, "softmax"), batch_size=1_000_000)).batch_size == 96


def test_weights_grow_with_what_the_optimizer_keeps() -> None:
    of = {chosen: need(project(Iris(), Dense(3, "softmax"), optimizer=chosen)).weights for chosen in (SGD(), Adam())}
    assert of[Adam()] - of[SGD()] == 2 * 5 * (4 * 3 + 3) * 4


def test_pictures_lie_in_memory_as_bytes_and_tables_as_floats() -> None:
    assert need(project(Mnist(), Flatten(), Dense(10, "softmax"))).data == 3 * 70_000 * (784 + 4)
    assert need(project(Iris(), Dense(3, "softmax"))).data == 3 * 150 * (4 * 4 + 4)


UNITS = st.sampled_from([1, 7, 64, 5_000, 1_000_000])


@given(st.lists(UNITS, max_size=5), st.sampled_from([1, 32, 1_000_000]), st.integers(-1, 0))
def test_what_needs_a_byte_more_than_there_is_is_refused_and_what_needs_less_is_not(
    units: list[int], batch_size: int, more: int
) -> None:
    one = project(Mnist(), Flatten(), *(Dense(each) for each in units), Dense(10, "softmax"), batch_size=batch_size)
    total = need(one).total
    assert bool(of_size(asked(one, total + more))) == (more < 0)


@given(st.lists(UNITS, min_size=1, max_size=5), st.sampled_from([1, 32, 1_000_000]), st.integers(2 * 10**9, 10**11))
def test_the_fix_of_what_is_too_large_makes_it_fit_and_keeps_the_output(
    units: list[int], batch_size: int, memory: int
) -> None:
    one = project(Mnist(), Flatten(), *(Dense(each) for each in units), Dense(10, "softmax"), batch_size=batch_size)
    for problem in asked(one, memory).blocking:
        if "this computer has" in problem.sentence:
            assert problem.fix is not None
            mended = problem.fix.apply(one)
            assert of_size(asked(mended, memory)) == []
            assert mended.layers[-1] == one.layers[-1]


def test_a_refusal_names_the_bytes_and_stands_where_it_is_mended() -> None:
    wide = project(Mnist(), Flatten(), Dense(200_000), Dense(10, "softmax"))
    (problem,) = asked(wide, 4 * 10**9).blocking
    assert (problem.place, problem.field) == ("dense_1", "units")
    assert problem.sentence == (
        "Layers of this size need about 16.4\N{NO-BREAK SPACE}GB to train, but this computer has 4.0\N{NO-BREAK SPACE}GB: take fewer units."
    )
    many = project(Mnist(), Flatten(), Dense(20_000), Dense(10, "softmax"), batch_size=50_000, optimizer=SGD())
    (problem,) = asked(many, 10**10).blocking
    assert (problem.place, problem.field) == ("optimizer", "batch_size")
    assert problem.sentence.startswith(
        "Batches of 50,000 need about 14.7\N{NO-BREAK SPACE}GB to train, but this computer has 10.0\N{NO-BREAK SPACE}GB"
    )


def test_where_not_even_one_unit_helps_no_button_is_offered() -> None:
    one = project(Moons(), Dense(1, "sigmoid"), loss=BinaryCrossentropy())
    (problem,) = asked(one, need(one).least - 1).blocking
    assert problem.fix is None


@pytest.mark.parametrize("memory", [2 * 10**9, 50 * 10**9])
def test_an_input_that_was_set_too_large_by_hand_is_what_is_at_fault(memory: int) -> None:
    by_hand = InputSpec(follows_data=False, shape=(100_000, 100_000))
    one = replace(project(Mnist(), Flatten(), Dense(10, "softmax")), input=by_hand)
    (problem,) = [each for each in asked(one, memory).blocking if "this computer has" in each.sentence]
    assert (problem.place, problem.field) == ("input", "shape")
    assert problem.sentence.startswith("An input of this size needs about")
    assert problem.fix is None


def test_units_are_at_fault_where_fewer_would_do_even_if_the_input_was_set_by_hand() -> None:
    one = project(Mnist(), Flatten(), Dense(700_000), Dense(10, "softmax"))
    one = replace(one, input=InputSpec(follows_data=False, shape=(1000, 1000)))
    (problem,) = [each for each in asked(one, 10**11).blocking if "this computer has" in each.sentence]
    assert (problem.place, problem.field) == ("dense_1", "units")
    assert problem.fix is not None


def test_a_layer_without_units_is_not_refused_for_them() -> None:
    one = project(Mnist(), Flatten(), Dense(10, "softmax"))
    (problem,) = asked(one, need(one).least - 1).blocking
    assert (problem.place, problem.field) == ("flatten_1", "")


@pytest.mark.parametrize("source, field", [(Moons(), "count"), (Iris(), "")])
def test_too_many_examples_stand_beside_their_number_where_that_is_chosen(source: Any, field: str) -> None:
    one = project(source, Dense(3, "softmax"))
    (problem,) = [each for each in asked(one, need(one).program).blocking if "this computer has" in each.sentence]
    assert (problem.place, problem.field) == ("data", field)


def test_no_number_is_too_large_to_be_told() -> None:
    deepest = project(Mnist(), *[Dense(1_000_000)] * 500, Flatten(), *[Dense(1_000_000)] * 498, Dense(10, "softmax"))
    found = asked(deepest)
    assert found.need.total > 10**15
    assert "over a million" not in found.blocking[0].sentence
    assert [gigabytes(count) for count in (0, 10**8, 38_240_000_000, 1_200 * 10**9, 10**40)] == [
        "0.0\N{NO-BREAK SPACE}GB",
        "0.1\N{NO-BREAK SPACE}GB",
        "38.2\N{NO-BREAK SPACE}GB",
        "1,200\N{NO-BREAK SPACE}GB",
        "over\N{NO-BREAK SPACE}a\N{NO-BREAK SPACE}billion\N{NO-BREAK SPACE}GB",
    ]
    assert all(len(problem.sentence) <= 130 for problem in found.problems)


@pytest.mark.parametrize("memory", [0, 1, 2**63, 10**400])
def test_any_size_of_memory_has_an_answer(memory: int) -> None:
    one = project(Iris(), Dense(3, "softmax"))
    assert bool(of_size(asked(one, memory))) == (memory < need(one).total)
