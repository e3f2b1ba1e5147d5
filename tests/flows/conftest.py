"""The whole way in one process: a socket, the database, a worker's steps, HTTP to the simulator, and back.

Time stands still except where a test moves it, for the database, the machine and the simulator alike.
"""

import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator

from agentapi.client import HttpAgentApi
from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from agentapi.worker import carry_out
from panel.consumers import PanelConsumer
from panel.groups import agent_group
from panel.layers import home
from panel.presence import Presence
from panel.queue import DatabaseQueue
from panel.services import sessions, workers

RENEW_EVERY_STEPS = 48
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Clock:
    """Time that moves only when told."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def move(self, seconds: float) -> None:
        self._traveller.shift(seconds)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield Clock(traveller)


@pytest.fixture
def simulator(clock):
    with SimulatorServer(Floor.demo(clock=time.time, seed=1)) as server:
        yield server


class Tab:
    """One open panel: everything that it was told, and the last state of it."""

    def __init__(self, agent) -> None:
        self.agent = agent
        self.heard: list[dict[str, Any]] = []
        self.socket = WebsocketCommunicator(PanelConsumer.as_asgi(), "/ws/panel/")
        self.socket.scope["user"] = agent.user

    async def open(self) -> "Tab":
        connected, _ = await self.socket.connect()
        assert connected
        await self.listen()
        return self

    async def listen(self) -> None:
        """Take in everything that was sent by now: the answer to a ping comes after the answers to all before it, and
        a push that goes the way of all pushes after those before it."""
        await self.socket.send_json_to({"type": "ping"})
        await self._take_until({"type": "pong"})
        mark = {"type": "mark", "id": str(uuid4())}
        group = agent_group(self.agent.pk)
        home.submit(get_channel_layer().group_send(group, {"type": "push", "texts": [json.dumps(mark)], "news": [{}]}))
        await self._take_until(mark)

    async def _take_until(self, last: dict[str, Any]) -> None:
        while (message := json.loads(await self.socket.receive_from(timeout=10))) != last:
            if message["type"] != "mark":
                self.heard.append(message)

    async def press(self, action: str, **fields) -> str:
        """Press, and return the id of the press."""
        press_id = str(uuid4())
        await self.say(type="click", id=press_id, action=action, **fields)
        return press_id

    async def say(self, **frame) -> None:
        await self.socket.send_json_to(frame)
        await self.listen()

    @property
    def state(self) -> dict[str, Any]:
        return next(m["state"] for m in reversed(self.heard) if "state" in m)

    @property
    def versions(self) -> list[int]:
        return [m["version"] for m in self.heard if "version" in m]

    def told(self, press_id: str) -> list[str]:
        """What was told of a press, in order: statuses, or the code of its rejection."""
        return [m.get("status") or m["code"] for m in self.heard if m.get("id") == press_id]


class FloorUnderTest:
    """Alice's whole world: her tabs, the worker's steps, the simulator, the clock."""

    def __init__(self, simulator: SimulatorServer, clock: Clock) -> None:
        self.simulator, self.clock = simulator, clock
        self.queue = DatabaseQueue("worker-under-test")
        self.api = HttpAgentApi()
        self.tabs: list[Tab] = []

    async def tab(self, agent) -> Tab:
        tab = await Tab(agent).open()
        self.tabs.append(tab)
        return tab

    async def close(self) -> None:
        for tab in self.tabs:
            await tab.socket.disconnect()

    async def work(self) -> None:
        """Let the worker do all that can be done at this moment."""
        await sync_to_async(self._work)()
        for tab in self.tabs:
            await tab.listen()

    async def ended(self, tab: Tab, press: str) -> tuple[str, str | None]:
        """The last word about a press, once all was done that can be done now: its status and why, or its rejection."""
        await self.work()
        last = next(message for message in reversed(tab.heard) if message.get("id") == press)
        return last.get("status") or "rejected", last.get("reason") or last.get("code")

    async def later(self, seconds: float) -> None:
        """Let time pass in small steps, with a worker that sweeps and a server that renews the watch of open panels."""
        for step in range(round(seconds / 0.25)):
            self.clock.move(0.25)
            if step % RENEW_EVERY_STEPS == 0:
                await sync_to_async(sessions.watch)([tab.agent.pk for tab in self.tabs], self._now())
            await sync_to_async(self._work)()
        for tab in self.tabs:
            await tab.listen()

    def _work(self) -> None:
        workers.sign_in(self.queue.name, self._now())
        while self._step():
            pass

    def _step(self) -> bool:
        jobs, asks = self.queue.claim(16), self.queue.due(16)
        for job in jobs:
            self.queue.finish(job, carry_out(self.api, job, self._now, self.clock.move))
        for ask in asks:
            asked_at = self._now()
            self.queue.observed(ask, self.api.execute(ask.dialer, ask.agent_user, ask.command), asked_at)
        return bool(jobs or asks)

    @staticmethod
    def _now() -> datetime:
        return datetime.now(UTC)


@pytest.fixture
async def floor(transactional_db, dialer, simulator, clock):
    dialer.url = simulator.url
    await sync_to_async(dialer.save)()
    world = FloorUnderTest(simulator, clock)
    await world.work()
    yield world
    await world.close()


@pytest.fixture
async def with_floor(floor, dialer):
    """The same world, with access to the non-agent API."""
    dialer.non_agent_url = floor.simulator.non_agent_url
    dialer.non_agent_user, dialer.non_agent_password = "apiuser", "apipass"
    await sync_to_async(dialer.save)()
    return floor


@pytest.fixture
def unwatched(monkeypatch):
    """The process looks after its open sockets only where the test does it."""

    async def nothing(_) -> None:
        return

    monkeypatch.setattr(Presence, "_look_after", nothing)
