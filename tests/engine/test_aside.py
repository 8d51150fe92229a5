"""What is done beside a training is waited for, and tells once what went wrong."""

from __future__ import annotations

import pytest

from netbuilder.engine.aside import Aside


def test_a_failure_is_raised_once() -> None:
    def fail() -> None:
        raise MemoryError

    aside = Aside()
    aside.begin(fail)
    with pytest.raises(MemoryError):
        aside.done(None)
    assert aside.done(None), "whoever trains again may try again"


def test_jobs_are_done_one_after_the_other() -> None:
    done: list[int] = []
    aside = Aside()
    aside.begin(lambda: done.append(1), lambda: done.append(2))
    aside.begin(lambda: done.append(3))
    assert aside.done(None)
    assert done == [1, 2, 3]
