"""The network that answers, in the engine's process: that of the newest request, whichever was done first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from netbuilder.words import _

if TYPE_CHECKING:
    from netbuilder.engine.network import TrainedNetwork


class NoNetwork(LookupError):
    """Nothing was trained or restored yet."""


class Answering:
    """One network for all threads. Requests are worked on side by side: one that was made earlier may be done later."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._network: TrainedNetwork | None = None
        self._request = 0

    def show(self, request: int, network: TrainedNetwork) -> None:
        """Makes it the network that answers, unless a request with a higher number has set another one."""
        with self._lock:
            if request >= self._request:
                self._request, self._network = request, network

    @property
    def network(self) -> TrainedNetwork:
        """Raises ``NoNetwork``, whose message says what to do."""
        if self._network is None:
            raise NoNetwork(_("The network is untrained. Press Train first."))
        return self._network
