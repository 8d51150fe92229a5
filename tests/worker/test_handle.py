"""The engine's process is started, asked, mourned and replaced, whatever happens to it."""

import os
import queue
import signal
import sys
import threading
import time
import tracemalloc
from contextlib import closing
from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.engine.session import Session
from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet, RunPaused
from netbuilder.orders import Orders, Resume, SetLearningRate, Step, Stop
from netbuilder.runs.history import History
from netbuilder.spec.optimizers import Adam
from netbuilder.spec.plain import to_plain
from netbuilder.worker import process
from netbuilder.worker.handle import Worker
from netbuilder.worker.messages import Ask, Reply, Tell
from netbuilder.worker.program import environment

pytestmark = pytest.mark.slow
PATIENCE = 120  # seconds; imports of TensorFlow on a busy machine


class Talk:
    """A worker and what it said."""

    def __init__(self, **options):
        self.deaths = queue.SimpleQueue()
        self.worker = Worker(lambda *words: self.deaths.put(words), **options)

    def ask(self, kind, **body):
        replies = queue.SimpleQueue()
        self.number = self.worker.ask(kind, replies.put, **body)
        return replies

    def last(self, replies):
        heard = []
        while not heard or not heard[-1].last:
            heard.append(replies.get(timeout=PATIENCE))
        return heard


def events(heard):
    return [event for reply in heard if reply.kind is Tell.EVENTS for event in reply.body["events"]]


def until(replies, kind):
    """The first event of that kind that is still to come."""
    while True:
        for event in replies.get(timeout=PATIENCE).body.get("events", ()):
            if isinstance(event, kind):
                return event


def wait_until(due):
    deadline = time.monotonic() + PATIENCE
    while not due():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.02)


def wait_for(file):
    """Until a process that pretends something has made a file."""
    wait_until(file.exists)


def endless(project):
    return replace(project, training=replace(project.training, epochs=1_000_000))


@pytest.fixture
def talk():
    opened = []

    def begin(**options):
        opened.append(Talk(**options))
        return opened[-1]

    yield begin
    for one in opened:
        one.worker.close()


@pytest.fixture(scope="module")
def shared():
    """One for all that can do with a process that has worked before: each start takes seconds."""
    one = Talk()
    yield one
    one.worker.close()


@pytest.fixture
def one(shared):
    yield shared
    wait_until(lambda: not shared.worker.busy)  # whoever asks waits for the answer; the history gets the rest of a run


def trained_here(project):
    """The weights after a training in this very process."""
    source = project.data.source
    examples = source.read(lambda _done, _total: None, lambda: False)
    session = Session(project, source.facts(project.data.split), examples)
    session.run(lambda _event: None, Orders())
    return session.model.get_weights()


def same(weights, others):
    return len(weights) == len(others) > 0 and all(map(np.array_equal, weights, others))


def test_it_greets_with_versions_and_devices(one):
    reply = one.last(one.ask(Ask.HELLO))[-1]
    assert reply.kind is Tell.DONE
    readiness = reply.body["readiness"]
    assert readiness.versions["TensorFlow"].startswith("2.")
    assert readiness.devices[0].name == "cpu"


def test_it_trains_answers_stores_and_restores(one, small_project):
    heard = one.last(one.ask(Ask.TRAIN, run=uuid4().hex, project=to_plain(small_project)))
    names = [type(event).__name__ for event in events(heard)]
    assert names[0] == "RunPrepared"
    assert names[-1] == "RunEnded"
    picture = np.full((1, 8, 8), 90, np.uint8)
    first = one.last(one.ask(Ask.ANSWER, inputs=picture))[-1].body["outputs"]
    stored = heard[-1].body["stored"]
    one.worker.end()
    assert "ended unexpectedly" in one.deaths.get(timeout=PATIENCE)[0]
    assert (
        one.last(
            one.ask(Ask.RESTORE, **{name: stored[name] for name in ("project", "scaling", "weights", "examples")})
        )[-1].kind
        is Tell.DONE
    )
    again = one.last(one.ask(Ask.ANSWER, inputs=picture))[-1].body["outputs"]
    assert np.array_equal(first, again)


def test_a_run_can_be_stopped(one, small_project):
    replies = one.ask(Ask.TRAIN, run=uuid4().hex, project=to_plain(endless(small_project)))
    until(replies, EpochEnded)
    one.worker.stop(one.number)
    assert events(one.last(replies))[-1].reason == "stopped"


