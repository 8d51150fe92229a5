"""What the curves are drawn from: points, lines, scales, marks, readings, tables."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.events import BatchesTrained, EpochEnded, RunContinued, RunEnded, RunPaused, RunPrepared, RunResumed
from netbuilder.ui.curves.growing import Growing
from netbuilder.ui.curves.lines import MOST, Buckets
from netbuilder.ui.curves.marks import Watch, marks
from netbuilder.ui.curves.picture import Picture, picture
from netbuilder.ui.curves.points import CurveData
from netbuilder.ui.curves.reading import reading
from netbuilder.ui.curves.scale import Scale, epoch_ticks, extent, linear, logarithmic, steadied
from netbuilder.ui.curves.tables import batch_table, epoch_table

STEPS = 10


def prepared(epochs: int = 5, *, penalty: bool = False) -> RunPrepared:
    return RunPrepared("CPU", compiled=True, epochs=epochs, steps_per_epoch=STEPS, train=100, validation=10,
                       parameters=50, penalty=penalty)  # fmt: skip


def batches(epoch: int, losses: list[float], first_step: int = 0) -> BatchesTrained:
    return BatchesTrained(epoch, first_step, np.array(losses, np.float32), {"loss": 1.0, "accuracy": 0.5}, 1e3, 1.0)


def ended(epoch: int, loss: float = 1.0, best: int | None = None, waited: int = 0, **more: float) -> EpochEnded:
    metrics = {"loss": loss, "accuracy": 0.9, "val_loss": loss + 0.1, "val_accuracy": 0.8, **more}
    return EpochEnded(epoch, 1.0, metrics, 0.001, best, waited)


def run(*events: object, epochs: int = 5, penalty: bool = False) -> CurveData:
    data = CurveData()
    for event in (prepared(epochs, penalty=penalty), *events):
        data.take(event)  # type: ignore[arg-type]
    return data


def test_a_new_run_starts_fresh() -> None:
    data = run(batches(1, [3.0] * STEPS), ended(1))
    data.take(prepared())
    assert data.empty
    assert data.metrics == ()


def test_an_epoch_ends_where_its_last_batch_stands() -> None:
    data = run(batches(1, [3.0] * STEPS), ended(1))
    assert data.places(STEPS - 1) == 1.0
    assert data.step_of(STEPS) == (2, 1)


def test_every_batch_value_is_kept_in_order() -> None:
    data = run(batches(1, [1, 2, 3]), batches(1, [4, 5], first_step=3))
    assert data.losses.tolist() == [1, 2, 3, 4, 5]


def test_what_a_resumed_run_reports_again_replaces_what_was_there() -> None:
    data = run(batches(1, [1.0] * STEPS), ended(1), batches(2, [2.0] * STEPS), ended(2), batches(2, [9.0, 8.0]))
    assert data.losses[STEPS:].tolist() == [9.0, 8.0]
    assert data.epochs.tolist() == [1]
    data.take(ended(2, 5.0))
    assert data.values("loss").tolist() == [1.0, 5.0]


def test_a_gap_between_batches_is_not_a_value() -> None:
    data = run(batches(1, [1.0]), batches(1, [2.0], first_step=3))
    assert np.isnan(data.losses[1:3]).all()
    assert data.broken_at is None


def test_a_run_that_goes_on_from_a_later_epoch_stands_there() -> None:
    data = run(batches(4, [1.0] * STEPS), ended(4))
    assert data.places(STEPS - 1) == 4.0
    assert data.reached == 4.0


def test_the_rest_of_an_epoch_joins_what_was_drawn_of_it() -> None:
    data = run(batches(1, [1, 2, 3]))
    rest = replace(prepared(), first_step=3)
    data.take(rest)
    data.take(batches(1, [4, 5], first_step=3))
    assert data.losses.tolist() == [1, 2, 3, 4, 5]
    data.take(RunContinued(0, 3))
    assert data.losses.tolist() == [1, 2, 3]
    assert data.within_places.tolist() == [0.3]


def test_a_metric_that_appears_later_has_no_value_before() -> None:
    data = run(ended(1), ended(2, auc=0.7))
    assert np.isnan(data.values("auc")[0])
    assert data.values("auc")[1] == 0.7


def test_the_place_where_numbers_break_is_the_first_of_them() -> None:
    data = run(batches(1, [1.0] * STEPS), batches(2, [1.0, np.inf, np.nan]))
    assert data.broken_at == pytest.approx(1.2)
    assert "epoch 2, batch 2" in marks(data, None).broken_words


def test_metrics_of_a_block_whose_numbers_broke_are_not_drawn() -> None:
    data = run(batches(1, [1.0] * 5), batches(1, [1.0, np.inf, np.nan], first_step=5))
    assert data.within_places.tolist() == [0.5]
    assert data.within("accuracy").values.tolist() == [0.5]


def test_the_axis_reaches_to_the_planned_epochs_and_at_the_end_to_the_trained_ones() -> None:
    data = run(batches(1, [1.0] * STEPS), ended(1))
    assert data.end == 5
    data.take(RunEnded("stopped", 1, None, restored_best=False, seconds=1.0, test={}))
    assert data.end == 1


def grown(values: np.ndarray, *, at_once: int) -> Growing:
    """The values, come in pieces, and drawn after each of them."""
    line = Growing(values.dtype)
    for start in range(0, values.size, at_once):
        line.extend(values[start : start + at_once])
        line.thin()
        line.trend(0.5)
    return line


def test_a_million_points_are_drawn_as_at_most_two_thousand() -> None:
    line = Growing(np.float32)
    line.extend(np.arange(1_000_000, dtype=np.float32))
    places, values = line.thin()
    assert len(places) == len(values) <= MOST + 2
    assert places[-1] == values[-1] == 999_999


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=300), st.integers(2, 25))
def test_fewer_points_keep_the_lowest_and_highest_value(numbers: list[float], most: int) -> None:
    values = np.array(numbers, np.float32)
    places, drawn = Buckets(most=most).extremes(values)
    assert len(drawn) <= 2 * most + 2
    assert drawn.min() == values.min()
    assert drawn.max() == values.max()
    assert (np.diff(places) >= 0).all()


@given(st.integers(1, 9000), st.integers(1, 2500))
def test_a_line_that_came_in_pieces_is_the_one_that_came_at_once(count: int, at_once: int) -> None:
    values = np.random.default_rng(count).random(count, np.float32)
    whole, pieces = grown(values, at_once=count), grown(values, at_once=max(at_once, count // 20))
    for one, other in ((whole.thin(), pieces.thin()), (whole.trend(0.5), pieces.trend(0.5))):
        assert one[0].tolist() == other[0].tolist()
        assert one[1] == pytest.approx(other[1], nan_ok=True)


def test_values_that_were_taken_back_leave_no_trace_in_the_line() -> None:
    values = np.random.default_rng(0).random(6000, np.float32)
    line = grown(values + 100, at_once=700)
    line.cut(3001)
    line.extend(values[3001:])
    expected = np.concatenate([values[:3001] + 100, values[3001:]])
    _places, drawn = line.thin()
    assert drawn.max() == expected.max()
    assert drawn[-700:].max() < 2


def test_a_line_of_which_little_is_left_is_as_fine_as_one_that_is_short() -> None:
    values = np.random.default_rng(0).random(100_000, np.float32)
    line = grown(values, at_once=9000)
    line.cut(3000)
    fresh = grown(values[:3000], at_once=3000)
    assert line.thin()[1].tolist() == fresh.thin()[1].tolist()


def test_a_line_looks_at_new_values_only() -> None:
    """What was folded into whole buckets is not read again: overwriting it changes nothing."""
    values = np.ones(10_000, np.float32)
    buckets = Buckets()
    buckets.extremes(values[:9000])
    values[:8000] = 7
    assert buckets.extremes(values)[1].max() == 1


def test_a_growing_line_keeps_the_points_of_its_full_buckets() -> None:
    values = np.random.default_rng(0).random(5000, np.float32)
    before, after = Buckets().extremes(values[:4100]), Buckets().extremes(values[:4400])
    assert before[1][:1000].tolist() == after[1][:1000].tolist()


def test_what_is_not_finite_is_a_hole_in_the_line() -> None:
    _places, values = Buckets().extremes(np.array([1.0, np.inf, np.nan, 2.0]))
    assert np.isnan(values).tolist() == [False, True, True, False]


def test_smoothing_starts_at_the_first_value_and_steps_over_holes() -> None:
    places, smooth = Buckets().trend(np.array([4.0, 4.0, np.nan, 4.0]), 0.9)
    assert places.tolist() == [0, 1, 2, 3]
    assert smooth[[0, 1, 3]] == pytest.approx(4.0)
    assert np.isnan(smooth[2])


def test_scales_are_round_and_hold_the_values() -> None:
    scale = linear(0.031, 2.37)
    assert (scale.low, scale.high) == (0, 2.5)
    assert [words for _, words in scale.ticks] == ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]


def test_a_share_reaches_up_to_all_and_is_read_in_percent() -> None:
    scale = linear(0.93, 0.985, share=True)
    assert scale.high == 1
    assert scale.ticks[-1][1].replace("\N{NO-BREAK SPACE}", " ") == "100 %"


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_a_scale_of_any_values_has_ticks_inside_it(low: float, more: float) -> None:
    scale = linear(low, low + more)
    slack = 1e-6 * (abs(low) + more)
    assert scale.low <= low + slack
    assert scale.high >= low + more - slack
    assert 2 <= len(scale.ticks) <= 9
    assert all(scale.low <= tick <= scale.high for tick, _ in scale.ticks)


@given(st.floats(1e-12, 1e6), st.floats(1, 1e12))
def test_a_logarithmic_scale_holds_its_values(low: float, times: float) -> None:
    scale = logarithmic(low, low * times)
    assert scale.low <= math.log10(low) + 1e-3
    assert scale.high >= math.log10(low * times) - 1e-3
    assert scale.high > scale.low
    assert 2 <= len(scale.ticks) <= 12


def test_a_scale_stays_while_it_holds_the_values_and_is_not_far_too_wide() -> None:
    wide = linear(0, 2)
    assert steadied(wide, linear(0, 1.8), may_shrink=True) is wide
    assert steadied(wide, linear(0, 0.1), may_shrink=False) is wide
    assert steadied(wide, linear(0, 0.1), may_shrink=True).high < 0.2
    assert steadied(wide, linear(0, 5), may_shrink=False).high == 5


def test_a_wild_first_batch_does_not_flatten_the_rest() -> None:
    noisy = np.concatenate([[1000.0], np.full(999, 0.5)])
    assert extent([np.array([0.4, 0.3])], noisy) == (0.3, 0.5)


def words_of(scale: Scale) -> list[str]:
    return [words for _, words in scale.ticks]


def test_the_ticks_of_a_run_that_grew_beyond_all_bounds_are_short_powers() -> None:
    assert words_of(linear(0, 1.9e30)) == ["0", "5e29", "1.0e30", "1.5e30", "2.0e30"]
    assert words_of(linear(-3e5, 4e5)) == ["−4e5", "−2e5", "0", "2e5", "4e5"]
    assert words_of(linear(3.001e7, 3.004e7))[0] == "3.001e7"
    assert words_of(logarithmic(20_000, 900_000)) == ["20,000", "50,000", "1e5", "2e5", "5e5", "1e6"]
    assert all(len(words) <= 7 for high in range(1, 40) for words in words_of(linear(0, 3.3 * 10**high)))


def test_where_there_are_no_values_no_number_can_be_read_and_the_first_have_a_scale_of_their_own() -> None:
    data = run()
    nothing = picture(data, "loss", log=False, weight=0, before=None, may_shrink=False).scale
    assert set(words_of(nothing)) == {""}
    assert words_of(steadied(nothing, linear(0.1, 0.9), may_shrink=False))[-1] == "1.0"


def test_within_the_first_epoch_its_parts_are_told() -> None:
    assert [words for _, words in epoch_ticks(1 / 3)] == ["0", "0.1", "0.2", "0.3"]
    assert [words for _, words in epoch_ticks(0.00234)] == ["0", "0.0005", "0.001", "0.0015", "0.002"]


def test_epoch_ticks_are_whole_epochs() -> None:
    assert [words for _, words in epoch_ticks(12)] == ["0", "2", "4", "6", "8", "10", "12"]
    assert [words for _, words in epoch_ticks(1)] == ["0", "1"]
    assert len(epoch_ticks(1_000_000)) <= 12


def test_patience_counts_down_from_the_best_epoch() -> None:
    data = run(ended(1, 2.0, 1), ended(2, 1.0, 2), ended(3, 1.5, 2, 1), ended(4, 1.6, 2, 2))
    found = marks(data, Watch("val_loss", 3))
    assert found.best == 2
    assert found.patience == (2, 4, 5)
    assert found.patience_words == "patience 2 of 3"
    assert found.best_words == "best · epoch 2 · val loss 1.10"


def test_without_early_stopping_the_lowest_validation_loss_is_marked_and_nothing_counts_down() -> None:
    found = marks(run(ended(1, 2.0), ended(2, 1.0), ended(3, 1.5, waited=1)), None)
    assert found.best == 2
    assert found.best_words.startswith("lowest")
    assert found.patience is None


def test_the_cross_hair_reads_exact_values_of_epoch_and_batch() -> None:
    data = run(batches(1, [0.25] * STEPS), ended(1, 0.123456), batches(2, [0.5, 0.75]))
    found = reading(data, 0.97, "accuracy", snap=0.05)
    assert found is not None
    assert (found.place, found.epoch) == (1.0, 1)
    assert [(value.label, value.text) for value in found.loss] == [
        ("train", "0.12346"),
        ("validation", "0.22346"),
        ("batch 10", "0.25000"),
    ]
    assert found.metric[0].text.replace("\N{NO-BREAK SPACE}", " ") == "90.000 %"
    later = reading(data, 1.21, "accuracy")
    assert later is not None
    assert (later.epoch, later.ended) == (2, False)
    assert [value.text for value in later.loss] == ["0.75000"]


def test_the_cross_hair_tells_data_loss_and_penalty_apart() -> None:
    data = run(ended(1, 1.0, penalty=0.3, data_loss=0.7), penalty=True)
    found = reading(data, 1.0, "accuracy")
    assert found is not None
    assert [(v.label, v.text) for v in found.loss if v.role == "penalty"] == [
        ("of it data", "0.70000"),
        ("of it penalty", "0.30000"),
    ]


def test_penalty_has_a_line_of_its_own_and_is_no_metric() -> None:
    data = run(ended(1, penalty=0.3, data_loss=0.7), ended(2, penalty=0.2, data_loss=0.7), penalty=True)
    assert data.metrics == ("accuracy",)
    drawn = picture(data, "loss", log=False, weight=0.0, before=None, may_shrink=True)
    assert [line.y.tolist() for line in drawn.strokes if line.role == "penalty"] == [[0.3, 0.2]]


def test_smoothing_leaves_the_raw_line_faintly_behind() -> None:
    data = run(*(event for epoch in range(1, 6) for event in (batches(epoch, [1.0] * STEPS), ended(epoch, 1 / epoch))))
    drawn = picture(data, "loss", log=False, weight=0.8, before=None, may_shrink=True)
    train = [line for line in drawn.strokes if line.role == "train"]
    assert [line.faint for line in train] == [True, False]
    assert train[0].y.tolist() == data.values("loss").tolist()
    assert train[1].y[-1] > train[0].y[-1]


def test_a_loss_of_zero_or_less_is_a_hole_on_a_logarithmic_axis() -> None:
    data = run(ended(1, 1.0), ended(2, 0.0), ended(3, 0.1))
    drawn = picture(data, "loss", log=True, weight=0.0, before=None, may_shrink=True)
    train = next(line for line in drawn.strokes if line.role == "train")
    assert np.isnan(train.y).tolist() == [False, True, False]


def test_a_gap_that_no_room_should_be_made_for_begins_the_line_anew() -> None:
    data = run(batches(1, [0.1, 0.2]), batches(1 << 40, [0.3, 0.4]))
    assert data.losses.tolist() == np.array([0.3, 0.4], np.float32).tolist()
    assert data.within_places.tolist() == [(1 << 40) - 0.8]
    assert "".join(batch_table(data)).splitlines()[1:] == [f"{1 << 40},1,0.3", f"{1 << 40},2,0.4"]
    data = run(batches((1 << 62) + 7, [0.3]))
    assert "".join(batch_table(data)).splitlines()[1:] == [f"{(1 << 62) + 7},1,0.3"]


def test_tables_have_a_line_for_each_epoch_and_each_batch() -> None:
    data = run(batches(1, [0.1] * STEPS), ended(1), batches(2, [0.2, 0.3]), ended(2, auc=0.5))
    epochs = "".join(epoch_table(data)).splitlines()
    assert epochs[0] == "epoch,learning_rate,loss,accuracy,val_loss,val_accuracy,auc"
    assert epochs[1] == "1,0.001,1.0,0.9,1.1,0.8,"
    assert epochs[2].endswith(",0.5")
    lines = "".join(batch_table(data)).splitlines()
    assert lines[0] == "epoch,batch,loss"
    assert lines[1] == "1,1,0.1"
    assert lines[-1] == "2,2,0.3"
    assert len(lines) == 1 + STEPS + 2


def test_chance_in_the_first_epoch_does_not_stretch_the_scale_of_a_metric() -> None:
    first = [
        BatchesTrained(1, step, np.ones(1, np.float32), {"accuracy": 0.1 + 0.2 * step}, 1e3, 1.0) for step in (0, 3)
    ]
    before = picture(run(*first), "accuracy", log=False, weight=0.0, before=None, may_shrink=True)
    assert before.scale.low <= 0.1, "until an epoch has ended, there is nothing else to show"
    after = picture(run(*first, ended(1)), "accuracy", log=False, weight=0.0, before=None, may_shrink=True)
    assert after.scale.low >= 0.7


def test_the_axis_of_many_epochs_grows_as_they_are_needed() -> None:
    data = CurveData()
    data.take(RunPrepared("CPU", True, 20_000, 10, 100, 10, 50, False))
    ends = []
    for epoch in (1, 40, 100, 6_000, 19_999):
        data.take(BatchesTrained(epoch, 0, np.ones(10, np.float32), {"loss": 1.0}, 1.0, 1.0))
        ends.append(data.end)
        assert data.end >= data.reached
    assert ends == [78.125, 78.125, 156.25, 10_000, 20_000]
    assert _of(80).end == 80, "all of a usual run is seen from its beginning"


def _of(epochs: int) -> CurveData:
    data = CurveData()
    data.take(RunPrepared("CPU", True, epochs, 10, 100, 10, 50, False))
    return data


@pytest.mark.parametrize("scaled", [linear, logarithmic])
def test_the_largest_numbers_there_are_have_a_scale(scaled: Callable[[float, float], Scale]) -> None:
    values = np.array([-1.7e308, 0.0, 1.7e308])
    found = extent([values], np.empty(0))
    assert found is not None
    scale = scaled(*found)
    assert scale.low < scale.high < np.inf
    assert scale.ticks


def plot(data: CurveData, metric: str) -> Picture:
    return picture(data, metric, log=False, weight=0.0, before=None, may_shrink=True)


def test_whoever_makes_the_first_steps_one_by_one_sees_each_of_them_closely() -> None:
    data = run(RunPaused(1, 0), epochs=100)
    ends = []
    for step in range(3):
        data.take(batches(1, [3.0 - step], first_step=step))
        data.take(RunPaused(1, step + 1))
        ends.append(data.end)
    assert ends == [4.0, 4.0, 4.0], "forty batches"
    (steps,) = plot(data, "loss").strokes
    assert (steps.dots, steps.x.tolist(), steps.y.tolist()) == (True, [0.1, 0.2, 0.3], [3.0, 2.0, 1.0])
    assert [end.text for end in plot(data, "loss").ends] == ["batch 1.00"]
    assert [end.text for end in plot(data, "accuracy").ends] == ["so far 50.0\u00a0%"]


def test_the_close_look_grows_and_is_given_up_when_there_are_many_batches_or_the_run_is_over() -> None:
    data, ends = run(RunPaused(1, 0), epochs=100), []
    data.take(RunResumed())
    for epoch in range(1, 18):
        data.take(batches(epoch, [1.0] * STEPS))
        data.take(ended(epoch))
        ends.append(data.end)
        assert [end.text for end in plot(data, "loss").ends] == ["train 1.00", "validation 1.10"]
    assert [ends[epoch - 1] for epoch in (1, 3, 4, 7, 16, 17)] == [4.0, 4.0, 8.0, 16.0, 32.0, 50.0]
    closely = run(RunPaused(1, 0), batches(1, [1.0]))
    closely.take(RunEnded("stopped", 0, None, False, 1.0, {}, part_steps=1))
    assert closely.end == 0.1


def test_more_epochs_that_never_rested_are_seen_from_afar() -> None:
    data = run(RunPaused(1, 0))
    for epoch in range(1, 6):
        data.take(batches(epoch, [1.0] * STEPS))
        data.take(ended(epoch))
    data.take(RunEnded("all_epochs", 5, None, False, 1.0, {}))
    data.take(replace(prepared(40), first_epoch=6))
    data.take(batches(6, [1.0]))
    assert data.end == 40.0


def test_a_run_that_never_rested_has_its_whole_axis_from_the_first() -> None:
    data = run(batches(1, [3.0]))
    assert data.end == 5.0
    shown = plot(data, "loss")
    assert [stroke.dots for stroke in shown.strokes] == [False]
    assert shown.ends == ()
