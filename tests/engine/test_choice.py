"""Whether steps are compiled by XLA is chosen once for a run: it goes on as it began, whatever new runs would choose."""

import dataclasses

import numpy as np
import pytest

from netbuilder.engine.session import Session
from netbuilder.events import EpochEnded, RunPrepared
from netbuilder.export.script_text import script_text
from netbuilder.orders import Orders
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import stack


@pytest.fixture
def project(small_project):
    """Its random numbers are others with XLA than without."""
    layers = stack(Flatten(), Dense(units=12), Dropout(rate=0.3), Dense(units=10, activation="softmax"))
    return dataclasses.replace(small_project, layers=layers)


def rule(monkeypatch, compiled):
    monkeypatch.setattr("netbuilder.spec.recipe.worth_compiling", lambda *_given: compiled)


def session_of(project):
    source = project.data.source
    return Session(project, source.facts(project.data.split), source.read(lambda *_: None, lambda: False))


class Trained:
    """A whole run under a rule, its checkpoints, and what more epochs make of it."""

    def __init__(self, project, monkeypatch, compiled):
        rule(monkeypatch, compiled)
        self.session, self.checkpoints = session_of(project), []
        assert self.session.calls.compiled is compiled
        told_by(self.session.run, keep=self.checkpoints.append)
        self.end, self.weights = self.session.end, self.session.model.get_weights()
        told_by(self.session.run, more=1)
        self.after_more = self.session.model.get_weights()


def told_by(train, *given, **named):
    told = []
    train(*given, emit=told.append, orders=Orders(), **named)
    return told


def same(one, other):
    return all(map(np.array_equal, one, other))


@pytest.mark.slow
@pytest.mark.parametrize("compiled", [True, False], ids=["xla", "no xla"])
def test_a_run_goes_on_as_it_began_though_the_rule_has_changed(project, compiled, monkeypatch):
    whole = Trained(project, monkeypatch, compiled)
    rule(monkeypatch, not compiled)
    session = session_of(project)
    assert session.calls.compiled is not compiled
    told = told_by(session.go_on, whole.checkpoints[0])
    assert [one.compiled for one in told if isinstance(one, RunPrepared)] == [compiled]
    assert [one.epoch for one in told if isinstance(one, EpochEnded)] == [2]
    assert same(session.model.get_weights(), whole.weights)
    assert session.end.compiled is compiled
    assert not session.serves(project), "a new run follows the rule"
    session.load(whole.end)
    told_by(session.run, more=1)
    assert same(session.model.get_weights(), whole.after_more)
    assert session.network.compiled is session.model.jit_compile is compiled


@pytest.mark.parametrize("compiled", [True, False], ids=["xla", "no xla"])
def test_a_run_that_died_in_its_first_epoch_begins_again_as_it_had_begun(project, compiled, monkeypatch):
    rule(monkeypatch, not compiled)
    session = session_of(project)
    monkeypatch.setattr(session, "_train", lambda run: None)
    (told,) = told_by(session.go_on, None, compiled=compiled)
    assert told.compiled is session.calls.compiled is session.model.jit_compile is compiled
    assert session_of(project).calls.compiled is not compiled, "without a choice, the rule chooses"


def test_where_xla_can_not_compile_a_run_from_elsewhere_goes_on_without(project, monkeypatch):
    rule(monkeypatch, compiled=False)
    session = session_of(project)
    monkeypatch.setattr("netbuilder.engine.session.sys.platform", "win32")
    monkeypatch.setattr(session, "_train", lambda run: None)
    (told,) = told_by(session.go_on, None, compiled=True)
    assert told.compiled is session.model.jit_compile is False


def test_the_script_of_a_run_is_compiled_as_the_run_was(project, monkeypatch):
    rule(monkeypatch, compiled=True)
    facts = project.data.source.facts(project.data.split)
    found = {choice: script_text(project, facts, "data.npz", choice) for choice in (None, True, False)}
    assert found[None] == found[True]
    assert "jit_compile=True" in found[True]
    assert "jit_compile=False" in found[False]
    assert "make_train_function" not in found[False]


class Found:
    """An interrupted run as the history has it: it died in its first epoch, of steps that were compiled."""

    checkpoint, rates, epochs, claim = None, (), (), None

    class record:  # noqa: N801 - it stands for one
        choice, uid, data_hash = True, "", "same"


def test_the_engine_and_the_command_line_go_on_with_a_run_as_the_history_says_it_was_compiled(project, monkeypatch):
    from netbuilder.cli.course import Course
    from netbuilder.worker import jobs

    asked = []

    class Going:
        end = None

        def go_on(self, _checkpoint, _emit=None, _orders=None, **named):
            asked.append(named["compiled"])
            raise KeyboardInterrupt

    monkeypatch.setattr(Found.record, "project", lambda: project, raising=False)
    monkeypatch.setattr(jobs, "unfinished", lambda *_given, **_named: Found)
    monkeypatch.setattr(jobs, "_read", lambda *_given: dataclasses.make_dataclass("Read", ["fingerprint"])("same"))
    monkeypatch.setattr(jobs, "_run", lambda _job, _session, _project, _place, train, *_rest, **_named: train())
    monkeypatch.setattr(jobs._Memory.sessions, "take", lambda *_given: Going())
    job = jobs.Job(1, lambda: False, Orders(), lambda *_given: None, lambda _then: None)
    with pytest.raises(KeyboardInterrupt):
        jobs.do("resume", job, {"run": "1" * 32})
    with pytest.raises(KeyboardInterrupt):
        Course(None, Found).run(Going(), None, lambda _event: None, Orders())
    assert asked == [True, True]
