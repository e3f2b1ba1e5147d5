"""Alive, and ready, are two questions."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import AsyncClient
from django.utils import timezone

from panel.models import Click, Dialer, Worker
from panel.views import health


@pytest.fixture
def visitor():
    return AsyncClient()


async def seen(seconds_ago: float) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    await Worker.objects.acreate(name="w", started_at=at, seen_at=at)


async def test_alive_needs_nothing_but_the_process(visitor):
    assert (await visitor.get("/healthz")).status_code == 200


async def test_ready_with_database_layer_and_a_worker(transactional_db, visitor):
    await seen(1)
    answer = await visitor.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": "ok", "worker": "ok", "queue": "ok", "layer": "ok"}


async def test_not_ready_without_a_living_worker(transactional_db, visitor):
    await seen(60)
    answer = await visitor.get("/readyz")
    assert answer.status_code == 503
    assert "No worker" in answer.json()["worker"]


async def test_not_ready_without_a_database(transactional_db, visitor, monkeypatch):
    def away(_):
        raise OperationalError("gone")

    monkeypatch.setattr(health, "worker_alive", away)
    answer = await visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "The database does not answer."


async def test_not_ready_while_no_worker_has_a_free_thread(transactional_db, visitor):
    await seen(1)
    await Worker.objects.aupdate(full_seconds=3.5)
    answer = await visitor.get("/readyz")
    assert answer.status_code == 503
    assert "free thread" in answer.json()["worker"]


async def test_one_worker_with_a_free_thread_is_enough(transactional_db, visitor):
    await seen(1)
    await Worker.objects.aupdate(full_seconds=3.5)
    await Worker.objects.acreate(name="other", started_at=timezone.now(), seen_at=timezone.now())
    assert (await visitor.get("/readyz")).status_code == 200


@pytest.mark.parametrize(("waited", "status"), [(2.5, 200), (4, 503)])
async def test_not_ready_while_a_press_waits_too_long(transactional_db, alice, visitor, waited, status):
    await seen(1)
    await waiting(alice, waited)
    answer = await visitor.get("/readyz")
    assert answer.status_code == status
    assert ("has waited" in answer.json()["queue"]) is (status == 503)


async def test_a_press_that_waits_for_vicidial_says_nothing_of_the_workers(transactional_db, alice, visitor):
    await seen(1)
    await waiting(alice, 4)
    await waiting(alice, 5, status="sent")
    assert (await visitor.get("/readyz")).status_code == 200


async def waiting(agent, seconds: float, status: str = "queued") -> None:
    await Dialer.objects.aupdate(proved_at=timezone.now())
    at = timezone.now() - timedelta(seconds=seconds)
    times = {"requested_at": at, "not_before": at, "expires_at": at + timedelta(seconds=5)}
    whose = {"agent": agent, "actor": agent.user, "action": "stop", "press": {}, "status": status}
    await Click.objects.acreate(id=uuid4(), **whose, **times)
