"""A ledger with something in it."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from panel.models import Agent, Click

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def clicked():
    """Writes a click of an agent, so many seconds after noon."""

    def write(agent: Agent, action: str = "stop", seconds: float = 0, *, press=None, **fields) -> Click:
        at = NOON + timedelta(seconds=seconds)
        known = {"actor": agent.user, "status": "done", "requested_at": at, "not_before": at, "expires_at": at}
        known |= {"id": uuid.uuid4(), "press": press or {"action": action}, "ended_at": at}
        return Click.objects.create(agent=agent, action=action, **(known | fields))

    return write


@pytest.fixture
def visit(client):
    """A page of the ledger, opened by somebody."""

    def opened(person, path: str = "/ledger/", **query: str):
        client.force_login(person)
        return client.get(path, query)

    return opened
