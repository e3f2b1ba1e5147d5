"""A clock that is set stops nothing: what was put off is due, and how far clocks are apart is known."""

from datetime import datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.utils import timezone

from panel.models import Click, Dialer, Session, Worker
from panel.services import clocks, workers
from tests.flows.conftest import NOON

BACK = timedelta(seconds=-30)


@pytest.fixture
async def tab(floor, alice):
    floor.simulator.floor.set_status("1000", "INCALL")
    tab = await floor.tab(alice)
    await floor.work()
    return tab


def look(watch, *clocks_read) -> None:
    for wall, monotonic in clocks_read:
        watch.look(NOON + timedelta(seconds=wall), monotonic)


@pytest.mark.parametrize(
    ("second", "jumped"),
    [
        ((1.0, 101.0), False),
        ((2.4, 101.0), False),
        ((-29.0, 101.0), True),
        ((31.0, 101.0), True),
        ((60.0, 160.0), False),
    ],
)
def test_the_wall_clock_is_held_against_the_other_one(db, monkeypatch, second, jumped):
    noticed: list[datetime] = []
    monkeypatch.setattr(clocks, "set_right", noticed.append)
    look(clocks.Watch(), (0.0, 100.0), second)
    assert bool(noticed) is jumped


async def test_a_queue_that_is_tended_notices(floor, tab, monkeypatch):
    noticed: list[datetime] = []
    monkeypatch.setattr(clocks, "set_right", noticed.append)
    await sync_to_async(floor.queue.tend)()
    floor.clock.move(-30)
    await sync_to_async(floor.queue.tend)()
    assert noticed == [NOON + BACK]


async def test_what_was_put_off_is_due_at_once(tab, dialer):
    ahead, now = NOON + timedelta(seconds=20), NOON + BACK
    times = dict.fromkeys(("ask_slot", "floor_ask_at", "probe_at", "trial_until", "look_again_at"), ahead)
    await Dialer.objects.aupdate(**times)
    await Session.objects.aupdate(ask_at=ahead, moves_at=ahead)
    await sync_to_async(clocks.set_right)(now)
    dialer = await Dialer.objects.aget()
    session = await Session.objects.aget()
    assert {dialer.ask_slot, dialer.floor_ask_at, dialer.probe_at, dialer.trial_until} == {now}
    assert dialer.look_again_at is None
    assert (session.ask_at, session.moves_at) == (now, now)


async def test_what_is_due_or_never_asked_stays_as_it_is(tab):
    await Session.objects.aupdate(ask_at=None, moves_at=NOON + 2 * BACK)
    await sync_to_async(clocks.set_right)(NOON + BACK)
    session = await Session.objects.aget()
    assert (session.ask_at, session.moves_at) == (None, NOON + 2 * BACK)


async def test_a_press_from_before_the_clock_was_set_back_expires(floor, tab):
    press = await tab.press("play", button="greeting")
    await sync_to_async(floor.queue.tend)()
    floor.clock.move(-30)
    await sync_to_async(floor.queue.tend)()
    await floor.work()
    assert tab.told(press) == ["queued", "expired"]
    assert not floor.simulator.floor.counts["audio_playback"]


async def test_a_press_that_a_machine_ahead_took_in_does_not_wait_for_the_difference(floor, tab):
    press = await tab.press("play", button="greeting")
    ahead = NOON + timedelta(seconds=2.7)
    await Click.objects.aupdate(requested_at=ahead, not_before=ahead, expires_at=ahead + timedelta(seconds=5))
    await floor.work()
    assert tab.told(press) == ["queued", "sent", "done"]


def test_the_skew_is_measured_against_the_database(db):
    measured = clocks.skew()
    assert (measured is not None) is (connection.vendor == "postgresql")
    assert abs(measured or 0.0) < 0.5


def test_a_skew_is_said_in_the_log_and_stored_with_the_worker(db, monkeypatch, caplog):
    monkeypatch.setattr(clocks, "skew", lambda: -2.7)
    watch = clocks.Watch()
    look(watch, (0.0, 100.0), (1.0, 101.0))
    [line] = [record.getMessage() for record in caplog.records]
    assert line.startswith("The clock of this machine is -2.7 s from the database's.")
    workers.sign_in("w", timezone.now(), 0.0, watch.skew_seconds)
    assert Worker.objects.get().skew_seconds == -2.7
    look(watch, (60.0, 160.0))
    assert len(caplog.records) == 2