def test_a_run_obeys_orders(one, small_project):
    replies = one.ask(Ask.TRAIN, run=uuid4().hex, project=to_plain(endless(small_project)), paused=True)
    assert until(replies, RunPaused) == RunPaused(1, 0)
    one.worker.order(one.number, Step("batch"))
    assert len(until(replies, BatchesTrained).losses) == 1
    one.worker.order(one.number, Resume())
    until(replies, EpochEnded)
    one.worker.order(one.number, SetLearningRate(0.25))
    assert until(replies, LearningRateSet).learning_rate == 0.25
    one.worker.order(one.number, Stop("best"))
    assert events(one.last(replies))[-1].restored_best


def test_a_prepared_run_has_a_price_and_begins_as_any_other(talk, small_project):
    one = talk()
    (price,) = one.last(one.ask(Ask.PREPARE, project=to_plain(small_project)))[-1].body["prices"]
    assert price.device.name == "cpu"
    assert price.epochs == 2
    assert 0 < price.epoch < 60
    assert price.seconds == 2 * price.epoch
    here = trained_here(small_project)
    for _again in range(2):
        stored = one.last(one.ask(Ask.TRAIN, run=uuid4().hex, project=to_plain(small_project)))[-1].body["stored"]
        assert same(stored["weights"], here)


def test_what_differs_in_numbers_alone_has_its_price_at_once_and_the_same_bits(talk, small_project):
    one = talk()
    one.last(one.ask(Ask.TRAIN, run=uuid4().hex, project=to_plain(small_project)))
    training = replace(small_project.training, epochs=3, seed=7, optimizer=Adam(learning_rate=0.01))
    changed = replace(small_project, training=training)
    body = one.last(one.ask(Ask.PREPARE, project=to_plain(changed)))[-1].body
    assert (one.worker.sessions, body["prices"][0].epochs) == (1, 3)
    again = one.last(one.ask(Ask.TRAIN, run=uuid4().hex, project=to_plain(changed)))[-1].body["stored"]
    assert same(again["weights"], trained_here(changed))


def test_a_run_goes_on_as_if_it_had_not_ended(one, small_project):
    one.last(one.ask(Ask.TRAIN, run=uuid4().hex, project=to_plain(small_project)))
    heard = one.last(one.ask(Ask.MORE, run=uuid4().hex, project=to_plain(small_project), epochs=1))
    assert [event.epoch for event in events(heard) if isinstance(event, EpochEnded)] == [3]
    three = replace(small_project, training=replace(small_project.training, epochs=3))
    whole = one.last(one.ask(Ask.TRAIN, run=uuid4().hex, project=to_plain(three)))[-1].body["stored"]
    assert same(heard[-1].body["stored"]["weights"], whole["weights"])


def pretend(monkeypatch, script):
    """Puts a small program in the place of the engine's process."""
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", script])


def test_a_death_reaches_all_who_wait_with_what_was_printed_last(talk, monkeypatch):
    pretend(monkeypatch, "import sys; sys.stdin.buffer.read(1); print('last words', file=sys.stderr); sys.exit(7)")
    one = talk()
    replies = [one.ask(Ask.HELLO), one.ask(Ask.RESTORE)]
    for reply in (one.last(each)[-1] for each in replies):
        assert reply.kind is Tell.DIED
    sentence, details, in_run = one.deaths.get(timeout=PATIENCE)
    assert sentence
    assert "exit code 7" in details
    assert not in_run


@pytest.mark.parametrize("kind", [Ask.TRAIN, Ask.MORE, Ask.RESUME])
def test_the_death_of_a_run_is_told_from_others(talk, monkeypatch, kind):
    pretend(monkeypatch, "import sys; sys.stdin.buffer.read(1); sys.exit(7)")
    one = talk()
    one.ask(Ask.HELLO)  # or else it hears of nothing, since it never says that it can begin a run
    one.last(one.ask(kind))
    assert one.deaths.get(timeout=PATIENCE)[2]


