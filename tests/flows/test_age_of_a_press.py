"""A press is as old as its frame: what it waits for before anybody looks at it counts."""

import json
import time
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async

from panel.inbox import Arrivals
from panel.models import Click
from panel.services import clicks
from tests.flows.conftest import NOON


@pytest.fixture
async def tab(floor, alice):
    floor.simulator.floor.set_status("1000", "INCALL")
    tab = await floor.tab(alice)
    await floor.work()
    return tab


async def test_what_a_client_sends_is_stamped_when_it_comes():
    inbox, before = Arrivals(), time.monotonic()
    inbox.put_nowait({"type": "websocket.receive", "text": "{}"})
    item = await inbox.get()
    assert before <= item.pop("arrived") <= time.monotonic()
    assert item == {"type": "websocket.receive", "text": "{}"}


async def frame_that_waited(tab, seconds: float, press_id: str, **frame) -> None:
    """Let a socket hear a press that came that long ago."""
    text = json.dumps({"type": "click", "id": press_id, **frame})
    message = {"type": "websocket.receive", "text": text, "arrived": time.monotonic() - seconds}
    await tab.socket.send_input(message)
    await tab.listen()


PRESS = "6f1c0a3e-0f5d-4c59-9d0d-5c8d3a0f1b2c"


async def test_the_age_begins_when_the_frame_came(floor, tab):
    await frame_that_waited(tab, 3, PRESS, action="play", button="greeting")
    click = await Click.objects.aget(pk=PRESS)
    assert timedelta(seconds=3) <= NOON - click.requested_at < timedelta(seconds=4)
    assert click.expires_at == click.requested_at + clicks.FRESH_FOR
    floor.clock.move(2)
    await floor.work()
    assert tab.told(PRESS) == ["queued", "expired"]
    assert not floor.simulator.floor.counts["audio_playback"]


async def test_one_that_waited_too_long_to_be_looked_at_is_never_sent(floor, tab):
    await frame_that_waited(tab, 6, PRESS, action="play", button="greeting")
    assert tab.told(PRESS) == ["expired"]
    await floor.work()
    assert not floor.simulator.floor.counts["audio_playback"]


async def test_a_claimed_press_may_be_sent_no_longer_than_it_is_fresh(floor, tab, alice):
    await tab.press("play", button="greeting")
    floor.clock.move(4)
    [job] = await sync_to_async(floor.queue.claim)(16)
    assert job.send_until == NOON + clicks.FRESH_FOR
    assert job.send_by <= time.monotonic() + 1


async def test_a_fresh_one_may_be_sent_for_as_long_as_its_worker_counts_as_alive(floor, tab):
    await tab.press("play", button="greeting")
    [job] = await sync_to_async(floor.queue.claim)(16)
    assert job.send_until == NOON + clicks.SEND_FOR
    assert job.send_by <= time.monotonic() + clicks.SEND_FOR.total_seconds()
