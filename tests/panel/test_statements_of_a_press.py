"""What a press asks of the database. Each statement more makes every press slower."""

from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agentapi.commands import BeginCapture
from agentapi.machine import Action, Capture, Session, State
from agentapi.outcomes import Accepted
from agentapi.worker import Carried, StepDone
from panel.nearby import nearby
from panel.protocol import ClickFrame
from panel.services import clicks, sessions, workers

NAME = "worker-under-test"


class Handy:
    """A worker that has a thread to spare and keeps the job that it gets."""

    job = None

    def expect(self) -> bool:
        return True

    def offer(self, job) -> None:
        self.job = job


@pytest.fixture
def worker(transactional_db, alice):
    # In one second, since what is asked once in a second is asked in the first press alone.
    with time_machine.travel(timezone.now(), tick=False):
        yield from worker_of(alice)


def worker_of(alice):
    now = timezone.now()
    workers.sign_in(NAME, now)
    alice.dialer.__class__.objects.update(proved_at=now)
    sessions.ensure_session(alice)
    sessions.change(
        alice.pk, lambda *_: State(Session("INCALL", "8600051", now, now, now), Capture(checked_at=now)), now
    )
    handy = Handy()
    nearby.settle(NAME, handy)
    yield handy
    nearby.leave()


def press(alice) -> None:
    frame = ClickFrame(uuid4(), Action.CAPTURE_BEGIN, None)
    assert clicks.request_click(alice.pk, alice.user, frame, timezone.now()) is None


def end(job) -> None:
    now = timezone.now()
    step = StepDone(Action.CAPTURE_BEGIN, BeginCapture(), Accepted(), now, now)
    clicks.finish_click(NAME, job, Carried((step,)), now)


def words(captured) -> list[str]:
    said = [query["sql"].split()[0] for query in captured]
    return [word for word in said if word in {"SELECT", "INSERT", "UPDATE", "DELETE"}]


def test_it_is_taken_in_with_two_reads_and_its_end_is_written_without_any(worker, alice):
    press(alice)
    end(worker.job)
    sessions.change(alice.pk, lambda state, _: State(state.session, Capture(checked_at=timezone.now())), timezone.now())
    with CaptureQueriesContext(connection) as taken_in:
        press(alice)
    with CaptureQueriesContext(connection) as ended:
        end(worker.job)
    assert words(taken_in) == ["SELECT", "SELECT", "INSERT"]
    assert words(ended) == ["UPDATE", "UPDATE"]
