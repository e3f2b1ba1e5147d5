"""An answer is kept until the queue takes it: what it proves can't be had again."""

import threading
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from agentapi import worker as worker_module
from agentapi.client import Dialer
from agentapi.machine import Action, Playback, PlaybackStatus, Press, Rules, State
from agentapi.outcomes import Accepted
from agentapi.worker import Job, Worker


class Api:
    def execute(self, dialer, agent_user, command):
        return Accepted()


class Queue:
    """One job; `finish` fails as often as it is told to."""

    def __init__(self, job, failures) -> None:
        self.jobs, self.failures = [job], failures
        self.finished: list[Job] = []
        self.tries = 0

    def claim(self, limit):
        jobs, self.jobs = self.jobs, []
        return jobs

    def finish(self, job, carried):
        self.tries += 1
        if self.tries <= self.failures:
            raise OSError("the database is away")
        self.finished.append(job)

    def waits(self):
        return False

    def due(self, limit):
        return []

    def tend(self, full_seconds):
        pass


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(worker_module, "ANSWER_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(worker_module, "SWEEP_SECONDS", 0.001)


@pytest.fixture
def job() -> Job:
    return Job(
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


def run(queue, until) -> None:
    """Let a worker run on the queue until something is true, then tell it to end and wait for its end."""
    worker = Worker(queue, Api(), threads=1, clock=lambda: datetime.now(UTC))
    thread = threading.Thread(target=worker.run)
    thread.start()
    for _ in range(5000):
        if until(queue):
            break
        thread.join(0.002)
    worker.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_it_is_offered_again_until_it_is_taken(job):
    queue = Queue(job, failures=40)
    run(queue, lambda queue: queue.finished)
    assert queue.finished == [job]
    assert queue.tries == 41


def test_the_end_waits_for_it(job):
    queue = Queue(job, failures=20)
    run(queue, lambda queue: queue.tries >= 1)
    assert queue.finished == [job]


def test_the_end_does_not_wait_for_ever(job, monkeypatch):
    monkeypatch.setattr(worker_module, "ANSWER_KEPT_AT_THE_END_SECONDS", 0.0)
    queue = Queue(job, failures=10**9)
    run(queue, lambda queue: queue.tries >= 1)
    assert queue.finished == []
