"""What threads tell a Qt object that may go meanwhile."""

from __future__ import annotations

import threading

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from shiboken6 import delete

from netbuilder.app.telling import Telling


class Listener(QObject):
    told = Signal(int)


def test_what_is_told_by_another_thread_is_heard_in_order_until_the_end(qtbot) -> None:
    one, telling, heard = Listener(), Telling(), []
    one.told.connect(heard.append, Qt.ConnectionType.QueuedConnection)
    thread = threading.Thread(target=lambda: [telling.tell(one.told, number) for number in range(100)])
    thread.start()
    qtbot.waitUntil(lambda: len(heard) == 100)
    thread.join()
    telling.end()
    telling.tell(one.told, 100)
    QCoreApplication.processEvents()
    assert heard == list(range(100))


def test_an_object_may_go_while_a_thread_speaks(qtbot) -> None:
    raised: list[BaseException] = []
    for _time in range(50):
        one, telling, begun = Listener(), Telling(), threading.Event()
        one.destroyed.connect(telling.end)
        told = one.told

        def speak(telling=telling, told=told, begun=begun) -> None:
            try:
                for number in range(2_000):
                    telling.tell(told, number)
                    begun.set()
            except RuntimeError as problem:
                raised.append(problem)

        thread = threading.Thread(target=speak)
        thread.start()
        assert begun.wait(60)
        delete(one)
        thread.join()
    assert raised == []
