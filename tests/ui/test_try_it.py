"""Trying a network by hand: which view is shown, what it asks, how it shows the answer."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from netbuilder.spec.facts import DataFacts
from netbuilder.ui import theme
from netbuilder.ui.numbers import SPACE
from netbuilder.ui.try_it import Column, TryIt
from netbuilder.ui.try_it.answer import answer
from netbuilder.ui.try_it.ground import grid, painted
from netbuilder.ui.try_it.pace import Pace
from netbuilder.ui.try_it.picture_form import PictureForm
from netbuilder.ui.try_it.plane_form import PlaneForm
from netbuilder.ui.try_it.symbols import symbol
from netbuilder.ui.try_it.table_form import MOST, TableForm

DIGITS = DataFacts((28, 28), tuple("0123456789"), 1, (), 100, 10, 10, True, (0.0, 255.0))
CANCER = DataFacts((30,), ("malignant", "benign"), 1, tuple("abc"), 100, 10, 10, False, (0.0, 100.0))
MOONS = DataFacts((2,), ("inner", "outer"), 1, ("x", "y"), 100, 10, 10, False, (-1.0, 2.0))
HOUSES = DataFacts((3,), (), 1, ("rooms", "age", "tax"), 100, 10, 10, False, (0.0, 100.0))
PLANE = (Column("x", -1.0, 2.0, 0.5), Column("y", -0.5, 1.0, 0.25))


def columns(count: int) -> list[Column]:
    return [Column(f"column {n}", float(n), n + 10.0, n + 4.0) for n in range(count)]


@pytest.fixture
def try_it(qtbot) -> TryIt:
    made = TryIt()
    qtbot.addWidget(made)
    made.resize(340, 420)
    made.show()
    return made


@pytest.fixture
def asked(try_it) -> list[np.ndarray]:
    questions: list[np.ndarray] = []
    try_it.asked.connect(questions.append)
    return questions


def stroke(try_it: TryIt) -> None:
    pad = try_it.form.pad
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(60, 30))
    QTest.mouseMove(pad, QPoint(60, 120))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(60, 120))


@pytest.mark.parametrize(
    "facts, known, form",
    [(DIGITS, (), PictureForm), (MOONS, PLANE, PlaneForm), (CANCER, columns(30), TableForm), (HOUSES, (), TableForm)],
    ids=["pictures", "plane", "table", "table of unknown columns"],
)
def test_the_data_choose_the_view(try_it, facts, known, form) -> None:
    assert try_it._empty.isVisible()
    try_it.show_facts(facts, known)
    assert isinstance(try_it.form, form)
    assert try_it.form.isVisible()
    assert not try_it._empty.isVisible()
    try_it.show_facts(None)
    assert try_it._empty.isVisible()


def test_a_stroke_asks_at_once_and_its_end_is_asked_for_certain(try_it, asked, qtbot) -> None:
    try_it.show_facts(DIGITS)
    pad = try_it.form.pad
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(60, 30))
    assert len(asked) == 1
    for row in range(30, 130, 2):
        QTest.mouseMove(pad, QPoint(60, row))
    qtbot.waitUntil(lambda: not try_it.form._pace._later.isActive())
    assert asked[-1].shape == (28, 28)
    assert asked[-1].dtype == np.uint8
    from netbuilder.data.drawing import prepare

    assert np.array_equal(asked[-1], prepare(pad.ink))


def test_many_changes_make_few_questions(qtbot, qapp) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    pace = Pace(owner, pause=60_000)  # none of the questions comes after it, however slow the machine is
    said: list[bool] = []
    pace.due.connect(lambda: said.append(True))
    for _ in range(100):
        pace.ask()
    assert len(said) == 1
    assert pace._later.isActive()
    pace._later.start(0)
    qtbot.waitUntil(lambda: len(said) == 2)
    assert not pace._later.isActive()


def test_the_answer_is_large_and_has_a_bar_for_each_class(try_it) -> None:
    try_it.show_facts(DIGITS)
    stroke(try_it)
    outputs = np.full(10, 0.005, np.float32)
    outputs[7] = 0.955
    try_it.show_answer(outputs)
    view = try_it.form.answer
    assert (view.headline.text, view.headline.detail) == ("7", f"95.5{SPACE}%")
    assert len(view.bars.choices) == 10
    assert view.bars.best == 7
    assert view.accessibleDescription() == f"7, 95.5{SPACE}%"


@pytest.mark.parametrize("height", [320, 340, 380, 500])
def test_ten_bars_stand_closer_together_before_any_is_out_of_sight(try_it, height) -> None:
    try_it.show_facts(DIGITS)
    try_it.show_state("The network is untrained: press Train (F5).")
    try_it.resize(try_it.minimumSizeHint().width(), height)
    QApplication.processEvents()
    bars = try_it.form.answer.bars
    assert bars.visibleRegion().boundingRect().height() == bars.height()
    assert 12 <= bars.row <= 17
    assert bars.width() >= 110, "what is left of it for the bars themselves can be read"


def test_the_best_of_many_classes_is_in_sight(try_it) -> None:
    names = tuple(f"class {number}" for number in range(60))
    try_it.show_facts(replace(DIGITS, classes=names))
    stroke(try_it)
    outputs = np.zeros(60, np.float32)
    outputs[41] = 1
    try_it.show_answer(outputs)
    bars = try_it.form.answer.bars
    assert bars.row == 17
    assert bars.visibleRegion().boundingRect().contains(5, 41 * 17 + 8)


def test_an_answer_after_clearing_is_dropped(try_it, asked, qtbot) -> None:
    try_it.show_facts(DIGITS)
    stroke(try_it)
    qtbot.wait(30)
    try_it.form.clear.click()
    before = len(asked)
    try_it.show_answer(np.full(10, 0.1, np.float32))
    assert try_it.form.answer.headline.text == "–"
    qtbot.wait(40)
    assert len(asked) == before, "nothing is asked about an empty pad"


def test_an_empty_pad_invites_to_what_the_data_hold(try_it) -> None:
    try_it.show_facts(DIGITS)
    assert try_it.form.pad._invitation == "Draw a digit"
    shirts = DataFacts((28, 28), ("shirt", "bag"), 1, (), 100, 10, 10, True, (0.0, 255.0))
    try_it.show_facts(shirts)
    assert try_it.form.pad._invitation == "Draw here"


def test_the_state_is_said_inline_until_it_is_past(try_it) -> None:
    try_it.show_facts(DIGITS)
    try_it.show_state("The network is untrained.")
    assert try_it._state.isVisible()
    assert try_it._state.text() == "The network is untrained."
    try_it.show_state("")
    assert not try_it._state.isVisible()


def test_a_picture_that_is_refused_is_said_inline_until_the_next_stroke(try_it) -> None:
    try_it.show_facts(DIGITS)
    try_it.form.pad.refused.emit("That is no picture.")
    assert try_it._problem.isVisible()
    stroke(try_it)
    assert not try_it._problem.isVisible()


def test_an_example_of_the_data_can_be_put_on_the_pad(try_it, asked, qtbot) -> None:
    try_it.show_facts(DIGITS)
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 13:16] = 255
    try_it.put(picture)
    qtbot.waitUntil(lambda: bool(asked))
    assert np.abs(asked[-1].astype(int) - picture).mean() < 6


def test_a_table_starts_at_the_means(try_it, asked) -> None:
    try_it.show_facts(CANCER, columns(30))
    try_it.ask()
    assert asked[-1].dtype == np.float32
    assert asked[-1].tolist() == pytest.approx([n + 4.0 for n in range(30)])


def test_slider_and_field_follow_one_another_and_ask(try_it, asked, qtbot) -> None:
    try_it.show_facts(CANCER, columns(30))
    entry = try_it.form.entries[3]
    entry.field.setValue(13.0)
    assert asked[-1][3] == pytest.approx(13.0)
    assert entry.slider.value() == pytest.approx(1000 * 11 / 12, abs=1)
    entry.slider.setValue(0)
    assert entry.field.value() == pytest.approx(2.0)
    qtbot.waitUntil(lambda: bool(asked[-1][3] == pytest.approx(2.0)))
    try_it.form.means.click()
    qtbot.waitUntil(lambda: bool(asked[-1][3] == pytest.approx(7.0)))


def test_a_column_can_be_tried_a_little_beyond_its_examples() -> None:
    assert Column("a", 0.0, 10.0, 5.0).reach == (-1.0, 11.0)
    low, high = Column("same everywhere", 3.0, 3.0, 3.0).reach
    assert low < 3 < high


@pytest.mark.parametrize("low, high, decimals", [(0, 1000, 0), (0, 10, 1), (0.0, 0.01, 4), (0, 1e-9, 6)])
def test_a_field_tells_a_thousandth_of_its_range_apart(low, high, decimals) -> None:
    assert Column("a", low, high, low).decimals == decimals


def test_a_table_of_very_many_columns_shows_some_and_says_so(try_it, asked) -> None:
    wide = DataFacts((300,), ("a", "b"), 1, (), 100, 10, 10, False, (0.0, 1.0))
    try_it.show_facts(wide)
    assert len(try_it.form.entries) == MOST
    try_it.ask()
    assert asked[-1].shape == (300,)


def test_one_sigmoid_output_is_read_as_two_classes() -> None:
    said = answer(np.array([0.873], np.float32), CANCER)
    assert said.headline == "benign"
    assert [choice.text.replace(SPACE, " ") for choice in said.choices] == ["12.7 %", "87.3 %"]
    assert answer(np.array([0.1], np.float32), CANCER).headline == "malignant"


def test_a_regression_says_the_number_and_what_it_is() -> None:
    said = answer(np.array([152.34], np.float32), HOUSES, ("price",))
    assert (said.headline, said.detail, said.choices) == ("152.3", "price", ())
    several = answer(np.array([1.0, 2.0], np.float32), HOUSES)
    assert [(choice.name, choice.text) for choice in several.choices] == [("target 1", "1.000"), ("target 2", "2.000")]


def test_outputs_that_are_no_probabilities_are_not_called_percent() -> None:
    said = answer(np.array([-3.0, 8.0], np.float32), CANCER)
    assert (said.headline, said.detail) == ("benign", "8.00")
    assert [choice.share for choice in said.choices] == [0.0, 1.0]


@pytest.mark.parametrize("outputs", [[np.nan, 0.5], [np.inf, 0.0], []])
def test_an_output_that_is_not_finite_is_said_and_not_shown(outputs) -> None:
    said = answer(np.array(outputs, np.float32), CANCER)
    assert said.best is None
    assert "not a number" in said.detail


def test_the_plane_asks_where_its_probe_is_put(try_it, asked, qtbot) -> None:
    try_it.show_facts(MOONS, PLANE)
    plane = try_it.form.plane
    middle = plane._frame().center().toPoint()
    QTest.mouseClick(plane, Qt.MouseButton.LeftButton, pos=middle)
    assert asked[-1] == pytest.approx([0.5, 0.25], abs=0.02)
    qtbot.wait(30)
    qtbot.keyClick(plane, Qt.Key.Key_Right)
    assert asked[-1][0] == pytest.approx(0.5 + 0.02 * 3.6, abs=0.02)
    for _ in range(80):
        qtbot.keyClick(plane, Qt.Key.Key_Up)
    assert plane.probe[1] == pytest.approx(1.15), "the probe stays inside"


def test_the_ground_of_the_plane_is_asked_as_a_grid_from_its_top_left(try_it) -> None:
    grids: list[np.ndarray] = []
    try_it.field_asked.connect(grids.append)
    try_it.show_facts(MOONS, PLANE)
    try_it.ask()
    points = grids[0]
    assert points.shape == (6400, 2)
    assert points[0] == pytest.approx([-1.3 + 3.6 / 160, 1.15 - 1.8 / 160], abs=1e-5)
    assert points[1][0] > points[0][0]
    assert points[-1][1] < points[0][1]


def test_the_ground_shows_the_answer_where_it_was_given(try_it) -> None:
    try_it.show_facts(MOONS, PLANE)
    plane = try_it.form.plane
    points = grid(plane.low, plane.high)
    try_it.show_field((points[:, :1] > 0.5).astype(np.float32))
    image = plane.grab().toImage()
    ratio = image.devicePixelRatio()
    left, right = image.pixelColor(int(30 * ratio), 60), image.pixelColor(int((plane.width() - 30) * ratio), 60)
    assert left.blue() > left.red()
    assert right.red() > right.blue()


def test_a_new_answer_does_not_paint_the_examples_of_the_plane_again(try_it, monkeypatch) -> None:
    try_it.show_facts(MOONS, PLANE)
    plane, painted = try_it.form.plane, []
    paint = plane._paint_examples
    monkeypatch.setattr(plane, "_paint_examples", lambda *given: painted.append(True) or paint(*given))
    try_it.show_examples(np.random.default_rng(0).random((50, 2)), np.zeros(50))
    for share in (0.2, 0.4, 0.6):
        try_it.show_field(np.full((6400, 1), share, np.float32))
        plane.grab()
    assert len(painted) == 1
    try_it.show_examples(np.random.default_rng(1).random((50, 2)), np.zeros(50))
    plane.grab()
    assert len(painted) == 2


def test_a_surer_answer_has_a_stronger_colour() -> None:
    outputs = np.full((6400, 1), 0.55, np.float32)
    outputs[0] = 0.99
    colours = painted(outputs, MOONS, theme.LIGHT).reshape(-1, 3).astype(int)
    paper = np.array([255, 255, 255])
    assert np.abs(colours[0] - paper).sum() > np.abs(colours[1] - paper).sum()


def test_classes_differ_in_symbols_too() -> None:
    outlines = {
        tuple((e.x, e.y) for e in map(path.elementAt, range(path.elementCount()))) for path in map(symbol, range(8))
    }
    assert len(outlines) == 8


def test_examples_of_the_plane_are_drawn_with_at_most_two_thousand_symbols(try_it) -> None:
    try_it.show_facts(MOONS, PLANE)
    try_it.show_examples(np.zeros((100_000, 2)), np.zeros(100_000, int))
    assert len(try_it.form.plane._points) <= 2000
    try_it.grab()


def test_many_classes_scroll_and_the_best_stays_in_sight(try_it) -> None:
    letters = DataFacts((28, 28), tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 1, (), 100, 10, 10, True, (0.0, 255.0))
    try_it.show_facts(letters)
    QTest.qWait(1)
    stroke(try_it)
    outputs = np.zeros(26, np.float32)
    outputs[25] = 1.0
    try_it.show_answer(outputs)
    view = try_it.form.answer
    assert view._scroll.verticalScrollBar().value() > 0
    assert view._scroll.focusPolicy() != Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize("height", [300, 420, 700])
@pytest.mark.parametrize("facts, known", [(DIGITS, ()), (MOONS, PLANE), (CANCER, columns(30))])
def test_it_fits_a_narrow_dock(try_it, facts, known, height) -> None:
    try_it.show_facts(facts, known)
    try_it.resize(340, height)
    QTest.qWait(1)
    assert (try_it.width(), try_it.height()) == (340, height)
    for child in try_it.form.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if child.isVisible() and not child.isWindow():
            assert try_it.form.rect().contains(child.geometry()), child


@pytest.mark.parametrize("facts, known", [(DIGITS, ()), (MOONS, PLANE), (CANCER, columns(30))])
def test_everything_that_takes_focus_has_a_name(try_it, facts, known) -> None:
    try_it.show_facts(facts, known)
    takers = [w for w in try_it.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert takers
    nameless = [w for w in takers if not w.accessibleName() and not getattr(w, "text", str)()]
    assert nameless == []


def test_colours_follow_the_theme_at_once(try_it, qtbot) -> None:
    try_it.show_facts(MOONS, PLANE)
    try_it.show_state("The network is untrained.")
    QTest.qWait(1)
    try_it.form.plane.grab()
    try_it.setPalette(theme.palette_of(theme.DARK))
    assert try_it._state._worn == theme.DARK
    assert try_it._state.palette().windowText().color().name().upper() == theme.DARK.warning
    QTest.qWait(1)
    try_it.form.plane.grab()
    assert try_it.form.plane._back_in == theme.DARK


@pytest.mark.parametrize("size", [(284, 180), (284, 330), (316, 354), (340, 420), (420, 700)])
@pytest.mark.parametrize("state", ["", "Edited since it was trained: the answers are those of the network before."])
def test_nothing_of_the_pad_is_cut_or_covered_at_any_size(try_it, qtbot, size, state) -> None:
    try_it.show_facts(DIGITS)
    try_it.show_state(state)
    try_it.resize(*size)
    QApplication.processEvents()
    form = try_it.form
    assert form.clear.width() >= form.clear.sizeHint().width()
    parts = [form.pad, form.clear, form.undo, form.width_of_pen, form.answer, form.seen, form._explanation]
    places = [QRect(part.mapTo(form, QPoint(0, 0)), part.size()) for part in parts]
    assert all(form.rect().contains(place) for place in places)
    assert not any(one.intersects(other) for one, other in combinations(places, 2))


def test_the_pad_does_not_move_when_the_network_s_state_is_said(try_it) -> None:
    try_it.show_facts(DIGITS)
    try_it.show_state("The network is untrained: press Train (F5).")
    QApplication.processEvents()
    before = try_it.form.pad.geometry()
    try_it.show_state("")
    QApplication.processEvents()
    assert try_it.form.pad.geometry() == before