def test_after_a_death_the_next_request_has_a_new_process_which_says_that_it_is_untrained(talk, monkeypatch):
    pretend(monkeypatch, "raise SystemExit(3)")
    one = talk()
    assert one.last(one.ask(Ask.HELLO))[-1].kind is Tell.DIED
    monkeypatch.undo()
    reply = one.last(one.ask(Ask.ANSWER, inputs=np.zeros((1, 8, 8), np.uint8)))[-1]
    assert reply.kind is Tell.FAILED
    assert "untrained" in reply.body["sentence"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't hold a process with a signal")
def test_a_process_that_hangs_is_ended(talk):
    one = talk()
    one.ask(Ask.ANSWER, inputs=np.zeros((1, 2), np.float32)).get(timeout=PATIENCE)
    os.kill(one.worker.pid, signal.SIGSTOP)
    one.worker._process._silent_seconds = 1.5  # only now: what it imports may hold it up for longer
    assert "stopped answering" in one.deaths.get(timeout=PATIENCE)[0]
    assert one.worker.pid is None


def test_a_run_that_hangs_while_its_process_answers_is_ended(talk, small_project, monkeypatch, tmp_path):
    program = """
import sys, threading
from pathlib import Path
import netbuilder.engine.session  # before TensorFlow is asked for by two threads
from netbuilder.engine import blocks
train, calls = blocks.Trainer.train, []
def hang(*given, **named):
    calls.append(1)
    if len(calls) < 5:
        return train(*given, **named)
    Path(sys.argv[1]).touch()
    threading.Event().wait()
blocks.Trainer.train = hang
from netbuilder.__main__ import main
sys.exit(main(["--worker"]))
"""
    hangs = tmp_path / "hangs"
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", program, str(hangs)])
    one = talk()
    replies = one.ask(Ask.TRAIN, project=to_plain(endless(small_project)), run=uuid4().hex)
    wait_for(hangs)
    one.worker._process._silent_seconds = 3.0  # only now: what it imports may hold it up for longer
    assert one.last(replies)[-1].kind is Tell.DIED
    sentence, _details, in_run = one.deaths.get(timeout=PATIENCE)
    assert "stopped answering" in sentence
    assert in_run


def test_a_run_that_waits_for_a_disk_does_not_hang(talk, small_project, monkeypatch, tmp_path):
    program = """
import sys, time
from pathlib import Path
from netbuilder.runs.recorder import Recorder
keep, calls = Recorder.keep, []
def wait(recorder, checkpoint):
    calls.append(1)
    if len(calls) == 1:
        Path(sys.argv[1]).touch()
        while not Path(sys.argv[2]).exists():
            time.sleep(0.05)
    keep(recorder, checkpoint)
Recorder.keep = wait
from netbuilder.__main__ import main
sys.exit(main(["--worker"]))
"""
    waits, written = tmp_path / "waits", tmp_path / "written"
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", program, str(waits), str(written)])
    one = talk()
    replies = one.ask(Ask.TRAIN, project=to_plain(small_project), run=uuid4().hex)
    wait_for(waits)
    life = one.worker._process
    # Only now, and only meanwhile: what it imports and compiles may hold it up for longer.
    life._silent_seconds, usual = 3.0, life._silent_seconds
    with pytest.raises(queue.Empty):
        one.deaths.get(timeout=6.0)
    life._silent_seconds = usual
    written.touch()
    assert one.last(replies)[-1].kind is Tell.DONE


def test_a_closed_window_waits_only_briefly_for_a_slow_disk_and_yet_loses_no_weights(talk, small_project, slow_disk):
    one, uid = talk(), uuid4().hex
    assert one.last(one.ask(Ask.TRAIN, project=to_plain(small_project), run=uid))[-1].kind is Tell.DONE
    life = one.worker._process._popen
    one.worker.close()
    assert life.poll() is None, "nobody waits for a disk"
    slow_disk.touch()
    assert life.wait(PATIENCE) == 0
    with closing(History()) as history:
        found = history.run(uid)
    assert (found.state, found.weights[:1]) == ("ended", ("last",))


def test_a_run_waits_for_a_slow_disk_with_a_sentence_and_is_taken_back_at_once(talk, small_project, slow_disk):
    one, plain = talk(), to_plain(small_project)
    one.last(one.ask(Ask.TRAIN, project=plain, run=uuid4().hex))
    taken_back = one.ask(Ask.TRAIN, project=plain, run=(unmade := uuid4().hex))
    waits = taken_back.get(timeout=PATIENCE)
    assert (waits.kind, "last run" in waits.body["sentence"]) == (Tell.WAITS, True)
    assert one.worker.take_back(one.number)
    assert not one.worker.take_back(one.number)
    assert one.last(taken_back) == [Reply(Tell.TAKEN_BACK, {})]
    waiting = one.ask(Ask.TRAIN, project=plain, run=uuid4().hex, paused=True)
    one.worker.order(one.number, Stop())
    slow_disk.touch()
    heard = one.last(waiting)
    assert [reply.body["sentence"] for reply in heard if reply.kind is Tell.WAITS][1:] == [""]
    assert events(heard)[-1].epochs == 0, "what was ordered meanwhile comes with it"
    wait_until(lambda: not one.worker.busy)
    with closing(History()) as history, pytest.raises(KeyError):
        history.run(unmade)


def test_a_run_is_not_sent_before_the_engine_is_loaded(talk, small_project):
    fresh = talk()
    replies = fresh.ask(Ask.TRAIN, run=uuid4().hex, project=to_plain(small_project))
    waits = replies.get(timeout=PATIENCE)
    assert (waits.kind, "loading" in waits.body["sentence"]) == (Tell.WAITS, True)
    process_before = fresh.worker.pid
    assert fresh.worker.take_back(fresh.number)
    again = fresh.ask(Ask.TRAIN, run=uuid4().hex, project=to_plain(small_project))
    assert fresh.last(again)[-1].kind is Tell.DONE
    assert fresh.worker.pid == process_before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't hold a process with a signal")
def test_an_engine_outlives_the_sleep_of_the_machine(talk, monkeypatch):
    sleep, slept = time.sleep, threading.Event()

    def fall_asleep(seconds):
        """The whole machine, while the watch rests: this engine's own, for others have one, too."""
        thread = threading.current_thread()
        if thread.name == "engine_watch" and thread not in others and not slept.is_set():
            os.kill(one.worker.pid, signal.SIGSTOP)
            sleep(5)
            os.kill(one.worker.pid, signal.SIGCONT)
            slept.set()
        else:
            sleep(seconds)

    others = set(threading.enumerate())
    one = talk()
    one.ask(Ask.ANSWER, inputs=np.zeros((1, 2), np.float32)).get(timeout=PATIENCE)
    one.worker._process._silent_seconds = 3.0
    monkeypatch.setattr(time, "sleep", fall_asleep)
    assert slept.wait(PATIENCE)
    with pytest.raises(queue.Empty):
        one.deaths.get(timeout=1.5)


def test_a_run_that_rests_does_not_hang(one, small_project):
    replies = one.ask(Ask.TRAIN, project=to_plain(endless(small_project)), run=uuid4().hex, paused=True)
    until(replies, RunPaused)
    life = one.worker._process
    life._silent_seconds, usual = 4.0, life._silent_seconds
    with pytest.raises(queue.Empty):
        one.deaths.get(timeout=6.0)
    life._silent_seconds = usual
    one.worker.order(one.number, Stop())
    assert one.last(replies)[-1].kind is Tell.DONE


def test_a_flood_of_printed_lines_holds_nothing_up(talk, monkeypatch):
    pretend(
        monkeypatch,
        "import sys\nfor n in range(200_000): print('x' * 80, file=sys.stderr)\nprint('end of the flood', file=sys.stderr)",
    )
    one = talk()
    one.ask(Ask.HELLO)
    details = one.deaths.get(timeout=PATIENCE)[1]
    assert len(details) < 100_000


def test_of_a_line_without_end_only_the_last_is_kept(talk, monkeypatch):
    pretend(
        monkeypatch,
        "import os\nfor n in range(1_000): os.write(2, b'x' * 50_000)\nos.write(2, b'end of the line')",
    )
    monkeypatch.setattr(process, "_LAST_WORDS", PATIENCE)  # what reads them may be late on a busy machine
    one = talk()
    tracemalloc.start()
    try:
        one.ask(Ask.HELLO)
        details = one.deaths.get(timeout=PATIENCE)[1]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 5_000_000
    assert len(details) < 100_000
    assert details.endswith("end of the line")


def test_last_words_are_told_also_where_they_are_read_later_than_the_death(talk, monkeypatch):
    pretend(monkeypatch, "import os; os.write(2, b'last words')")
    monkeypatch.setattr(process, "_LAST_WORDS", PATIENCE)  # what reads them may be later still on a busy machine
    read = os.read
    monkeypatch.setattr(os, "read", lambda *words: (time.sleep(0.2), read(*words))[1])
    one = talk()
    one.ask(Ask.HELLO)
    assert one.deaths.get(timeout=PATIENCE)[1].endswith("last words")


def test_a_death_is_told_although_something_that_it_began_goes_on_printing(talk, monkeypatch):
    script = (
        "import subprocess, sys\n"
        "other = subprocess.Popen(['sleep', '600'], stdout=subprocess.DEVNULL)\n"  # far longer than anybody waits here
        "print(other.pid, 'last words', file=sys.stderr)\n"
    )
    pretend(monkeypatch, script)
    monkeypatch.setattr(process, "_LAST_WORDS", 2.0)  # what reads them may be late on a busy machine
    one = talk()
    one.ask(Ask.HELLO)
    *_others, other, first, second = one.deaths.get(timeout=PATIENCE)[1].split()
    os.kill(int(other), signal.SIGTERM)
    assert (first, second) == ("last", "words")


def test_garbage_on_the_pipe_is_a_death_not_a_crash(talk, monkeypatch):
    pretend(
        monkeypatch,
        "import sys; sys.stdout.buffer.write(b'\\x05\\0\\0\\0' + b'\\0' * 8 + b'#####'); sys.stdout.flush()",
    )
    one = talk()
    assert one.last(one.ask(Ask.HELLO))[-1].kind is Tell.DIED


def test_a_closed_worker_is_gone_and_says_nothing_more(talk):
    one = talk()
    one.ask(Ask.ANSWER, inputs=np.zeros((1, 2), np.float32)).get(timeout=PATIENCE)
    pid = one.worker.pid
    one.worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert one.deaths.empty()


def test_the_process_ends_when_its_parent_does():
    import subprocess

    script = (
        "import queue, time\n"
        "from netbuilder.worker.handle import Worker\n"
        "from netbuilder.worker.messages import Ask\n"
        "import numpy as np\n"
        "heard = queue.SimpleQueue()\n"
        "worker = Worker()\n"
        "worker.ask(Ask.ANSWER, heard.put, inputs=np.zeros((1, 2), np.float32))\n"
        "heard.get(timeout=120)\n"
        "print(worker.pid, flush=True)\n"
        "import os; os._exit(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True)
    pid = int(done.stdout)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the engine's process outlived its parent")


@pytest.mark.parametrize("lacks", ["process", "thread"])
def test_where_no_process_can_be_started_that_is_a_death_and_the_next_request_tries_again(monkeypatch, lacks):
    talk = Talk()
    with closing(talk.worker), monkeypatch.context() as patched:

        def refuse(*_given, **_named):
            raise (
                OSError(12, "Cannot allocate memory") if lacks == "process" else RuntimeError("can't start new thread")
            )

        if lacks == "process":
            patched.setattr(process.subprocess, "Popen", refuse)
        else:
            patched.setattr(process.threading.Thread, "start", refuse)
        (reply,) = talk.last(talk.ask(Ask.TRAIN))
        assert reply.kind is Tell.DIED
        assert "could not be started" in reply.body["sentence"]
        assert talk.deaths.get(timeout=PATIENCE)[2], "a run was to go on"
        assert talk.worker.pid is None
        patched.undo()
        assert talk.last(talk.ask(Ask.HELLO))[-1].kind is Tell.DONE


def test_a_window_without_memory_for_what_it_hears_takes_that_for_a_death(monkeypatch):
    talk, others = Talk(), set(threading.enumerate())
    with closing(talk.worker), monkeypatch.context() as patched:
        monkeypatch.setattr(threading, "excepthook", lambda _known: None)
        read, once = process.frames.read, []

        def forget(*given):
            message = read(*given)
            if not once and threading.current_thread() not in others:  # who hear other engines forget nothing
                once.append(message)
                raise MemoryError
            return message

        patched.setattr(process.frames, "read", forget)
        assert talk.last(talk.ask(Ask.HELLO))[-1].kind is Tell.DIED
        assert talk.deaths.get(timeout=PATIENCE)
        assert talk.last(talk.ask(Ask.HELLO))[-1].kind is Tell.DONE


def test_a_run_that_waited_for_an_engine_that_died_can_not_be_taken_back(talk, small_project, monkeypatch):
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", "raise SystemExit(3)"])
    one, heard = talk(), queue.Queue()
    number = one.worker.ask(Ask.TRAIN, heard.put, project=to_plain(small_project), run=uuid4().hex)
    while heard.get(timeout=PATIENCE).kind is not Tell.DIED:  # that it waits is told where it had not died before
        pass
    assert not one.worker.take_back(number)
