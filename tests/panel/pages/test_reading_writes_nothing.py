"""To look at a page needs no write: it is shown while the disk is full, and a login lasts all the same."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.sessions import RENEWED_AFTER, SessionStore

TWO_WEEKS = timedelta(days=14)


@pytest.fixture
def hers(client, alice):
    client.force_login(alice.user)
    return client


def lapses_in() -> timedelta:
    return Session.objects.get().expire_date - timezone.now()


def test_a_page_is_shown_without_a_write(hers):
    # An agent's state has its row from the first look on.
    hers.get("/panel/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert hers.get("/panel/").status_code == 200
    writes = [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert writes == []


def test_a_login_in_use_is_renewed_once_a_day(hers):
    Session.objects.update(expire_date=timezone.now() + TWO_WEEKS - RENEWED_AFTER * 2)
    answer = hers.get("/panel/")
    assert lapses_in() > TWO_WEEKS - timedelta(minutes=1)
    assert answer.cookies["sessionid"]["max-age"] == TWO_WEEKS.total_seconds()
    assert "sessionid" not in hers.get("/panel/").cookies


def test_where_that_cannot_be_written_the_page_is_shown_all_the_same(hers, monkeypatch):
    Session.objects.update(expire_date=timezone.now() + TWO_WEEKS - RENEWED_AFTER * 2)

    def full(*_args, **_kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(SessionStore, "save", full)
    answer = hers.get("/panel/")
    assert answer.status_code == 200
    assert "Cookie" in answer["Vary"]


def test_a_login_that_was_not_used_for_two_weeks_lapses(hers):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert hers.get("/panel/").status_code == 302
