"""Training: from a project and its examples to a trained network, telling events on the way."""

from __future__ import annotations

from collections.abc import Callable

from netbuilder.data.examples import Examples
from netbuilder.engine.network import TrainedNetwork
from netbuilder.engine.session import Emit, Session
from netbuilder.orders import Orders
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import ProjectSpec


def train(
    project: ProjectSpec,
    facts: DataFacts,
    examples: Examples,
    emit: Emit,
    orders: Orders | None = None,
    learning: Callable[[TrainedNetwork], None] = lambda _: None,
) -> TrainedNetwork:
    """Trains a network as the project says. Ends with ``RunEnded``; ``orders`` are obeyed some 16 times a second.

    ``learning`` is handed the network before its first step, so that it can be asked while it learns.
    Raises ``NoSuchDevice`` and ``OutOfMemory``.
    """
    session = Session(project, facts, examples)
    learning(session.network)
    session.run(emit, orders or Orders())
    return session.network
