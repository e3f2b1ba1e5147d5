"""Alive, and ready, are two questions."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import AsyncClient
from django.utils import timezone

from panel.models import Worker
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
    assert answer.json() == {"ready": True, "database": "ok", "worker": "ok", "layer": "ok"}


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
