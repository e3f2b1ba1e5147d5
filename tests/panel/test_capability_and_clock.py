"""What a dialer can do and what its clock says: written down where it changed, and told to its panels then."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from agentapi.capability import Capability
from agentapi.outcomes import Accepted
from agentapi.versions import ServerVersion
from panel.models import Dialer, Session
from panel.services import links

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NEW_YORK = datetime(2026, 11, 21, 7, 0, 3)  # noqa: DTZ001 - a server's clock, three seconds ahead
VERSION = ServerVersion("2.14-84", 260302, NEW_YORK, 1795262400)

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(alice, bob, caplog):
    """How often Alice's panels were told, and the lines of the log."""
    caplog.set_level(logging.INFO)
    for agent in (alice, bob):
        Session.objects.create(agent=agent)

    def count() -> tuple[int, list[str]]:
        lines = [record.getMessage() for record in caplog.records if record.name == "panel.services.links"]
        return Session.objects.get(agent=alice).version, lines

    return count


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_the_clock_is_held_against_the_middle_of_the_call(dialer):
    links.note_version(dialer.pk, VERSION, at(0), at(2))
    dialer.refresh_from_db()
    assert (dialer.build, dialer.version_at) == (260302, at(2))
    assert dialer.clock_ahead_seconds == -5 * 3600 + 2
    # What began ten seconds before the server's own "now" began ten seconds before the middle of the call.
    started = datetime(2026, 11, 21, 6, 59, 53, tzinfo=UTC)
    assert started - timedelta(seconds=dialer.clock_ahead_seconds) == at(1 - 10)


def test_a_version_is_told_once_and_its_time_is_kept(told, dialer):
    before, _ = told()
    for minute in range(3):
        moved = ServerVersion("2.14-84", 260302, NEW_YORK + timedelta(minutes=minute))
        links.note_version(dialer.pk, moved, at(60 * minute), at(60 * minute + 0.4))
    version, lines = told()
    assert version == before + 1
    assert lines == ["Dialer main: version 2.14-84, build 260302."]
    assert Dialer.objects.get().version_at == at(120.4)


def test_another_build_and_a_clock_that_moved_are_news(told, dialer):
    links.note_version(dialer.pk, VERSION, NOW, NOW)
    before, _ = told()
    links.note_version(dialer.pk, ServerVersion("2.14-85", 260401, NEW_YORK), NOW, NOW)
    assert told()[0] == before + 1
    summer = ServerVersion("2.14-85", 260401, NEW_YORK + timedelta(hours=1))
    links.note_version(dialer.pk, summer, NOW, NOW)
    assert told()[0] == before + 2
    assert Dialer.objects.get().clock_ahead_seconds == -4 * 3600 + 3


def test_what_a_version_does_not_tell_stays(dialer):
    links.note_version(dialer.pk, VERSION, NOW, NOW)
    links.note_version(dialer.pk, ServerVersion("2.14-84"), NOW, at(9))
    dialer.refresh_from_db()
    assert (dialer.build, dialer.clock_ahead_seconds, dialer.version_at) == (260302, -5 * 3600 + 3, at(9))


def test_a_capability_is_told_when_it_changes(told, dialer):
    before, _ = told()
    for second in range(5):
        links.note_capability(dialer.pk, Capability.SWITCHED_OFF, at(second))
    version, lines = told()
    assert version == before + 1
    assert lines == ["Dialer main: recording (stereo) is switched_off."]
    links.note_capability(dialer.pk, Capability.OK, at(9))
    assert told()[0] == before + 2
    dialer.refresh_from_db()
    assert (dialer.capability, dialer.capability_at) == ("ok", at(9))


def test_an_unchanged_capability_is_written_once_a_minute(dialer, django_assert_num_queries):
    links.note_capability(dialer.pk, Capability.OK, NOW)
    with django_assert_num_queries(1):
        links.note_capability(dialer.pk, Capability.OK, at(59))
    assert Dialer.objects.get().capability_at == NOW
    links.note_capability(dialer.pk, Capability.OK, at(60))
    assert Dialer.objects.get().capability_at == at(60)


def test_new_credentials_leave_nothing_known_and_tell_so(told, dialer):
    links.note_version(dialer.pk, VERSION, NOW, NOW)
    links.note_capability(dialer.pk, Capability.NO_PERMISSION, NOW)
    before, _ = told()
    links.reopen(Dialer.objects.get(), at(1))
    dialer.refresh_from_db()
    known = (dialer.capability, dialer.capability_at, dialer.build, dialer.clock_ahead_seconds, dialer.version_at)
    assert known == ("not_known", None, None, None, None)
    assert told()[0] == before + 1


def test_what_a_probe_tells_of_the_server_is_kept(dialer):
    links.note_probe(dialer.pk, Accepted(version=VERSION), NOW, NOW)
    assert Dialer.objects.get().build == 260302
