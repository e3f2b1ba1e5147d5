"""The in-memory layer behaves as Django Channels' own, with its own kind of queue."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from channels.exceptions import ChannelFull

from panel.layers import ScalingInMemoryLayer

GREETING = {"type": "push", "texts": ["hello"]}


@pytest.fixture
def layer():
    layer = ScalingInMemoryLayer(capacity=2)
    layer.CLEAN_EVERY_SECONDS = 0.0
    return layer


async def test_each_member_of_a_group_gets_a_message_of_its_own(layer):
    channels = [await layer.new_channel() for _ in range(2)]
    for channel in channels:
        await layer.group_add("agent-1", channel)
    await layer.group_send("agent-1", {"type": "push", "texts": ["hello"]})
    first, second = [await layer.receive(channel) for channel in channels]
    first["texts"].clear()
    assert second["texts"] == ["hello"]


async def test_a_channel_that_is_full_takes_no_more(layer):
    channel = await layer.new_channel()
    for _ in range(2):
        await layer.send(channel, GREETING)
    with pytest.raises(ChannelFull):
        await layer.send(channel, GREETING)


async def test_nothing_is_kept_of_a_channel_that_was_read_or_given_up(layer):
    channel = await layer.new_channel()
    await layer.send(channel, GREETING)
    await layer.receive(channel)
    assert not layer.channels
    reader = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(0)
    assert layer.channels
    reader.cancel()
    with suppress(asyncio.CancelledError):
        await reader
    assert not layer.channels


async def test_a_reader_that_gives_up_leaves_what_came_to_the_next(layer):
    channel = await layer.new_channel()
    reader = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(0)
    await layer.send(channel, GREETING)
    reader.cancel()
    with suppress(asyncio.CancelledError):
        await reader
    assert await asyncio.wait_for(layer.receive(channel), 20) == GREETING


async def test_what_nobody_reads_for_a_minute_is_dropped(layer):
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False) as clock:
        channel = await layer.new_channel()
        await layer.group_add("agent-1", channel)
        await layer.send(channel, GREETING)
        clock.shift(timedelta(seconds=layer.expiry + 1))
        layer._clean_expired()
    assert not layer.channels
    assert not layer.groups["agent-1"]


@pytest.mark.parametrize("name", ["a channel", "", 7])
async def test_what_is_no_name_is_no_channel(layer, name):
    for work in (layer.send(name, GREETING), layer.receive(name)):
        with pytest.raises(TypeError):
            await work
