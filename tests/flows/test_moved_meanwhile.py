"""What moves in an agent's session while a press is on its way to VICIdial is kept beside what the press proves."""

from dataclasses import replace

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from agentapi.worker import carry_out
from panel.models import Click, Session
from panel.queue import DatabaseQueue
from panel.services import sessions


async def sent(floor, alice):
    """A play that VICIdial has carried out and that is not recorded yet."""
    tab = await floor.tab(alice)
    await floor.work()
    press = await tab.press("play", button="recorded-line")
    (job,) = await sync_to_async(floor.queue.claim)(16)
    done = await sync_to_async(carry_out)(floor.api, job, floor._now, floor.clock.move)
    return tab, press, job, done


async def record(floor, tab, job, done, queue: DatabaseQueue | None = None) -> None:
    await sync_to_async((queue or floor.queue).finish)(job, done)
    await tab.listen()


def change(alice, floor, **fields):
    def moved(state, _):
        return replace(state, session=replace(state.session, **fields))

    return sync_to_async(sessions.change)(alice.pk, moved, floor._now())


async def test_both_are_kept(floor, alice):
    tab, press, job, done = await sent(floor, alice)
    await change(alice, floor, sub_status="DEAD")
    await record(floor, tab, job, done)
    assert tab.told(press) == ["queued", "sent", "done"]
    assert tab.state["playback"]["status"] == "starting"
    assert tab.state["session"]["customer_gone"]
    assert tab.versions == sorted(set(tab.versions))


async def test_what_no_screen_shows_is_kept_as_well(floor, alice):
    tab, _, job, done = await sent(floor, alice)
    floor.clock.move(0.05)
    asked_at = floor._now()
    await change(alice, floor, asked_at=asked_at)
    await record(floor, tab, job, done)
    row = await Session.objects.aget(agent=alice)
    assert row.state["session"]["asked_at"] == asked_at.isoformat().replace("+00:00", "Z")
    assert tab.state["playback"]["status"] == "starting"


async def test_the_end_of_a_click_that_was_taken_for_lost_changes_nothing(floor, alice):
    tab, press, job, done = await sent(floor, alice)
    before = await Session.objects.aget(agent=alice)
    await record(floor, tab, job, done, DatabaseQueue("another worker"))
    after = await Session.objects.aget(agent=alice)
    assert (after.version, after.state) == (before.version, before.state)
    assert (await Click.objects.aget(pk=press)).status == "sent"
    assert tab.told(press) == ["queued", "sent"]


def gone(_):
    raise OperationalError("server closed the connection unexpectedly")


async def test_the_end_can_be_recorded_again_after_a_failure(floor, alice, monkeypatch):
    tab, press, job, done = await sent(floor, alice)
    with monkeypatch.context() as broken:
        broken.setattr("panel.services.notes.answered", gone)
        with pytest.raises(OperationalError):
            await record(floor, tab, job, done)
    await record(floor, tab, job, done)
    assert tab.told(press) == ["queued", "sent", "done"]
    assert tab.state["playback"]["status"] == "starting"
    assert tab.versions == sorted(set(tab.versions))
