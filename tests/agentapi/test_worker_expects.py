"""A worker that promises a thread keeps it free, and does not end before it learned what became of the promise."""

import threading
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from agentapi import worker as worker_module
from agentapi.client import Dialer
from agentapi.commands import Command
from agentapi.machine import Action, Playback, PlaybackStatus, Press, Rules, State
from agentapi.outcomes import Accepted, Outcome
from agentapi.worker import Job, Worker

PATIENCE = 20


class Api:
    def execute(self, dialer: Dialer, agent_user: str, command: Command) -> Outcome:
        return Accepted()


class Queue:
    """Has no work of its own, and notes what was finished."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.finished: list[Job] = []

    def claim(self, limit):
        return []

    def waits(self):
        return False

    def due(self, limit):
        return []

    def finish(self, job, carried):
        self.finished.append(job)

    def observed(self, ask, outcome, asked_at):
        raise AssertionError

    def tend(self, full_seconds):
        self.begun.set()


JOB = Job(
    click_id=uuid4(),
    agent_id=1,
    dialer_id=1,
    dialer=Dialer("main", "http://127.0.0.1:9/", "u", "p"),
    agent_user="1000",
    press=Press(Action.STOP),
    state=State(playback=Playback(PlaybackStatus.PLAYING)),
    rules=Rules(),
    send_until=datetime.max.replace(tzinfo=UTC),
)


@pytest.fixture
def running():
    """A worker with two threads, at work."""
    queue = Queue()
    worker = Worker(queue, Api(), threads=2, clock=lambda: datetime.now(UTC))
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert queue.begun.wait(PATIENCE)
    yield worker, queue, thread
    worker.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_it_promises_no_more_threads_than_it_has(running):
    worker, _, _ = running
    assert [worker.expect(), worker.expect(), worker.expect()] == [True, True, False]
    worker.offer(None)
    assert worker.expect()
    worker.offer(None)
    worker.offer(None)


def test_a_job_that_was_offered_is_carried_out_and_recorded(running):
    worker, queue, thread = running
    assert worker.expect()
    worker.offer(JOB)
    worker.stop()
    thread.join(PATIENCE)
    assert queue.finished == [JOB]


def test_it_does_not_end_before_a_promise_is_kept(running):
    worker, queue, thread = running
    assert worker.expect()
    worker.stop()
    thread.join(0.3)
    assert thread.is_alive()
    assert not worker.expect()
    worker.offer(JOB)
    thread.join(PATIENCE)
    assert queue.finished == [JOB]


def test_a_worker_that_does_not_run_promises_nothing():
    assert not Worker(Queue(), Api()).expect()


def test_a_worker_whose_loop_stands_still_promises_nothing(running, monkeypatch):
    worker, _, _ = running
    monkeypatch.setattr(worker_module, "STANDS_STILL_SECONDS", -1.0)
    assert not worker.expect()
