"""What one dialer answers, and nobody can store, is one agent's and one question's trouble. Nobody else notices."""

import logging

import pytest
from asgiref.sync import sync_to_async
from django.db import DataError, OperationalError, connection

from agentapi import outcomes
from agentapi.worker import UnrecordableError
from panel.models import Click
from panel.presence import presence
from panel.services import clicks, sessions


@pytest.fixture
def works(floor, monkeypatch):
    """The worker's steps as its loop makes them: what can never be recorded is gone."""

    def patient(name):
        record = getattr(floor.queue, name)

        def recorded(*args):
            try:
                record(*args)
            except UnrecordableError as error:
                logging.getLogger("test").warning("set aside: %s", error)

        monkeypatch.setattr(floor.queue, name, recorded)

    patient("finish")
    patient("observed")
    return floor


async def test_a_status_with_a_nul_and_a_turn_of_direction_is_cleaned(works, alice, bob):
    works.simulator.floor.set_status("1000", "IN\0CA\u202eLL" + "L" * 60_000)
    works.simulator.floor.set_status("1001", "INCALL")
    hers, his = await works.tab(alice), await works.tab(bob)
    await works.work()
    assert hers.state["session"]["status"] == "INCALL" + "L" * 14
    press = await his.press("play", button="bobs-own")
    await works.work()
    assert his.told(press) == ["queued", "sent", "done"]


async def test_a_nul_that_gets_through_stops_nobody_else(works, alice, bob, monkeypatch):
    monkeypatch.setattr(outcomes, "plain", lambda field, _: field)
    works.simulator.floor.set_status("1000", "IN\0CALL")
    works.simulator.floor.set_status("1001", "INCALL")
    hers, his = await works.tab(alice), await works.tab(bob)
    await works.work()
    first, second = await hers.press("capture_begin"), await his.press("capture_begin")
    await works.work()
    # SQLite keeps a NUL.
    refused = connection.vendor == "postgresql"
    assert hers.told(first)[-1] not in ("queued", "sent")
    assert his.told(second) == ["queued", "sent", "done"]
    assert not await Click.objects.filter(status__in=Click.OPEN).aexists()
    assert (hers.state["session"]["status"] == "UNKNOWN") is refused


async def test_a_press_whose_answer_cannot_be_stored_ends_as_unknown(works, alice, monkeypatch, caplog):
    works.simulator.floor.set_status("1000", "INCALL")
    tab = await works.tab(alice)
    await works.work()

    def refuses(*_):
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")

    monkeypatch.setattr(clicks, "_after", refuses)
    press = await tab.press("play", button="greeting")
    await works.work()
    assert tab.told(press)[-1] == "unknown"
    click = await Click.objects.aget(pk=press)
    assert (click.status, click.reason) == ("unknown", "not_recorded")
    assert tab.state["playback"]["status"] == "unknown"
    assert [record.getMessage() for record in caplog.records if record.name == "test"] == [
        "set aside: DataError: PostgreSQL text fields cannot contain NUL (0x00) bytes"
    ]


async def test_it_ends_as_unknown_even_where_the_agents_state_takes_nothing_in(works, alice, monkeypatch):
    works.simulator.floor.set_status("1000", "INCALL")
    tab = await works.tab(alice)
    await works.work()
    press = await tab.press("play", button="greeting")

    def refuses(*_):
        raise DataError("unsupported Unicode escape sequence")

    monkeypatch.setattr(sessions, "_fill", refuses)
    await works.work()
    assert tab.told(press)[-1] == "unknown"


async def test_a_database_that_is_away_is_waited_for(floor, alice, monkeypatch):
    floor.simulator.floor.set_status("1000", "INCALL")
    tab = await floor.tab(alice)
    await floor.work()
    press = await tab.press("play", button="greeting")

    def away(*_):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(clicks, "_after", away)
    with pytest.raises(OperationalError):
        await floor.work()
    assert (await Click.objects.aget(pk=press)).status == "sent"


async def test_a_press_that_nobody_can_claim_expires_by_itself(floor, alice, bob, monkeypatch):
    floor.simulator.floor.set_status("1000", "INCALL")
    floor.simulator.floor.set_status("1001", "INCALL")
    hers, his = await floor.tab(alice), await floor.tab(bob)
    await floor.work()
    take = clicks._take

    def fails(worker, session, click, now):
        if session.agent_id == alice.pk:
            raise ValueError("this press cannot be read")
        return take(worker, session, click, now)

    monkeypatch.setattr(clicks, "_take", fails)
    first, second = await hers.press("play", button="greeting"), await his.press("play", button="bobs-own")
    await floor.work()
    assert his.told(second)[-1] == "done"
    assert hers.told(first) == ["queued"]
    floor.clock.move(5.5)
    await sync_to_async(floor.queue.tend)()
    await hers.listen()
    assert hers.told(first) == ["queued", "expired"]


async def test_an_open_panel_is_enough_for_a_press_to_expire(floor, alice, unwatched):
    floor.simulator.floor.set_status("1000", "INCALL")
    tab = await floor.tab(alice)
    await floor.work()
    press = await tab.press("play", button="greeting")
    floor.clock.move(5.5)
    await sync_to_async(presence._look)(None)
    await tab.listen()
    assert tab.told(press) == ["queued", "expired"]
