"""What is old goes in pieces; what is open, young, or still true stays."""

import signal
import threading
import uuid
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.models import Session as Login
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from panel.management.commands import prune as command
from panel.models import Alert, Click, Dialer, Team, Token, WrongCode
from panel.selectors import history as history_reads
from panel.services import pruning

DAY = timedelta(days=1)
YEARS = timedelta(days=2000)


@pytest.fixture(autouse=True)
def rests(monkeypatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(command, "sleep", slept.append)
    return slept


@pytest.fixture
def pressed(alice):
    """Writes a click of Alice, so long ago."""

    def write(ago: timedelta, **fields) -> Click:
        at = timezone.now() - ago
        known = {"requested_at": at, "not_before": at, "expires_at": at, "ended_at": at, "status": "done"}
        known |= {"id": uuid.uuid4(), "agent": alice, "actor": alice.user, "action": "stop", "press": {}}
        return Click.objects.create(**(known | fields))

    return write


def prune(*words: str) -> str:
    out = StringIO()
    call_command("prune", *words, stdout=out, no_color=True)
    return out.getvalue()


def test_old_presses_go_and_young_ones_stay(pressed):
    pressed(YEARS)
    young = pressed(1800 * DAY)
    told = prune()
    assert list(Click.objects.all()) == [young]
    assert "clicks: 1 from before " in told
    assert "(1827 days)" in told
    assert told.endswith("Pruned: 1 row went.\n")


@pytest.mark.parametrize("status", ["queued", "sent"])
def test_a_press_that_has_not_ended_stays_however_old_it_is(pressed, status):
    pressed(YEARS, status=status, ended_at=None)
    assert prune() == "Pruned: no rows went.\n"
    assert Click.objects.count() == 1


@pytest.mark.parametrize("field", ["ended_at", "play_ended_at"])
def test_a_press_is_as_young_as_its_end(pressed, field):
    pressed(YEARS, **{field: timezone.now() - DAY})
    prune()
    assert Click.objects.count() == 1


def test_a_dry_run_tells_the_same_and_takes_nothing(pressed):
    pressed(YEARS)
    told = prune("--dry-run")
    assert "clicks: 1 from before " in told
    assert told.endswith("A dry run: 1 row would go.\n")
    assert Click.objects.count() == 1


def test_how_long_is_decided_by_the_settings(pressed, settings):
    settings.KEEP_DAYS = settings.KEEP_DAYS | {"clicks": 30}
    pressed(31 * DAY)
    pressed(29 * DAY)
    prune()
    assert Click.objects.count() == 1


def test_many_go_in_pieces_with_a_rest_after_each_and_progress(pressed, monkeypatch, rests):
    monkeypatch.setattr(pruning, "PIECE", 2)
    monkeypatch.setattr(command, "TOLD_EVERY", 2)
    same = timezone.now() - YEARS
    for _ in range(5):
        pressed(YEARS, requested_at=same)
    told = prune()
    assert "clicks: 4 of 5 are gone\n" in told
    assert rests == [command.REST_SECONDS] * 3
    assert not Click.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_between_two_pieces_nothing_is_held(pressed, monkeypatch):
    monkeypatch.setattr(pruning, "PIECE", 1)
    for _ in range(3):
        pressed(YEARS)
    clicks = next(kind for kind in pruning.kinds() if kind.name == "clicks")
    failed: list[BaseException] = []

    def write():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    cursor.execute("PRAGMA busy_timeout = 1")
                else:
                    cursor.execute("SET LOCAL lock_timeout = '50ms'")
                    cursor.execute("LOCK TABLE panel_click IN EXCLUSIVE MODE")
                Dialer.objects.update(link_text="pressed meanwhile")
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    pieces = 0
    for _ in pruning.prune(clicks, timezone.now()):
        pieces += 1
        assert not connection.in_atomic_block
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert (pieces, failed) == (3, [])


def test_a_signal_ends_it_after_the_piece_in_hand(pressed, monkeypatch):
    monkeypatch.setattr(pruning, "PIECE", 1)
    monkeypatch.setattr(command, "sleep", lambda _: signal.raise_signal(signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    for _ in range(4):
        pressed(YEARS)
    assert prune().endswith("Ended early: 2 rows went.\n")
    assert Click.objects.count() == 2
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_database_that_refuses_is_one_sentence(pressed, monkeypatch):
    def refuse(*_):
        raise DatabaseError("database\nis locked")

    pressed(YEARS)
    monkeypatch.setattr(pruning, "_take_away", refuse)
    with pytest.raises(CommandError, match=r"The database refused \(database is locked\)\."):
        prune()


def test_an_alert_that_stands_stays(alice):
    old = timezone.now() - YEARS
    Alert.objects.create(kind="clip_paused", agent=alice, text="", raised_at=old, cleared_at=old)
    Alert.objects.create(kind="clip_paused", agent=alice, text="stands", raised_at=old)
    prune()
    assert [alert.text for alert in Alert.objects.all()] == ["stands"]


class TestVersions:
    def test_what_held_since_the_first_kept_day_can_still_be_told(self, db):
        with time_machine.travel(timezone.now() - YEARS, tick=False) as clock:
            dialer = Dialer.objects.create(name="first", url="http://d/x", user="u", password="p")
            for name in ("second", "third"):
                clock.shift(DAY)
                dialer.name = name
                dialer.save()
        dialer.name = "fourth"
        dialer.save()
        prune()
        names = Dialer.history.order_by("history_id").values_list("name", flat=True)
        assert list(names) == ["third", "fourth"]
        newest, *_ = history_reads.changes(history_reads.Asked(what="dialer"), None).items
        assert ("third", "fourth") in {(value.old, value.new) for value in newest.values}

    def test_a_row_that_was_deleted_keeps_its_name(self, db):
        with time_machine.travel(timezone.now() - YEARS, tick=False):
            Team.objects.create(name="Gone").delete()
        prune()
        assert [(row.history_type, row.name) for row in Team.history.all()] == [("-", "Gone")]

    def test_whom_a_version_was_linked_to_goes_with_it(self, alice):
        links = Team.history.model.agents.model
        with time_machine.travel(timezone.now() - YEARS, tick=False):
            team = Team.objects.create(name="Sales")
            team.agents.add(alice)
            team.name = "Sales 2"
            team.save()
        prune()
        assert Team.history.count() == 1
        assert {row.history_id for row in links.objects.all()} == {Team.history.get().history_id}


def test_extensions_go_after_they_were_revoked_or_lapsed(alice):
    now = timezone.now()
    for name, expires, revoked in (
        ("good", now + DAY, None),
        ("lapsed", now - 91 * DAY, None),
        ("revoked", now + DAY, now - 91 * DAY),
        ("revoked lately", now + DAY, now - DAY),
    ):
        at = {"created_at": now - YEARS, "expires_at": expires, "revoked_at": revoked}
        Token.objects.create(agent=alice, token_hash=name, origin="o", name=name, **at)
    WrongCode.objects.create(user=alice.user, at=now - 91 * DAY)
    prune()
    assert {token.name for token in Token.objects.all()} == {"good", "revoked lately"}
    assert not WrongCode.objects.exists()


def test_logins_go_when_they_have_lapsed(db):
    now = timezone.now()
    for name, expires in (("lapsed", now - DAY), ("good", now + DAY)):
        Login.objects.create(session_key=name, session_data="", expire_date=expires)
    assert "sessions: 1 that have lapsed\n" in prune()
    assert [login.session_key for login in Login.objects.all()] == ["good"]


def test_every_table_that_grows_has_its_kind(db):
    walked = {kind.rows(timezone.now()).model for kind in pruning.kinds()}
    linked = {links for kind in pruning.kinds() for links in kind.many()}
    configuration = {"Agent", "Board", "Button", "Clip", "Dialer", "DialerHost", "Team", "User", "Group", "Permission"}
    bounded = {"Seal", "Session", "Worker", "ContentType", "LogEntry", "LoginTries"}
    left = {model for model in apps.get_models() if model not in walked | linked}
    assert {model.__name__ for model in left} <= configuration | bounded
    assert history_reads.HISTORIES["login"].model in walked
