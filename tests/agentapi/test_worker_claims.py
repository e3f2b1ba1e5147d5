"""A worker looks for clicks when it is rung and at its sweeps, not each time that something else comes to its end."""

import threading
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from agentapi import worker as module
from agentapi.client import Dialer
from agentapi.commands import AskCapture, Command
from agentapi.machine import Action, Playback, PlaybackStatus, Press, Rules, State
from agentapi.outcomes import Accepted, Outcome
from agentapi.worker import Inquiry, Job, Worker

PATIENCE = 20


class Api:
    """Answers when it is allowed to."""

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def execute(self, dialer: Dialer, agent_user: str, command: Command) -> Outcome:
        self.asked.set()
        assert self.may_answer.wait(PATIENCE)
        return Accepted()


class Queue:
    """Notes what it is asked for, and has work only as it is told."""

    def __init__(self) -> None:
        self.claims = threading.Semaphore(0)
        self.finishes = threading.Semaphore(0)
        self.calls: list[str] = []
        self.waiting: list[Job] = []
        self.more = False
        self.asks = 0
        self.dues = threading.Semaphore(0)

    def claim(self, limit):
        jobs, self.waiting = self.waiting, []
        self.calls.append("claim")
        self.claims.release()
        return jobs

    def waits(self):
        return self.more

    def due(self, limit):
        asked, self.asks = min(limit, self.asks), max(0, self.asks - limit)
        self.dues.release()
        return [Inquiry(1, job().dialer, AskCapture(), agent_id=number) for number in range(asked)]

    def finish(self, job, carried):
        self.calls.append("finish")
        self.finishes.release()

    def observed(self, ask, outcome, asked_at):
        return None

    def tend(self, full_seconds):
        return None


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


@pytest.fixture
def running(monkeypatch):
    """A worker that has looked for work once and does not sweep again."""
    monkeypatch.setattr(module, "SWEEP_SECONDS", 3600.0)
    queue, api = Queue(), Api()
    worker = Worker(queue, api, clock=lambda: datetime.now(UTC))
    thread = threading.Thread(target=worker.run)
    thread.start()
    worker.ring()
    assert queue.claims.acquire(timeout=PATIENCE)
    yield worker, queue, api
    api.may_answer.set()
    worker.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def take(worker: Worker, api: Api) -> None:
    assert worker.expect()
    worker.offer(job())
    assert api.asked.wait(PATIENCE)


def has_claimed(queue: Queue) -> bool:
    return queue.claims.acquire(timeout=PATIENCE)


def test_an_end_behind_which_nothing_was_rung_brings_no_claim(running):
    worker, queue, api = running
    api.may_answer.set()
    for _ in range(2):
        take(worker, api)
        assert queue.finishes.acquire(timeout=PATIENCE)
    assert queue.calls[-2:] == ["finish", "finish"]


def test_what_was_rung_while_a_job_was_in_hand_is_looked_for_at_its_end(running):
    worker, queue, api = running
    queue.more = True
    take(worker, api)
    worker.ring()
    assert has_claimed(queue)
    api.may_answer.set()
    assert has_claimed(queue)


def test_what_waits_behind_a_claimed_job_is_looked_for_at_its_end(running):
    worker, queue, api = running
    queue.waiting, queue.more = [job()], True
    worker.ring()
    assert has_claimed(queue)
    assert api.asked.wait(PATIENCE)
    api.may_answer.set()
    assert has_claimed(queue)


def test_a_claim_that_left_nothing_waiting_makes_no_bells_of_ends(running):
    worker, queue, api = running
    queue.waiting = [job()]
    worker.ring()
    assert has_claimed(queue)
    api.may_answer.set()
    assert queue.finishes.acquire(timeout=PATIENCE)
    take(worker, api)
    assert queue.finishes.acquire(timeout=PATIENCE)
    assert queue.calls[-2:] == ["finish", "finish"]


def test_where_there_is_more_to_ask_than_threads_the_next_sweep_comes_soon(monkeypatch):
    """Twelve questions, of which four go out at once: three sweeps, although the next usual one is an hour away."""
    queue, api = Queue(), Api()
    queue.asks = 12
    api.may_answer.set()
    worker = Worker(queue, api, threads=8, clock=lambda: datetime.now(UTC))
    monkeypatch.setattr(module, "SWEEP_SECONDS", 3600.0)
    thread = threading.Thread(target=worker.run)
    thread.start()
    for _ in range(3):
        worker.ring()
        assert queue.dues.acquire(timeout=PATIENCE)
    worker.stop()
    thread.join(PATIENCE)
    assert queue.asks == 0
