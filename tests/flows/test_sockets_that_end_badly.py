"""However a socket ends, nobody counts it any more: its place is free, and nothing more is done for it."""

import asyncio
from contextlib import suppress

import pytest

from panel.consumers import PanelConsumer
from panel.presence import presence

pytestmark = pytest.mark.usefixtures("unwatched")


async def test_cancelled_while_it_waits_for_the_database(floor, alice, monkeypatch):
    waits = asyncio.Event()

    async def wait_for_ever(*_) -> None:
        waits.set()
        await asyncio.Event().wait()

    tab = await floor.tab(alice)
    monkeypatch.setattr(PanelConsumer, "hear", wait_for_ever)
    await tab.socket.send_json_to({"type": "resync"})
    await asyncio.wait_for(waits.wait(), 5)
    tab.socket.future.cancel()
    with suppress(asyncio.CancelledError):
        await tab.socket.future
    floor.tabs.remove(tab)
    assert presence.sockets == []


async def test_a_handler_that_fails(floor, alice, monkeypatch):
    async def fail(*_) -> None:
        raise ValueError

    tab = await floor.tab(alice)
    monkeypatch.setattr(PanelConsumer, "hear", fail)
    await tab.socket.send_json_to({"type": "resync"})
    with pytest.raises(ValueError):  # noqa: PT011 - which one does not matter
        await tab.socket.future
    floor.tabs.remove(tab)
    assert presence.sockets == []
