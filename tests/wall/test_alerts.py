"""Alerts: raised once when something lasts too long, cleared when it is over, acknowledged by one name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import IntegrityError, transaction

from agentapi.machine import (
    Capture,
    CaptureStatus,
    Fault,
    Playback,
    PlaybackStatus,
    State,
)
from panel.models import Alert, Dialer, Session, Worker
from panel.queue import DatabaseQueue
from panel.selectors.states import store
from panel.selectors.wall import open_alerts
from panel.services import alerts, floor

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RECORDING = State(capture=Capture(CaptureStatus.ACTIVE, "7", began_at=NOW))
PAUSED = State(playback=Playback(PlaybackStatus.PAUSED, clip="greeting", began_at=NOW, duration_seconds=9))
NOT_BEGUN = State(capture=Capture(fault=Fault.NOT_BEGUN))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def worker(db) -> Worker:
    return Worker.objects.create(name="w", started_at=NOW, seen_at=NOW + timedelta(days=1))


def later(**time) -> datetime:
    return NOW + timedelta(**time)


def is_now(agent, state: State) -> None:
    Session.objects.update_or_create(agent=agent, defaults={"state": store(state)})


def raised(now: datetime) -> list[str]:
    """The kinds of the alerts that are open after a review."""
    alerts.review(now)
    return [alert.view.kind for alert in open_alerts()]


def test_a_capture_is_an_alert_when_it_lasts_longer_than_the_board_allows(alice):
    is_now(alice, RECORDING)
    assert raised(later(minutes=60)) == []
    assert raised(later(minutes=60, seconds=1)) == ["capture_long"]
    (alert,) = open_alerts()
    assert (alert.view.text, alert.view.name) == ("Recording for more than 60 minutes.", "Alice")
    assert alert.concerns == {alice.pk}


def test_a_paused_clip_is_an_alert_when_it_stays_paused(alice):
    is_now(alice, PAUSED)
    assert raised(later(seconds=60)) == []
    assert raised(later(seconds=61)) == ["clip_paused"]


def test_a_begin_that_did_not_come_to_life_is_an_alert_until_it_is_forgotten(alice):
    is_now(alice, NOT_BEGUN)
    assert raised(NOW) == ["not_begun"]
    is_now(alice, State())
    assert raised(later(seconds=1)) == []


@pytest.mark.parametrize("fault", [Fault.BEGIN_NOT_SEEN, Fault.BEGIN_NEVER_SEEN])
def test_a_begin_that_nobody_could_look_for_is_an_alert_that_denies_nothing(alice, fault):
    is_now(alice, State(capture=Capture(fault=fault)))
    assert raised(NOW) == ["not_begun"]
    (alert,) = open_alerts()
    assert "could not be seen" in alert.view.text
    assert "no recording" not in alert.view.text


@pytest.mark.parametrize(
    ("link", "kind"), [(Dialer.Link.UNREACHABLE, "dialer_away"), (Dialer.Link.LOGIN_REFUSED, "login_refused")]
)
def test_a_dialer_that_is_away_is_one_alert_for_all_its_agents(alice, bob, dialer, link, kind):
    Dialer.objects.update(link=link, link_text="It is away.")
    assert raised(NOW) == [kind]
    (alert,) = open_alerts()
    assert (alert.view.dialer, alert.view.agent, alert.view.text) == ("main", None, "It is away.")
    assert alert.concerns == {alice.pk, bob.pk}


def test_another_trouble_of_the_dialer_is_another_alert_that_nobody_looks_after_yet(alice, ada):
    Dialer.objects.update(link=Dialer.Link.UNREACHABLE, link_text="It cannot be reached.")
    alerts.review(NOW)
    floor.acknowledge(ada, open_alerts()[0].view.id, NOW)
    Dialer.objects.update(link=Dialer.Link.LOGIN_REFUSED, link_text="It refuses the login.")
    assert raised(later(seconds=9)) == ["login_refused"]
    (alert,) = open_alerts()
    assert (alert.view.text, alert.view.raised_at) == ("It refuses the login.", later(seconds=9))
    assert alert.view.acknowledged_by is None


def test_an_open_alert_says_what_is_true_now(alice, ada):
    Dialer.objects.update(link=Dialer.Link.UNREACHABLE, link_text="It does not answer.")
    alerts.review(NOW)
    floor.acknowledge(ada, open_alerts()[0].view.id, NOW)
    Dialer.objects.update(link_text="There is no such host.")
    assert raised(later(seconds=9)) == ["dialer_away"]
    (alert,) = open_alerts()
    assert (alert.view.text, alert.view.raised_at) == ("There is no such host.", NOW)
    assert alert.view.acknowledged_by == "Ada"


def test_no_worker_is_one_alert_for_everybody(alice, bob, worker):
    worker.delete()
    assert raised(NOW) == ["worker_away"]
    assert open_alerts()[0].concerns == {alice.pk, bob.pk}


@pytest.mark.parametrize(
    ("setting", "off", "state", "kind"),
    [
        ("alert_capture_minutes", None, RECORDING, "capture_long"),
        ("alert_paused_seconds", None, PAUSED, "clip_paused"),
        ("alert_not_begun", False, NOT_BEGUN, "not_begun"),
    ],
)
def test_each_can_be_off_for_a_board(alice, setting, off, state, kind):
    is_now(alice, state)
    assert raised(later(days=1)) == [kind]
    setattr(alice.board, setting, off)
    alice.board.save()
    assert raised(later(days=1)) == []


def test_away_can_be_off_for_a_board_and_then_concerns_the_others_only(alice, bob, worker):
    Dialer.objects.update(link=Dialer.Link.UNREACHABLE)
    worker.delete()
    alice.board.alert_away = False
    alice.board.save()
    assert set(raised(NOW)) == {"dialer_away", "worker_away"}
    assert [alert.concerns for alert in open_alerts()] == [{bob.pk}, {bob.pk}]
    bob.board.alert_away = False
    bob.board.save()
    assert raised(NOW) == []


def test_each_board_has_its_own_limit(alice, bob):
    bob.board.alert_capture_minutes = 5
    bob.board.save()
    for agent in (alice, bob):
        is_now(agent, RECORDING)
    alerts.review(later(minutes=6))
    assert [alert.view.name for alert in open_alerts()] == ["Bob"]
    assert open_alerts()[0].view.text == "Recording for more than 5 minutes."


def test_it_is_raised_once_cleared_once_and_kept(alice):
    is_now(alice, NOT_BEGUN)
    for second in range(3):
        alerts.review(later(seconds=second))
    is_now(alice, State())
    for second in range(3, 6):
        alerts.review(later(seconds=second))
    assert list(Alert.objects.values_list("raised_at", "cleared_at")) == [(NOW, later(seconds=3))]
    is_now(alice, NOT_BEGUN)
    alerts.review(later(seconds=9))
    assert Alert.objects.count() == 2


def test_of_two_workers_that_see_it_at_once_one_raises_it(alice, monkeypatch):
    is_now(alice, NOT_BEGUN)
    alerts.review(NOW)
    # The second one read the open alerts before the first one had raised its own.
    alerts._keep({alerts.Subject("not_begun", agent_id=alice.pk): "again"}, [], {}, NOW)
    assert Alert.objects.count() == 1


@pytest.mark.parametrize("about", [{}, {"dialer": True}, {"agent": True}])
def test_the_database_holds_one_open_alert_of_a_subject(alice, about):
    subject = {name: alice if name == "agent" else alice.dialer for name in about}
    Alert.objects.create(kind="not_begun", text="", raised_at=NOW, cleared_at=NOW, **subject)
    Alert.objects.create(kind="not_begun", text="", raised_at=NOW, **subject)
    Alert.objects.create(kind="clip_paused", text="", raised_at=NOW, **subject)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(kind="not_begun", text="", raised_at=NOW, **subject)


def test_a_worker_looks_after_alerts_as_it_tends(alice, monkeypatch):
    # The test's own connection must stay.
    monkeypatch.setattr("panel.queue.close_old_connections", lambda: None)
    is_now(alice, NOT_BEGUN)
    DatabaseQueue("w2").tend()
    assert Alert.objects.count() == 1


def test_an_agent_who_was_shut_out_raises_nothing(alice):
    is_now(alice, NOT_BEGUN)
    alice.user.is_active = False
    alice.user.save()
    assert raised(NOW) == []


def test_the_first_name_to_an_alert_stands(alice, bob, team_a, sue, ada):
    is_now(alice, NOT_BEGUN)
    alerts.review(NOW)
    (alert,) = open_alerts()
    assert floor.acknowledge(sue, alert.view.id, later(seconds=5)) is None
    assert floor.acknowledge(ada, alert.view.id, later(seconds=9)) is None
    (acknowledged,) = open_alerts()
    assert acknowledged.view == msgspec.structs.replace(
        alert.view, acknowledged_by="Sue", acknowledged_at=later(seconds=5)
    )


def test_nobody_acknowledges_what_they_may_not_see(alice, bob, team_a, team_b, sue, tom, eve):
    is_now(bob, NOT_BEGUN)
    alerts.review(NOW)
    alert_id = open_alerts()[0].view.id
    for user in (sue, eve):
        answer = floor.acknowledge(user, alert_id, NOW)
        assert answer
        assert answer.code == "no_such_alert"
    assert open_alerts()[0].view.acknowledged_by is None
    assert floor.acknowledge(tom, alert_id, NOW) is None


def test_what_is_over_is_not_acknowledged(alice, ada):
    is_now(alice, NOT_BEGUN)
    alerts.review(NOW)
    alert_id = open_alerts()[0].view.id
    is_now(alice, replace(NOT_BEGUN, capture=Capture()))
    alerts.review(NOW)
    assert floor.acknowledge(ada, alert_id, NOW) is not None
    assert Alert.objects.get().acknowledged_by is None
