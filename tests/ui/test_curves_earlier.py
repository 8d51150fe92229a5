"""Earlier runs under the live one: their lines, their inks, their values beside the cross-hair."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from netbuilder.events import BatchesTrained, EpochEnded, Event, RunEnded, RunPrepared
from netbuilder.ui import theme
from netbuilder.ui.curves import Curves
from netbuilder.ui.curves.earlier import MOST_POINTS, Earlier, lay_under
from netbuilder.ui.curves.inks import EARLIER, in_pieces
from netbuilder.ui.curves.points import CurveData
from netbuilder.ui.curves.reading import reading

STEPS = 10


def events(losses: list[float], **more: float) -> list[Event]:
    told: list[Event] = [RunPrepared("CPU", True, len(losses), STEPS, 100, 10, 50, False)]
    for epoch, loss in enumerate(losses, start=1):
        told.append(BatchesTrained(epoch, 0, np.full(STEPS, loss, np.float32), {"accuracy": 0.5}, 1e3, 1.0))
        told.append(EpochEnded(epoch, 1.0, {"loss": loss, "accuracy": 0.9, **more}, 0.001, None, 0))
    return [*told, RunEnded("all_epochs", len(losses), None, False, 1.0, {})]


def earlier(losses: list[float], name: str = "baseline", ink: int = 0, **more: float) -> Earlier:
    data = CurveData()
    for event in events(losses, **more):
        data.take(event)
    return Earlier(name, ink, data)


@pytest.fixture
def curves(qtbot) -> Curves:
    made = Curves()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    return made


def said(curves: Curves, which: str = "loss_plot") -> list[str]:
    return [item.text() for item in getattr(curves._board, which)._words.items if item.isVisible()]


def drawn_end(curves: Curves) -> float:
    return curves._board.loss_plot._end


def test_an_earlier_run_is_drawn_by_its_validation_where_it_had_one() -> None:
    (with_it,) = lay_under([earlier([3.0, 2.0], val_loss=5.0)], "loss", log=False, weight=0.0)
    (without,) = lay_under([earlier([3.0, 2.0])], "loss", log=False, weight=0.0)
    assert with_it.stroke.y.tolist() == [5.0, 5.0]
    assert without.stroke.y.tolist() == [3.0, 2.0]
    assert without.stroke.x.tolist() == [1.0, 2.0]


def test_a_run_without_the_metric_has_no_line_in_its_plot() -> None:
    assert lay_under([earlier([1.0])], "auc", log=False, weight=0.0) == ()


def test_a_run_that_ended_in_its_first_epoch_is_drawn_by_its_batches() -> None:
    data = CurveData()
    data.take(RunPrepared("CPU", True, 5, STEPS, 100, 10, 50, False))
    data.take(BatchesTrained(1, 0, np.array([3, 2, 1], np.float32), {}, 1e3, 1.0))
    (line,) = lay_under([Earlier("short", 0, data)], "loss", log=False, weight=0.0)
    assert line.stroke.x.tolist() == pytest.approx([0.1, 0.2, 0.3])
    assert line.stroke.y.tolist() == [3, 2, 1]


def test_a_long_run_has_few_points_and_keeps_its_last_place() -> None:
    run = earlier(np.linspace(2, 1, 10_000).tolist())
    (line,) = lay_under([run], "loss", log=False, weight=0.0)
    assert line.stroke.x.size <= MOST_POINTS + 1
    assert not in_pieces(line.stroke), "Qt dashes it by itself"
    assert line.stroke.x[-1] == 10_000
    assert line.end.text == "baseline 1.00"


def test_a_loss_that_broke_ends_its_line_at_the_last_number() -> None:
    (line,) = lay_under([earlier([2.0, 1.5, np.nan])], "loss", log=False, weight=0.0)
    assert (line.end.place, line.end.height) == (2.0, 1.5)


def test_on_a_logarithmic_axis_an_earlier_run_has_its_powers_of_ten() -> None:
    (line,) = lay_under([earlier([100.0, 0.1])], "loss", log=True, weight=0.0)
    assert line.stroke.y.tolist() == pytest.approx([2.0, -1.0])


def test_earlier_runs_fill_an_empty_view_and_leave_it_again(curves) -> None:
    curves.lay_under([earlier([3.0, 2.0, 1.0])])
    curves.draw()
    assert not curves._empty.isVisible()
    assert said(curves) == ["baseline 1.00"]
    assert said(curves, "metric_plot") == ["baseline 90.0\N{NO-BREAK SPACE}%"]
    assert drawn_end(curves) == 3.0
    curves.lay_under([])
    curves.draw()
    assert curves._empty.isVisible()


def test_the_axes_hold_the_live_run_and_the_earlier_ones(curves) -> None:
    for event in events([1.0, 0.9]):
        curves.show_event(event)
    curves.draw()
    assert drawn_end(curves) == 2.0
    curves.lay_under([earlier([9.0] * 7)])
    curves.draw()
    assert drawn_end(curves) == 7.0
    assert curves._board.loss_plot._scale.high >= 9.0
    assert "train 0.900" in said(curves)
    curves.lay_under([])
    curves.draw()
    assert drawn_end(curves) == 2.0
    assert curves._board.loss_plot._scale.high < 9.0


def test_the_lines_of_earlier_runs_are_not_worked_out_again_while_a_run_goes_on(curves, monkeypatch) -> None:
    from netbuilder.ui.curves import board

    worked = []
    real = board.lay_under
    monkeypatch.setattr(board, "lay_under", lambda *given, **how: worked.append(given) or real(*given, **how))
    curves.lay_under([earlier([3.0, 2.0])])
    for event in events([1.0] * 5)[:-1]:
        curves.show_event(event)
        curves.draw()
    assert len(worked) == 2, "once for each plot"


def test_the_cross_hair_says_what_earlier_runs_had_reached() -> None:
    live = CurveData()
    for event in events([1.0, 0.9]):
        live.take(event)
    run = earlier([3.0, 2.0, 1.5], "wide", 2, val_accuracy=0.75)
    found = reading(live, 2.0, "accuracy", earlier=[run])
    assert "wide 2.0000 75.000\N{NO-BREAK SPACE}% val" in found.sentence
    beyond = reading(live, 2.8, "accuracy", earlier=[run])
    assert (beyond.epoch, beyond.place, beyond.loss) == (3, 3.0, ())
    assert beyond.earlier[0].loss == "1.5000"


def test_the_arrow_keys_reach_earlier_runs_without_a_live_one(curves, qtbot) -> None:
    from PySide6.QtCore import Qt

    curves.lay_under([earlier([3.0, 2.0])])
    curves.draw()
    qtbot.keyClick(curves._board, Qt.Key.Key_Left)
    assert curves._board._hint.isVisible()
    assert "baseline" in curves._board._hint.text()
    assert "2.0000" in curves._board.accessibleDescription()


def test_no_two_earlier_runs_look_alike_even_without_colours() -> None:
    assert all(one[2] != other[2] for one, other in combinations(EARLIER, 2))


def luminance(colour: str) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in QColor(colour).getRgbF()]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("ink", range(len(EARLIER)))
@pytest.mark.parametrize("place, colours", [(0, theme.LIGHT), (1, theme.DARK)])
def test_the_inks_of_earlier_runs_can_be_read(ink: int, place: int, colours: theme.Colours) -> None:
    for ground in (colours.surface, colours.raised, colours.accent_soft):
        pair = sorted((luminance(EARLIER[ink][place]), luminance(ground)))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


def test_pointing_at_a_run_that_came_to_nothing_is_harmless(curves) -> None:
    """Its axis is so short that the end of the first epoch lies 10¹¹ pixels beyond the plot."""
    curves.lay_under([Earlier("stopped at once", 0, CurveData())])
    curves.draw()
    board = curves._board
    board._hover(0.0)
    assert board.rect().contains(board._hint.geometry())
