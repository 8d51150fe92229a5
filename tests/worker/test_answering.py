"""The network of the newest request answers, whichever request was done first."""

from __future__ import annotations

from typing import Any, cast

import pytest

from netbuilder.worker.answering import Answering, NoNetwork


def test_what_was_asked_for_later_is_not_replaced_by_what_took_longer() -> None:
    answering, loaded, restored = Answering(), cast(Any, object()), cast(Any, object())
    answering.show(12, loaded)
    answering.show(10, restored)
    assert answering.network is loaded


def test_a_run_shows_its_network_again_and_again() -> None:
    answering, before, after = Answering(), cast(Any, object()), cast(Any, object())
    answering.show(3, before)
    answering.show(3, after)
    assert answering.network is after


def test_where_nothing_was_trained_somebody_is_told_what_to_do() -> None:
    with pytest.raises(NoNetwork, match="Press Train first"):
        _network = Answering().network
