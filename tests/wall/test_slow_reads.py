"""While the hub reads the database, screens go on asking: what they ask for then is not lost."""

import asyncio

import pytest
from channels.db import database_sync_to_async

from panel.selectors.wall import cards
from panel.wall import hub as hubs


class Gate:
    """Keeps what the hub has read, once it is shut, until it is opened."""

    def __init__(self) -> None:
        self.shut, self.reading, self.go = False, asyncio.Event(), asyncio.Event()

    def in_thread(self, work):
        async def call(*args, **kwargs):
            found = await database_sync_to_async(work)(*args, **kwargs)
            # The looks read as well; what matters is the reading of a whole wall.
            if self.shut and work is hubs._read and any(turn.whole for turn in args[1]):
                self.shut = False
                self.reading.set()
                await self.go.wait()
            return found

        return call


@pytest.fixture
async def gate(monkeypatch):
    gate = Gate()
    monkeypatch.setattr(hubs, "database_sync_to_async", gate.in_thread)
    return gate


async def held(gate, wall) -> None:
    """The hub is in the middle of reading the whole wall for this screen."""
    await wall.settle()
    gate.shut = True
    await wall.say(type="resync")
    async with asyncio.timeout(5):
        await gate.reading.wait()


async def taken_in(wall) -> None:
    """The server has heard all that this screen said."""
    await wall.say(type="ping")
    await wall.until("pong")


async def test_who_opens_a_card_meanwhile_is_told_its_clicks(walls, gate, sue, alice, team_a):
    wall = await walls(sue)
    await held(gate, wall)
    await wall.say(type="watch", agent=alice.pk)
    await taken_in(wall)
    gate.go.set()
    assert (await wall.until("clicks"))["agent"] == alice.pk


async def test_what_is_refreshed_meanwhile_is_told_once_more(walls, gate, sue, team_a):
    wall = await walls(sue)
    await held(gate, wall)
    await wall.say(type="resync")
    await taken_in(wall)
    gate.go.set()
    await wall.until("wall")
    await wall.until("wall")


async def test_a_wall_that_opens_meanwhile_breaks_no_other(walls, gate, do, caplog, sue, ada, alice, bob, team_a):
    wall, everybody = await walls(sue), await walls(ada)
    await held(gate, wall)
    await everybody.say(type="resync")
    await taken_in(everybody)
    gate.go.set()
    await wall.until("wall")
    assert {card["name"] for card in (await everybody.until("wall"))["agents"]} >= {"Alice", "Bob"}
    assert "could not be told" not in caplog.text


async def test_what_could_not_be_read_is_wanted_still(walls, monkeypatch, sue, team_a):
    wall = await walls(sue)
    await wall.settle()
    monkeypatch.setattr(hubs, "AGAIN_AFTER_SECONDS", 0.01)
    failures = iter([True, True])

    def broken(keys, now):
        if next(failures, False):
            raise OSError("The database went away.")
        return cards(keys, now)

    monkeypatch.setattr("panel.selectors.wall.cards", broken)
    await wall.say(type="resync")
    await wall.until("wall")
