"""What stands on an agent's card."""

import uuid
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from agentapi import machine
from panel.models import Click, Dialer, Session, Worker
from panel.selectors.states import state_message, store
from panel.selectors.wall import boards, cards, clicks_message, marks

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def card(agent, now=NOW):
    return msgspec.json.decode(cards([agent.pk], now)[agent.pk].raw)


def ended(agent, status, minutes_ago, text="Because."):
    at = NOW - timedelta(minutes=minutes_ago)
    return Click.objects.create(
        id=uuid.uuid4(), agent=agent, actor=agent.user, action="play", press={"button": "greeting", "clip": "greeting"},
        status=status, text=text, requested_at=at, not_before=at, expires_at=at, sent_at=at, ended_at=at,
    )  # fmt: skip


def test_an_agent_who_never_opened_a_panel_has_a_card_that_says_so(alice):
    found = card(alice)
    assert (found["key"], found["agent"], found["name"], found["dialer"]) == (alice.pk, "1000", "Alice", "main")
    assert (found["board"], found["version"], found["panel_open"]) == ("Sales", 0, False)
    assert found["state"]["session"]["status"] == "UNKNOWN"
    assert found["trouble"] is None


def test_the_state_is_the_one_that_the_panel_shows(alice, time_machine):
    time_machine.move_to(NOW, tick=False)
    state = machine.State(machine.Session("INCALL", "8600051", NOW, NOW, NOW - timedelta(minutes=3)))
    session = Session.objects.create(agent=alice, version=7, state=store(state))
    found = card(alice)
    assert found["version"] == 7
    assert found["state"] == msgspec.to_builtins(state_message(session).state) | {}
    assert found["state"]["session"]["since"] == "2026-11-21T11:57:00Z"


def test_a_panel_counts_as_open_until_its_watch_lapses(alice):
    Session.objects.create(agent=alice, watched_until=NOW + timedelta(seconds=1))
    assert card(alice)["panel_open"]
    assert not card(alice, NOW + timedelta(seconds=2))["panel_open"]


def test_the_last_trouble_is_the_newest_click_that_did_not_end_well(alice, bob):
    ended(alice, "refused", 30, "Older.")
    ended(alice, "failed", 20, "Newer.")
    ended(alice, "done", 10)
    ended(bob, "failed", 1, "Not hers.")
    assert card(alice)["trouble"] == {
        "at": "2026-11-21T11:40:00Z", "action": "play", "status": "failed", "text": "Newer.",
    }  # fmt: skip


def test_trouble_is_forgotten_after_an_hour(alice):
    ended(alice, "failed", 61)
    assert card(alice)["trouble"] is None


def test_many_cards_cost_as_many_queries_as_one(alice, bob, django_assert_num_queries):
    for agent in (alice, bob):
        ended(agent, "failed", 5)
    with django_assert_num_queries(3):
        assert len(cards([alice.pk, bob.pk], NOW)) == 2


def test_no_password_is_decrypted_for_a_card(alice, monkeypatch):
    monkeypatch.setattr("panel.models.secrets.decrypt", lambda token: pytest.fail("decrypted"))
    assert card(alice)["name"] == "Alice"


def test_boards_are_those_of_the_agents_with_what_their_buttons_are_called(alice, bob):
    (board,) = boards([bob.pk])
    assert (board.name, board.labels) == ("Collections", {"bobs-own": "Bob's own"})
    assert [board.name for board in boards([alice.pk, bob.pk])] == ["Collections", "Sales"]


def test_the_last_clicks_are_the_newest_first_with_who_pressed(alice, bob, sue):
    ended(bob, "done", 1)
    old = ended(alice, "done", 5)
    new = ended(alice, "refused", 2, "No.")
    Click.objects.filter(pk=new.pk).update(actor=sue, actor_name="Sue")
    first, second = clicks_message(alice.pk, NOW).clicks
    assert (first.id, first.status, first.text, first.actor) == (new.pk, "refused", "No.", "Sue")
    assert (second.id, second.actor, second.clip, second.ended_at) == (old.pk, None, "greeting", old.ended_at)


def seen(agent, seconds_ago, **session):
    state = machine.State(machine.Session("INCALL", "8600051", NOW - timedelta(seconds=seconds_ago)))
    return Session.objects.create(agent=agent, state=store(state), **session)


def later(**time):
    return NOW + timedelta(**time)


@pytest.fixture
def worker(db):
    return Worker.objects.create(name="w", started_at=NOW, seen_at=NOW + timedelta(days=1))


def both(agent, now=NOW):
    """Whether the agent is followed, as the card says; and the mark says the same."""
    (found,) = cards([agent.pk], now).values()
    assert found.mark == marks([agent.pk], now)[agent.pk]
    return msgspec.json.decode(found.raw)["followed"]


def test_an_agent_whom_nobody_asks_about_is_followed_for_a_moment_only(alice, worker):
    seen(alice, 14)
    assert both(alice)
    assert not both(alice, later(seconds=2))


def test_an_agent_is_followed_as_long_as_there_is_a_question_to_come(alice, worker):
    seen(alice, 40, ask_at=later(seconds=5))
    assert both(alice)
    Dialer.objects.update(link=Dialer.Link.UNREACHABLE)
    assert not both(alice)


def test_without_a_worker_nobody_is_followed(alice):
    seen(alice, 40, ask_at=later(seconds=5))
    assert not both(alice)


def test_a_floor_that_was_seen_confirms_all_whom_somebody_had_seen(alice, bob, worker):
    seen(alice, 40)
    Dialer.objects.update(floor_seen_at=NOW)
    assert both(alice)
    assert not both(bob)


def test_a_card_is_out_of_date_when_its_link_or_its_trouble_changes(alice, worker):
    seen(alice, 1)
    known = [marks([alice.pk], NOW)]
    Dialer.objects.update(link=Dialer.Link.LOGIN_REFUSED, link_text="It refuses.")
    known.append(marks([alice.pk], NOW))
    ended(alice, "failed", 59)
    known.append(marks([alice.pk], NOW))
    assert not both(alice, later(minutes=2))
    known.append(marks([alice.pk], later(seconds=61)))
    assert [mark[alice.pk].link.dialer for mark in known] == ["ok", *["login_refused"] * 3]
    assert [bool(mark[alice.pk].trouble_at) for mark in known] == [False, False, True, False]


def test_a_look_at_many_agents_costs_as_many_queries_as_one(alice, bob, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert len(marks([alice.pk, bob.pk], NOW)) == 2
