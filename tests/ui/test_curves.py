"""The Curves view on a screen."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from netbuilder.events import BatchesTrained, EpochEnded, RunEnded, RunPrepared
from netbuilder.ui import theme
from netbuilder.ui.curves import Curves
from netbuilder.ui.curves.canvas import Dots
from netbuilder.ui.curves.inks import Inks
from netbuilder.ui.curves.pace import LONGEST, SHORTEST, Pace
from netbuilder.ui.curves.picture import Stroke

STEPS = 20


@pytest.fixture
def curves(qtbot) -> Curves:
    made = Curves()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    return made


def start(curves: Curves, epochs: int = 5, *, penalty: bool = False) -> None:
    curves.show_event(RunPrepared("CPU", True, epochs, STEPS, 100, 10, 50, penalty))


def train(curves: Curves, epoch: int, loss: float = 1.0, **more: float) -> None:
    losses = np.full(STEPS, loss, np.float32)
    curves.show_event(BatchesTrained(epoch, 0, losses, {"loss": loss, "accuracy": 0.5}, 1e3, 1.0))
    metrics = {"loss": loss, "accuracy": 0.9, "val_loss": loss, "val_accuracy": 0.8} | more
    curves.show_event(EpochEnded(epoch, 1.0, metrics, 0.001, 1, epoch - 1))


def test_an_empty_view_says_how_to_fill_it(curves) -> None:
    assert "F5" in curves._empty.text()
    assert curves._empty.isVisible()
    start(curves)
    curves.draw()
    assert curves._empty.isVisible(), "a run without values has nothing to draw"


def test_a_plot_can_be_drawn_five_hundred_times(curves, qtbot) -> None:
    """PySide6 6.12.0 on Python 3.11 drops a reference to None at most calls and kills the process after some hundred."""
    start(curves, 500)
    for epoch in range(1, 501):
        train(curves, epoch, 1 / epoch)
        curves.draw()
        curves.repaint()
        if epoch % 50 == 0:
            curves.grab()
    assert len(curves._board._pictures["loss"].strokes) >= 3


def test_dots_far_beyond_the_picture_are_not_drawn(qtbot) -> None:
    dots = Dots("train", Inks(theme.LIGHT, 1.0))
    dots.show(Stroke("train", np.array([10.0, 20.0, 30.0]), np.array([10.0, 1.7e308, -1e9])))
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.translate(0.5, 0)
    dots.paint(painter)
    painter.end()
    assert picture.pixelColor(10, 10) != Qt.GlobalColor.white
    assert all(picture.pixelColor(20, y) == Qt.GlobalColor.white for y in range(40))


def test_drawing_waits_for_its_turn_and_stops_when_nothing_comes(curves, qtbot, monkeypatch) -> None:
    start(curves)
    train(curves, 1)
    qtbot.waitUntil(lambda: not curves._clock.isActive())
    drawn = []
    board = curves._board
    for plot in (board.loss_plot, board.metric_plot):
        monkeypatch.setattr(plot, "draw", lambda *_, plot=plot: drawn.append(plot))
    for epoch in range(2, 40):
        train(curves, epoch)
    assert drawn == []
    qtbot.waitUntil(lambda: not curves._clock.isActive())
    assert sorted(map(id, drawn)) == sorted(map(id, (board.loss_plot, board.metric_plot))), "each once, for 38 epochs"


def test_drawing_takes_its_share_of_the_cores_while_a_network_is_trained(monkeypatch) -> None:
    now = 100.0
    monkeypatch.setattr("netbuilder.ui.curves.pace.perf_counter", lambda: now)
    few, many = Pace(cores=2), Pace(cores=16)
    assert few.wait(training=True) == 0, "the first values are drawn at once"
    for pace in (few, many):
        pace.drawn(0.0008)
    assert few.wait(training=True) == 100, "2 ms with the painting are 1 % of what two cores have in 100 ms"
    assert many.wait(training=True) == SHORTEST
    assert few.wait(training=False) == SHORTEST
    few.drawn(0.05)
    assert few.wait(training=True) == LONGEST
    now += 0.125
    assert few.wait(training=True) == LONGEST - 125
    now += 0.125
    assert few.wait(training=True) == 0


def test_both_plots_are_drawn_in_one_turn(curves, qtbot, monkeypatch) -> None:
    start(curves)
    train(curves, 1)
    qtbot.waitUntil(lambda: not curves._clock.isActive())
    board, drawn = curves._board, []
    monkeypatch.setattr(board.loss_plot, "draw", lambda *_: drawn.append("loss"))
    monkeypatch.setattr(board.metric_plot, "draw", lambda *_: drawn.append("metric"))
    for epoch in range(2, 4):
        train(curves, epoch)
        curves._tick()
    curves._tick()
    assert drawn == 2 * ["loss", "metric"], "and not at all without anything new"


def test_curves_move_at_least_six_times_a_second_while_a_network_is_trained() -> None:
    slow_screen = Pace(cores=1)
    slow_screen.drawn(1.0)
    assert 1000 / slow_screen.wait(training=True) > 6
    assert 20 <= 1000 / SHORTEST <= 30


def test_nothing_is_painted_anew_that_did_not_change(curves, monkeypatch) -> None:
    start(curves)
    train(curves, 1)
    train(curves, 2)
    curves.draw()
    plot, touched = curves._board.loss_plot, []
    monkeypatch.setattr(plot._box, "setRange", lambda **_: touched.append("range"))
    canvas = plot._canvas
    assert canvas.dots
    for item in (*canvas.curves, canvas.grid, canvas._best):
        monkeypatch.setattr(item, "setData", lambda *_, item=item, **__: touched.append(item))
    for dots in canvas.dots.values():
        monkeypatch.setattr(dots, "show", lambda _, dots=dots: touched.append(dots))
    painted, said = [], {id(words): words.setText for words in plot._words.items}
    for words in plot._words.items:
        monkeypatch.setattr(words, "setText", lambda text, words=words: said[id(words)](text) or touched.append(words))
    curves.repaint()
    QApplication.processEvents()
    monkeypatch.setattr(canvas, "update", lambda: painted.append(canvas))
    curves.draw()
    assert touched == painted == []
    losses = np.full(STEPS // 2, 0.99, np.float32)
    curves.show_event(BatchesTrained(3, 0, losses, {"loss": 0.99, "accuracy": 0.5}, 1e3, 1.0))
    curves.draw()
    assert touched == [canvas.curves[0]], "only the line of batches has grown"
    assert painted


def test_a_long_validation_line_is_dashed_too(curves) -> None:
    start(curves, 400)
    for epoch in range(1, 401):
        train(curves, epoch, 1 / epoch)
    curves.draw()
    plot = curves._board.loss_plot
    drawn = {stroke.role: curve for stroke, curve in zip(plot._canvas.strokes, plot._canvas.curves, strict=False)}
    joined = drawn["validation"].opts["connect"]
    assert 0.5 < joined.mean() < 0.75
    assert isinstance(drawn["train"].opts["connect"], str), "the train line has no gaps"


def test_a_hidden_view_keeps_values_and_draws_when_it_is_shown(curves, qtbot) -> None:
    curves.hide()
    qtbot.waitUntil(lambda: not curves._clock.isActive())
    start(curves)
    train(curves, 1)
    assert not curves._clock.isActive()
    curves.show()
    qtbot.waitUntil(lambda: curves._board is not None and "loss" in curves._board._pictures)


def test_losses_that_are_not_finite_are_marked_and_do_not_stop_the_drawing(curves) -> None:
    start(curves)
    train(curves, 1)
    train(curves, 2, np.nan)
    train(curves, 3, np.inf)
    curves.draw()
    curves.grab()
    assert "epoch 2, batch 1" in curves._board.loss_plot._marks.broken_words


def test_a_run_that_is_not_finite_from_the_start_is_drawn(curves) -> None:
    start(curves)
    train(curves, 1, np.nan)
    for log in (False, True):
        curves.tools.log.setChecked(log)
        curves.draw()
        curves.grab()
    assert curves.data.broken_at == pytest.approx(1 / STEPS)


def test_both_plots_have_the_same_epoch_axis(curves, qtbot) -> None:
    start(curves)
    for epoch in (1, 2, 3):
        train(curves, epoch)
    curves.draw()
    qtbot.wait(1)
    board = curves._board
    for place in (0.0, 2.5, 5.0):
        assert board.loss_plot.place_of(place) == pytest.approx(board.metric_plot.place_of(place), abs=0.5)
    curves.show_event(RunEnded("stopped", 3, 1, restored_best=True, seconds=3.0, test={}))
    curves.draw()
    start_, end = board.loss_plot._box.viewRange()[0]
    assert start_ == 0
    assert 3 < end < 3 + board.loss_plot.epochs_in(8), "the dots at the end of the last epoch are seen whole"


def test_several_metrics_are_chosen_from_and_one_is_named(curves) -> None:
    start(curves)
    train(curves, 1)
    curves.draw()
    board = curves._board
    assert not board.chooser.isVisible()
    assert board._title.text() == "Accuracy"
    train(curves, 2, mae=0.4, val_mae=0.5)
    curves.draw()
    assert board.chooser.isVisible()
    board.chooser.setCurrentIndex(board.chooser.findData("mae"))
    assert [end.text for end in board.metric_plot._ends] == ["train 0.400", "validation 0.500"]


def test_a_run_without_metrics_shows_the_loss_alone(curves) -> None:
    start(curves)
    curves.show_event(EpochEnded(1, 1.0, {"loss": 1.0}, 0.001, None, 0))
    curves.draw()
    assert not curves._board.metric_plot.isVisible()


def test_the_arrow_keys_move_the_cross_hair_from_epoch_to_epoch(curves, qtbot) -> None:
    start(curves)
    for epoch in (1, 2, 3):
        train(curves, epoch, 1 / epoch)
    curves.draw()
    board = curves._board
    qtbot.keyClick(board, Qt.Key.Key_Left)
    assert board.accessibleDescription().startswith("epoch 3, train 0.33333")
    qtbot.keyClick(board, Qt.Key.Key_Left)
    assert board.accessibleDescription().startswith("epoch 2, train 0.50000")
    assert board._hint.isVisible()
    assert board.rect().contains(board._hint.geometry())
    qtbot.keyClick(board, Qt.Key.Key_Escape)
    assert not board._hint.isVisible()


def test_the_mouse_moves_the_cross_hair_through_both_plots(curves, qtbot) -> None:
    start(curves)
    train(curves, 1)
    train(curves, 2)
    curves.draw()
    board = curves._board
    where = board.loss_plot._box.mapViewToScene(QPointF(1.06, 1.0))
    board.loss_plot._moved(where)
    assert board._place == 1.0, "it is drawn to the end of an epoch"
    assert board.loss_plot._hover.value() == board.metric_plot._hover.value() == 1.0


def test_words_at_the_ends_of_lines_do_not_cover_one_another(curves) -> None:
    start(curves, penalty=True)
    train(curves, 1, 0.5, penalty=0.49, data_loss=0.01, accuracy=1.0, val_accuracy=0.999)
    curves.draw()
    for plot, count in ((curves._board.loss_plot, 3), (curves._board.metric_plot, 2)):
        heights = sorted(words.y() for words in plot._words.items if words.isVisible())
        assert len(heights) == count
        assert min(np.diff(heights)) >= 15.9
        assert heights[0] >= plot._box.sceneBoundingRect().top() - 8.5


@pytest.mark.parametrize("width", [360, 420, 640, 1000])
@pytest.mark.parametrize("best", [2, 10, 14, 16, 20])
def test_the_words_of_a_mark_do_not_lie_over_its_line(curves, width, best) -> None:
    curves.resize(width, 480)
    start(curves, 20)
    for epoch in range(1, 21):
        train(curves, epoch, val_loss=0.118 if epoch == best else 0.5)
    curves.draw()
    plot = curves._board.loss_plot
    line = plot.place_of(best)
    (words,) = (one for one in plot._words.items if one.isVisible() and one.text().startswith("lowest"))
    frame = words.mapRectToScene(words.boundingRect())
    assert frame.left() == pytest.approx(line + 6) or frame.right() == pytest.approx(line - 6)
    assert frame.left() >= plot._box.sceneBoundingRect().left()
    assert frame.right() <= plot.width()


def test_words_too_long_for_a_narrow_plot_are_broken_in_their_middle(curves) -> None:
    curves.resize(385, 480)
    start(curves, 20)
    for epoch in range(1, 21):
        train(curves, epoch, loss=float("nan") if epoch > 13 else 1.0, val_loss=0.118 if epoch == 12 else 0.5)
    curves.draw()
    said = [one for one in curves._board.loss_plot._words.items if one.isVisible() and "\n" in one.text()]
    assert [one.text() for one in said] == [
        "lowest · epoch 12\nval loss 0.118",
        "not a finite number from\nepoch 14, batch 1 on",
    ]
    assert said[1].y() - said[0].y() >= said[0].boundingRect().height()


def test_colours_follow_the_theme_at_once(curves, qapp: QApplication) -> None:
    start(curves)
    train(curves, 1)
    curves.draw()
    curves.setPalette(theme.palette_of(theme.DARK))
    assert curves._board.loss_plot._inks.colours == theme.DARK
    assert curves.grab().toImage().pixelColor(200, 470).lightness() < 60
    curves.setPalette(theme.palette_of(theme.LIGHT))
    assert curves._board.loss_plot._inks.colours == theme.LIGHT


def test_a_picture_is_saved_in_twice_its_size(curves, qtbot, tmp_path: Path) -> None:
    start(curves)
    train(curves, 1)
    with qtbot.waitSignal(curves.saved):
        curves.save_picture(tmp_path / "run.png")
    saved = QImage(str(tmp_path / "run.png"))
    assert saved.width() >= 2 * curves._board.width()
    # Something blue was drawn in it.
    blue = QImage(saved).convertToFormat(QImage.Format.Format_RGB32)
    colours = {blue.pixelColor(x, y).name() for x in range(0, blue.width(), 3) for y in range(0, blue.height(), 3)}
    assert len(colours) > 5


def test_values_are_saved_as_tables(curves, tmp_path: Path) -> None:
    start(curves)
    train(curves, 1, 0.25)
    curves.save_epochs(tmp_path / "epochs.csv")
    curves.save_batches(tmp_path / "batches.csv")
    assert next(csv.DictReader((tmp_path / "epochs.csv").read_text().splitlines()))["val_loss"] == "0.25"
    assert len((tmp_path / "batches.csv").read_text().splitlines()) == 1 + STEPS


def test_a_file_that_cannot_be_written_is_said(curves, qtbot, tmp_path: Path) -> None:
    start(curves)
    train(curves, 1)
    with qtbot.waitSignal(curves.failed) as said:
        curves.save_epochs(tmp_path / "nowhere" / "epochs.csv")
    assert "epochs.csv" in said.args[0]


def test_clearing_brings_the_empty_view_back(curves) -> None:
    start(curves)
    train(curves, 1)
    curves.draw()
    curves.clear()
    assert curves._empty.isVisible()
    assert not curves._board.isVisible()


def test_everything_that_takes_focus_has_a_name(curves) -> None:
    start(curves)
    train(curves, 1, mae=0.3)
    curves.draw()
    widgets = [w for w in curves.findChildren(type(curves).__mro__[1]) if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    nameless = [
        w for w in widgets if w.isVisible() and not w.accessibleName() and type(w).__module__.startswith("netb")
    ]
    assert nameless == []
    assert curves.tools.log.accessibleName()
    assert curves.tools.smooth.accessibleName()


def test_pyqtgraph_is_not_imported_before_the_view_is_shown() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from netbuilder.ui.curves import Curves; c = Curves();"
        "sys.exit('pyqtgraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_plots_are_made_soon_after_the_first_picture_without_being_asked_for(curves, qtbot) -> None:
    qtbot.waitUntil(lambda: curves.ready)
    start(curves)
    train(curves, 1)
    curves.draw()
    assert "loss" in curves._board._pictures


def test_the_line_of_batches_is_the_fainter_the_denser_it_lies(curves) -> None:
    def alpha() -> int:
        curves.draw()
        plot = curves._board.loss_plot
        drawn = zip(plot._canvas.strokes, plot._canvas.curves, strict=False)
        return next(curve.opts["pen"].color().alpha() for stroke, curve in drawn if stroke.role == "steps")

    start(curves)
    train(curves, 1)
    sparse = alpha()
    for epoch in range(2, 500):
        curves.data.take(BatchesTrained(epoch, 0, np.ones(STEPS, np.float32), {}, 1e3, 1.0))
    assert alpha() < sparse / 2


def test_an_empty_view_says_what_to_look_at(curves) -> None:
    curves.invite(("Look at the loss.", "Then draw."))
    assert "F5" in curves._empty.text()
    assert "Look at the loss." in curves._empty.text()
    curves.expect(run=True)
    assert "F5" not in curves._empty.text()
    assert "Look at the loss." in curves._empty.text()
    curves.expect(run=False)
    assert "F5" in curves._empty.text()


def test_a_narrow_plot_has_room_for_the_numbers_of_its_epochs(curves, qtbot) -> None:
    start(curves, 3500)
    train(curves, 1)
    curves.draw()
    qtbot.wait(1)
    wide = curves._board.metric_plot._axes["bottom"]._tickLevels[0]
    curves.resize(420, 480)
    qtbot.wait(1)
    narrow = curves._board.metric_plot._axes["bottom"]._tickLevels[0]
    assert 2 <= len(narrow) < len(wide)
