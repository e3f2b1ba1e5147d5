"""While a socket is open, nothing is kept of the way in: not the middlewares, nor what the browser brought along."""

import json
from types import CoroutineType
from typing import Any

from channels.testing import WebsocketCommunicator
from django.test import AsyncClient

from config.asgi import application
from panel.entrance import Entrance, consumed_by
from panel.presence import presence
from panel.routing import NoSuchSocket
from tests.conftest import PASSWORD


def applications_of(socket: WebsocketCommunicator) -> list[str]:
    """Which of the nested applications still run, from the outside in."""
    found, one = [], socket.future.get_coro()
    while isinstance(one, CoroutineType):
        found.append(one.__qualname__)
        one = one.cr_await
    return [name for name in found if name.endswith(".__call__")]


async def test_only_the_consumer_lasts_as_long_as_the_socket(transactional_db, alice, clock):
    client = AsyncClient()
    await client.post("/login/", {"username": "alice", "password": PASSWORD})
    cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
    socket = WebsocketCommunicator(application, "/ws/panel/", headers=[(b"cookie", cookie)])
    await socket.connect()
    assert json.loads(await socket.receive_from())["type"] == "snapshot"
    assert applications_of(socket) == ["Entrance.__call__", "Socket.__call__", "AsyncConsumer.__call__"]
    panel: Any = presence.sockets[0]
    assert panel.scope == {}
    assert panel.user.username == "alice"
    await socket.disconnect()


async def test_a_way_that_leads_nowhere_ends():
    async def refuses(scope, receive, send):
        await send({"type": "websocket.close", "code": 4401})

    socket = WebsocketCommunicator(Entrance(refuses), "/ws/panel/")
    assert await socket.connect() == (False, 4401)
    await socket.wait()


async def test_the_consumer_begins_where_the_way_has_ended():
    seen: list[str] = []

    class Consumer(NoSuchSocket):
        async def connect(self):
            seen.append(f"consumer for {self.scope['user']}")
            await super().connect()

    async def middleware(scope, receive, send):
        try:
            return await consumed_by(Consumer)({**scope, "user": "alice"}, receive, send)
        finally:
            seen.append("middleware")

    await WebsocketCommunicator(Entrance(middleware), "/ws/panel/").connect()
    assert seen == ["middleware", "consumer for alice"]


async def test_a_message_is_let_go_when_it_was_heard(floor, alice):
    tab = await floor.tab(alice)
    panel: Any = presence.sockets[0]
    pushed = {"type": "push", "texts": ['{"type": "pong"}'], "news": [{}]}
    await panel.dispatch(pushed)
    assert await tab.socket.receive_json_from() == {"type": "pong"}
    assert pushed == {}
