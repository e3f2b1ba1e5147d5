"""What an open wall costs VICIdial: the one call for a whole floor, and none for anybody alone."""

from datetime import UTC, datetime, timedelta

import pytest

from agentapi.commands import AskVersion
from panel.models import Dialer, Session
from panel.services import asking, floor, links

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_access(dialer):
    dialer.non_agent_url = "http://127.0.0.1:9/vicidial/non_agent_api.php"
    dialer.non_agent_user, dialer.non_agent_password = "apiuser", "apipass"
    dialer.proved_at = NOW
    dialer.save()


def asked(now=NOW) -> list[str]:
    """What is asked besides the server's version, which every watched dialer is asked for now and then."""
    commands = [ask.command for ask in asking.due(16, now)]
    return [type(command).__name__ for command in commands if not isinstance(command, AskVersion)]


def test_a_dialer_with_the_non_agent_api_is_asked_for_its_floor(with_access, alice, bob):
    assert asked() == []
    floor.watch([alice.pk], NOW)
    assert asked() == ["AskFloor"]


def test_nobody_is_asked_about_alone(alice, bob):
    Dialer.objects.update(proved_at=NOW)
    floor.watch([alice.pk, bob.pk], NOW)
    assert asked() == []


def test_a_login_that_is_new_is_tried_by_one_question_about_nobody(alice, bob):
    floor.watch([alice.pk, bob.pk], NOW)
    (ask,) = asking.due(16, NOW)
    assert (ask.agent_id, ask.agent_user) == (None, links.NO_AGENT)
    assert asking.due(16, NOW) == []


def test_it_lapses_with_the_last_wall(with_access, alice):
    floor.watch([alice.pk], NOW)
    assert asked(NOW + timedelta(minutes=1)) == []


def test_an_agent_who_never_had_a_panel_gets_a_session_to_be_told_of(alice, bob):
    floor.watch([alice.pk, bob.pk], NOW)
    floor.watch([alice.pk, bob.pk], NOW)
    assert Session.objects.count() == 2
    assert not Session.objects.exclude(watched_until=None).exists()


def test_dialers_of_others_are_left_alone(alice):
    other = Dialer.objects.create(name="other", url="http://127.0.0.1:9/agc/api.php", user="u", password="p")
    floor.watch([alice.pk], NOW)
    other.refresh_from_db()
    assert other.floor_watched_until is None
