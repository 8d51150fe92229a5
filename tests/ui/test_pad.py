"""The drawing pad: pens of all kinds, keyboard, pictures dropped on it."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDropEvent,
    QGuiApplication,
    QImage,
    QInputDevice,
    QKeyEvent,
    QPainter,
    QPen,
    QPointingDevice,
    QTabletEvent,
)
from PySide6.QtTest import QTest

from netbuilder.data.drawing import prepare
from netbuilder.spec.facts import DataFacts
from netbuilder.ui.try_it import dropped
from netbuilder.ui.try_it.dropped import LONGEST, NotAPicture, ink_of, ink_of_file
from netbuilder.ui.try_it.pad import PEN, Pad
from netbuilder.ui.try_it.sight import averaged, example
from netbuilder.ui.try_it.strokes import SIDE, Drawing

DIGITS = tuple("0123456789")


@pytest.fixture
def pad(qtbot) -> Pad:
    made = Pad()
    qtbot.addWidget(made)
    made.resize(200, 200)
    made.show()
    made.setFocus()
    return made


def facts(shape=(28, 28), classes=DIGITS, top=255.0) -> DataFacts:
    return DataFacts(shape, classes, 1, (), 100, 10, 10, True, (0.0, top))


def drag(pad: Pad, *points: tuple[int, int]) -> None:
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(pad, QPoint(*point))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(*points[-1]))


def pen(pad: Pad, kind: QEvent.Type, where: QPointF, pressure: float) -> None:
    types = (QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen)
    device = QPointingDevice("pen", 1, *types, QInputDevice.Capability.Pressure, 1, 1, "", QPointingDevice().uniqueId())
    none = Qt.KeyboardModifier.NoModifier
    event = QTabletEvent(
        kind, device, where, where, pressure, 0, 0, 0, 0, 0, none, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton
    )
    QGuiApplication.sendEvent(pad, event)
    assert event.isAccepted(), "or Qt would send a mouse event for it too"


def width_at(pad: Pad, row: float) -> int:
    return int((pad.ink[round(row * SIDE)] > 127).sum())


def picture(path: Path, paper: str, ink: str, width: int = 100, height: int = 100) -> Path:
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(QColor(paper))
    painter = QPainter(image)
    painter.setPen(QPen(QColor(ink), width / 10))
    painter.drawLine(width // 2, height // 5, width // 2, 4 * height // 5)
    painter.end()
    assert image.save(str(path))
    return path


def test_a_stroke_of_the_mouse_leaves_ink_where_it_went(pad, qtbot) -> None:
    with qtbot.waitSignal(pad.changed):
        drag(pad, (40, 100), (100, 100), (160, 100))
    ink = pad.ink
    assert ink[SIDE // 2, SIDE // 4 : 3 * SIDE // 4].min() == 255
    assert ink[: SIDE // 3].max() == 0


def test_a_click_leaves_a_dot(pad) -> None:
    drag(pad, (100, 100))
    assert pad.ink[SIDE // 2, SIDE // 2] == 255
    assert width_at(pad, 0.5) == pytest.approx(PEN * SIDE, abs=3)


def test_the_other_mouse_buttons_do_not_draw(pad) -> None:
    QTest.mouseClick(pad, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    assert pad.drawing.empty


def test_pressure_makes_the_stroke_wider(pad) -> None:
    widths = []
    for pressure in (0.1, 1.0):
        pad.clear()
        pen(pad, QEvent.Type.TabletPress, QPointF(100, 20), pressure)
        pen(pad, QEvent.Type.TabletMove, QPointF(100, 180), pressure)
        pen(pad, QEvent.Type.TabletRelease, QPointF(100, 180), 0.0)
        widths.append(width_at(pad, 0.5))
    assert widths[1] > 2 * widths[0] > 0
    pen(pad, QEvent.Type.TabletMove, QPointF(10, 100), 0.0)
    assert pad.ink[SIDE // 2, SIDE // 20] == 0, "a pen that hovers does not draw"


def test_a_finger_draws(pad, qtbot) -> None:
    finger = QTest.createTouchDevice()
    touch = QTest.touchEvent(pad, finger)
    touch.press(0, QPoint(100, 40), pad).commit()
    touch.move(0, QPoint(100, 160), pad).commit()
    touch.release(0, QPoint(100, 160), pad).commit()
    assert pad.ink[SIDE // 2, SIDE // 2] == 255
    assert len(pad.drawing._items) == 1


def test_strokes_are_taken_back_one_by_one_and_the_rest_stays_as_it_was(pad, qtbot) -> None:
    drag(pad, (40, 40), (100, 60), (160, 40), (150, 90))
    first = pad.ink
    drag(pad, (40, 150), (160, 150))
    qtbot.keyClick(pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(pad.ink, first)
    qtbot.keyClick(pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert pad.drawing.empty
    assert pad.ink.max() == 0


def test_delete_clears(pad, qtbot) -> None:
    drag(pad, (40, 40), (100, 60))
    qtbot.keyClick(pad, Qt.Key.Key_Delete)
    assert pad.drawing.empty


def test_the_keyboard_draws(pad, qtbot) -> None:
    qtbot.keyClick(pad, Qt.Key.Key_Right)
    assert pad.drawing.empty, "the pen is up"
    qtbot.keyClick(pad, Qt.Key.Key_Space)
    for _ in range(10):
        qtbot.keyClick(pad, Qt.Key.Key_Down)
    qtbot.keyClick(pad, Qt.Key.Key_Space)
    drawn = pad.ink
    assert drawn[round(0.5 * SIDE), round(0.54 * SIDE)] == 255
    for _ in range(50):
        qtbot.keyClick(pad, Qt.Key.Key_Left)
    assert np.array_equal(pad.ink, drawn), "the pen is up again"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Delete])
def test_the_pad_keeps_its_keys_from_the_windows_shortcuts(pad, key) -> None:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QGuiApplication.sendEvent(pad, event)
    assert event.isAccepted()
    other = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier)
    other.ignore()
    QGuiApplication.sendEvent(pad, other)
    assert not other.isAccepted()


def test_a_drawn_stroke_is_as_thick_as_those_of_mnist(pad) -> None:
    drag(pad, (100, 30), (100, 170))
    prepared = prepare(pad.ink)
    assert 1.8 <= prepared[14].astype(float).sum() / 255 <= 3.2


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "webp"])
@pytest.mark.parametrize("paper, ink", [("white", "black"), ("black", "white"), ("transparent", "black")])
def test_pictures_become_bright_ink_on_black(tmp_path, suffix, paper, ink, qapp) -> None:
    if paper == "transparent" and suffix not in {"png", "webp"}:
        pytest.skip("this format has no transparency")
    found = ink_of_file(picture(tmp_path / f"digit.{suffix}", paper, ink))
    assert found[50, 50] > 240
    assert found[50, :30].max() < 15


def test_a_large_picture_is_read_small(tmp_path, qapp) -> None:
    found = ink_of_file(picture(tmp_path / "large.png", "white", "black", 3000, 1500))
    assert found.shape == (LONGEST // 2, LONGEST)


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "PNG, JPEG"),
        ("hidden.png", b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "PNG, JPEG"),
        ("text.png", b"hello", "PNG, JPEG"),
        ("absent.png", None, "not there"),
    ],
)
def test_what_is_no_picture_of_pixels_is_refused_with_a_sentence(tmp_path, qapp, name, content, said) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(NotAPicture, match=said):
        ink_of_file(tmp_path / name)


def test_a_picture_that_claims_to_be_huge_is_not_read(tmp_path, qapp) -> None:
    content = picture(tmp_path / "bomb.png", "white", "black").read_bytes()
    header = b"IHDR" + struct.pack(">II", 12_000, 12_000) + content[24:29]
    (tmp_path / "bomb.png").write_bytes(content[:12] + header + struct.pack(">I", zlib.crc32(header)) + content[33:])
    with pytest.raises(NotAPicture, match="too large"):
        ink_of_file(tmp_path / "bomb.png")


def test_a_damaged_picture_is_refused_with_a_sentence(tmp_path, qapp) -> None:
    path = picture(tmp_path / "damaged.png", "white", "black")
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(NotAPicture, match=r"damaged\.png"):
        ink_of_file(path)


def test_a_dropped_file_replaces_the_drawing(pad, tmp_path, qtbot) -> None:
    drag(pad, (10, 190), (30, 190))
    offered = QMimeData()
    offered.setUrls([QUrl.fromLocalFile(str(picture(tmp_path / "digit.png", "white", "black")))])
    none = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, offered, Qt.MouseButton.LeftButton, none)
    with qtbot.waitSignal(pad.changed):
        pad.dropEvent(event)
    assert pad.ink[SIDE // 2, SIDE // 2] > 240
    assert pad.ink[-20:, :60].max() == 0


def test_a_copied_picture_is_pasted_and_anything_else_is_refused(pad, qtbot, tmp_path) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setImage(QImage(str(picture(tmp_path / "digit.png", "white", "black"))))
    qtbot.keyClick(pad, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert pad.ink[SIDE // 2, SIDE // 2] > 240
    clipboard.setText("hello")
    with qtbot.waitSignal(pad.refused) as said:
        qtbot.keyClick(pad, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "PNG" in said.args[0]


def test_a_clipboard_whose_program_has_just_ended_holds_no_picture() -> None:
    with pytest.raises(NotAPicture, match="no picture"):
        ink_of(None)


@pytest.mark.parametrize("suffix", ["png", "jpeg", "bmp", "webp"])
def test_bytes_of_another_program_are_read_as_a_file_is(tmp_path, qapp, suffix) -> None:
    path = picture(tmp_path / f"digit.{suffix}", "white", "black")
    assert np.array_equal(ink_of(copied(f"image/{suffix}", path.read_bytes())), ink_of_file(path))


@pytest.mark.parametrize(
    "content, said", [(b"%!PS-Adobe-3.0 EPSF-3.0", "no PNG"), (b"\x89PNG\r\n\x1a\n", "picture” is")]
)
def test_bytes_of_another_program_that_are_no_picture_never_reach_qt(qapp, monkeypatch, content, said) -> None:
    monkeypatch.setattr(dropped, "QImage", None)
    with pytest.raises(NotAPicture, match=said):
        ink_of(copied("image/png", content))


@pytest.mark.parametrize(
    "kinds", [("image/tiff",), ("image/tiff", "application/x-qt-image"), ("application/x-qt-image",)]
)
def test_what_qt_would_read_by_readers_of_its_own_is_no_picture(qapp, kinds) -> None:
    offered = QMimeData()
    for kind in kinds:
        offered.setData(kind, QByteArray(b"II*\0"))
    with pytest.raises(NotAPicture, match="PNG, JPEG"):
        ink_of(offered)


def test_pixels_that_qt_made_of_another_programs_picture_are_not_taken(qapp) -> None:
    offered = QMimeData()
    offered.setImageData(QImage(28, 28, QImage.Format.Format_Grayscale8))
    assert ink_of(offered).shape == (28, 28)
    offered.setData("image/tiff", QByteArray(b"II*\0"))
    with pytest.raises(NotAPicture, match="PNG, JPEG"):
        ink_of(offered)


def copied(kind: str, content: bytes) -> QMimeData:
    offered = QMimeData()
    offered.setData(kind, QByteArray(content))
    return offered


def test_averaging_keeps_the_amount_of_ink() -> None:
    ink = np.random.default_rng(0).integers(0, 256, (393, 391), dtype=np.uint8)
    for shape in ((8, 8), (28, 28), (13, 40)):
        small = averaged(ink, shape)
        assert small.shape == shape
        assert small.mean() == pytest.approx(ink.mean())


def test_digits_of_28_pixels_are_prepared_as_mnist_was() -> None:
    drawing = Drawing()
    drawing.begin(QPointF(0.1, 0.1), PEN)
    drawing.go_on(QPointF(0.2, 0.4), PEN)
    assert np.array_equal(example(drawing.ink, facts()), prepare(drawing.ink))


def test_digits_of_8_pixels_fill_the_height_and_stay_in_their_range() -> None:
    drawing = Drawing()
    drawing.begin(QPointF(0.3, 0.3), PEN)
    drawing.go_on(QPointF(0.3, 0.7), PEN)
    small = example(drawing.ink, facts((8, 8), top=16.0))
    assert small.dtype == np.uint8
    assert small.max() <= 16
    assert small.max() > 8
    assert small[0].any()
    assert small[-1].any()
    assert small.sum(axis=0).argmax() in {3, 4}


def test_pictures_of_other_things_keep_their_place_on_the_pad() -> None:
    drawing = Drawing()
    drawing.begin(QPointF(0.1, 0.1), PEN)
    small = example(drawing.ink, facts(classes=("shirt", "bag")))
    assert small[:6, :6].any()
    assert not small[8:, 8:].any()


def test_an_empty_pad_is_an_empty_picture_for_every_shape() -> None:
    ink = Drawing().ink
    for data in (facts(), facts((8, 8), top=16.0), facts((20, 30)), facts(classes=("shirt", "bag"))):
        assert not example(ink, data).any()
        assert example(ink, data).shape == data.shape
