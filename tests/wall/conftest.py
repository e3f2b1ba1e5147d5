"""A floor with two teams: Sue watches over Alice, Tom over Bob, Ada over everybody."""

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User

from panel.models import Team
from panel.wall import hub as hubs
from panel.wall.consumer import WallConsumer
from tests.conftest import person


@pytest.fixture
def team_a(alice, sue) -> Team:
    team = Team.objects.create(name="Team A")
    team.agents.add(alice)
    team.supervisors.add(sue)
    return team


@pytest.fixture
def tom(db) -> User:
    return person("tom", "supervisor")


@pytest.fixture
def team_b(bob, tom) -> Team:
    team = Team.objects.create(name="Team B")
    team.agents.add(bob)
    team.supervisors.add(tom)
    return team


class Wall:
    """One open wall: every byte that it was told, and what it knows by that."""

    def __init__(self, user: User) -> None:
        self.socket = WebsocketCommunicator(WallConsumer.as_asgi(), "/ws/wall/")
        self.socket.scope["user"] = user
        self.texts: list[str] = []

    async def open(self) -> "Wall":
        connected, _ = await self.socket.connect()
        assert connected
        await self.until("alerts")
        return self

    async def next(self, within: float = 5) -> dict[str, Any]:
        text = await self.socket.receive_from(timeout=within)
        self.texts.append(text)
        return dict(json.loads(text))

    async def until(self, kind: str) -> dict[str, Any]:
        """Take messages in up to the first one of this type, and give it."""
        while (message := await self.next())["type"] != kind:
            pass
        return message

    async def say(self, **frame) -> None:
        await self.socket.send_json_to(frame)

    async def settle(self) -> None:
        """Take in whatever comes until nothing comes any more."""
        while not await self.socket.receive_nothing(timeout=0.15, interval=0.02):
            await self.next()

    @property
    def heard(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]

    def cards(self) -> dict[str, dict[str, Any]]:
        """The newest card of each agent, by VICIdial user."""
        known: dict[str, dict[str, Any]] = {}
        for message in self.heard:
            if message["type"] == "wall":
                known = {}
            if "agents" in message:
                known |= {card["agent"]: card for card in message["agents"]}
        return known


@pytest.fixture
async def walls(transactional_db, monkeypatch):
    """Opens walls, and closes them in the end."""
    monkeypatch.setattr(hubs, "GATHER_SECONDS", 0.01)
    monkeypatch.setattr(hubs, "LOOK_EVERY_SECONDS", 0.05)
    opened: list[Wall] = []

    async def open_wall(user: User) -> Wall:
        wall = await Wall(user).open()
        opened.append(wall)
        return wall

    yield open_wall
    for wall in opened:
        await wall.socket.disconnect()


@pytest.fixture
def do():
    """A service or a query, called from a coroutine."""
    return lambda work, *args, **kwargs: sync_to_async(work)(*args, **kwargs)
