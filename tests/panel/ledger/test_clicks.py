"""The ledger's page: whose clicks, which of them, and page by page."""

import re

import pytest

from panel.models import Click, Team
from panel.selectors import ledger
from panel.selectors.ledger import Asked, clicks
from tests.panel.ledger.conftest import NOON

PLAY = {"action": "play", "button": "recorded-line", "clip": "recorded-line"}


def shown(answer) -> list[Click]:
    found: list[Click] = answer.context["page"].items
    return found


@pytest.fixture
def day(alice, bob, clicked):
    """A play that Alice began and a colleague's failed capture, an hour apart."""
    ended = {"play_end": "stopped", "play_text": "Stopped at 7.2 of 18.0 s.", "play_evidence": "accepted"}
    play = clicked(alice, "play", 0, press=PLAY, **ended)
    capture = clicked(bob, "capture_begin", 3600, press={"label": "sale"}, status="failed", text="No such session.")
    return play, capture


@pytest.mark.parametrize("reader", ["ada", "otto"])
def test_admins_and_auditors_see_everybody(day, visit, reader, request):
    assert shown(visit(request.getfixturevalue(reader))) == [day[1], day[0]]


def test_supervisors_see_their_teams_only_closed_logins_included(day, visit, sue, alice):
    Team.objects.create(name="Mine").supervisors.add(sue)
    assert shown(visit(sue)) == []
    Team.objects.get().agents.add(alice)
    alice.user.is_active = False
    alice.user.save()
    assert shown(visit(sue)) == [day[0]]


def test_a_supervisor_without_a_team_is_told_why_there_is_nothing(day, visit, sue):
    assert "you are in none yet" in visit(sue).content.decode()


def test_a_supervisor_who_is_an_auditor_too_sees_everybody(day, visit, sue, otto):
    sue.groups.add(*otto.groups.all())
    assert len(shown(visit(sue))) == 2


@pytest.mark.parametrize("query", [
    {"agent": "1001"}, {"agent": "BOB"}, {"action": "capture_begin"}, {"status": "failed"}, {"text": "SUCH"},
    {"text": "sale"}, {"from": "2026-11-21 12:30"}, {"from": "2026-11-21T12:30Z", "to": "2026-11-21"},
])  # fmt: skip
def test_a_filter_leaves_the_capture(day, visit, ada, query):
    assert shown(visit(ada, **query)) == [day[1]]


@pytest.mark.parametrize("query", [
    {"agent": "lic"}, {"clip": "recorded-line"}, {"end": "stopped"}, {"text": "7.2 of"}, {"to": "2026-11-21 12:30"},
    {"to": "2026-11-21T13:00+00:00"},
])  # fmt: skip
def test_a_filter_leaves_the_play(day, visit, ada, query):
    assert shown(visit(ada, **query)) == [day[0]]


@pytest.mark.parametrize("query", [{"agent": "nobody"}, {"to": "2026-11-20"}, {"clip": "terms"}, {"text": "%"}])
def test_what_is_not_there_is_said(day, visit, ada, query):
    answer = visit(ada, **query)
    assert shown(answer) == []
    assert "There is no such click." in answer.content.decode()


@pytest.mark.parametrize("query", [
    {"from": "yesterday"}, {"to": "2026-02-31"}, {"action": "shout"}, {"text": "x" * 101}, {"to": "9999-12-31"},
])  # fmt: skip
def test_a_filter_that_cannot_be_read_shows_nothing_and_says_so(day, visit, ada, query):
    answer = visit(ada, **query)
    assert answer.status_code == 400
    assert "can&#x27;t be read" in answer.content.decode() or "can't be read" in answer.content.decode()
    assert 'class="errorlist' in answer.content.decode()


def test_the_page_tells_how_the_clip_ended_and_that_nobody_proved_it(day, visit, ada):
    page = visit(ada).content.decode()
    assert "Stopped at 7.2 of 18.0 s." in page
    assert "Unconfirmed." in page
    assert "Begin capture sale" in page


def test_pages_follow_each_other_without_a_gap_even_within_one_moment(alice, clicked, visit, ada, monkeypatch):
    monkeypatch.setattr(ledger.clicks, "__defaults__", (3,))
    written = {clicked(alice, seconds=second // 4).id for second in range(10)}
    seen, address = [], "/ledger/?action=stop"
    for _ in range(4):
        answer = visit(ada, address)
        seen += [click.id for click in shown(answer)]
        older = answer.context["older"]
        address = f"/ledger/?{older}"
        assert (">Newest<" in answer.content.decode()) == (len(seen) > 3)
    assert older == ""
    assert len(seen) == 10
    assert set(seen) == written


@pytest.mark.parametrize(
    "mark", ["nonsense", "2026-11-21T12:00:00Z_nonsense", "2026-99-99T12:00:00Z_1", "2026-11-21_00"]
)
def test_a_mark_that_is_none_begins_at_the_newest(day, visit, ada, mark):
    assert len(shown(visit(ada, before=mark))) == 2


def test_a_page_costs_the_same_number_of_queries_however_many_rows(alice, clicked, ada, django_assert_max_num_queries):
    for second in range(30):
        clicked(alice, seconds=second)
    with django_assert_max_num_queries(4):
        assert [str(click.agent) for click in clicks(ada, Asked(), None).items] == ["Alice (1000)"] * 30


def test_the_address_of_a_page_holds_what_was_asked_and_no_more(day, visit, ada):
    page = visit(ada, action="play", agent="", nonsense="x").content.decode()
    assert re.search(r'href="/ledger/clicks\.csv\?action=play"', page)
    assert NOON.strftime("%Y-%m-%d %H:%M:%S") in page
