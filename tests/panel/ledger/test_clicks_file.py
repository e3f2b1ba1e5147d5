"""The ledger as a file for spreadsheets: every column, UTC, nothing that a spreadsheet would compute."""

import csv
from io import StringIO
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.db import connections
from django.test import AsyncClient

from panel.views import ledger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def _no_connection_stays_behind():
    """Django's client for tests leaves the one of the thread in which it calls views."""
    yield
    await sync_to_async(connections.close_all)()


@pytest.fixture
def download():
    """The rows of the file that somebody is given."""

    async def rows(person, **query: str) -> list[dict[str, str]]:
        client = AsyncClient()
        await client.aforce_login(person)
        answer: Any = await client.get("/ledger/clicks.csv", query)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"].startswith('attachment; filename="clipdeck-clicks-')
        text = b"".join([part async for part in answer.streaming_content]).decode()
        return list(csv.DictReader(StringIO(text)))

    return rows


async def test_a_row_tells_everything_in_utc(ada, alice, clicked, download):
    press = {"action": "play", "button": "terms", "clip": "terms"}
    ended = {"play_end": "stopped", "play_seconds": 7.2, "play_evidence": "seen", "play_text": "Stopped."}
    click = await database_sync_to_async(clicked)(alice, "play", 1.5, press=press, actor_name="Sue", **ended)
    assert await download(ada) == [{
        "requested_at": "2026-11-21T12:00:01.500Z", "sent_at": "", "ended_at": "2026-11-21T12:00:01.500Z",
        "dialer": "main", "agent_user": "1000", "username": "alice", "name": "Alice", "pressed_by": "Sue",
        "action": "play", "button": "terms", "clip": "terms", "label": "", "status": "done", "reason": "", "text": "",
        "play_end": "stopped", "play_seconds": "7.2", "play_evidence": "seen", "play_text": "Stopped.",
        "play_ended_at": "", "id": str(click.id),
    }]  # fmt: skip


@pytest.mark.parametrize("text", ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
async def test_no_text_is_computed_by_a_spreadsheet(ada, alice, clicked, download, text):
    await database_sync_to_async(clicked)(alice, text=text)
    (row,) = await download(ada)
    assert row["text"] == f"'{text}"


async def test_all_rows_come_and_only_those_that_were_asked_for(ada, alice, clicked, download, monkeypatch):
    monkeypatch.setattr(ledger, "CHUNK", 3)
    for second in range(10):
        await database_sync_to_async(clicked)(alice, "stop" if second % 5 else "pause", second)
    rows = await download(ada, action="stop")
    assert [row["requested_at"][17:19] for row in rows] == ["09", "08", "07", "06", "04", "03", "02", "01"]


async def test_supervisors_are_given_their_teams_only(sue, alice, clicked, download):
    await database_sync_to_async(clicked)(alice)
    assert await download(sue) == []


async def test_a_filter_that_cannot_be_read_gives_no_file(ada):
    client = AsyncClient()
    await client.aforce_login(ada)
    answer = await client.get("/ledger/clicks.csv", {"from": "yesterday"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/html; charset=utf-8")
