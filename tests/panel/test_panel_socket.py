"""A socket as the server holds it: it waits for slow clients, and forgets how it was opened."""

import asyncio
from typing import Any

import pytest
from daphne.ws_protocol import WebSocketFactory
from twisted.internet.testing import StringTransport

from panel.server import PanelServer, PanelSocket

REQUEST = b"\r\n".join(
    [
        b"GET /ws/panel/?embed=1 HTTP/1.1",
        b"Host: deck.example",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        b"Cookie: sessionid=canary",
        b"Daphne-Root-Path: /ws",
        b"",
        b"",
    ]
)


class Application:
    """Lets everybody in, and keeps what a consumer would be given."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.send = scope, send
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            self.heard.append(message)


@pytest.fixture
def application():
    return Application()


@pytest.fixture
async def socket(application):
    """An open one."""
    server = PanelServer(application, endpoints=["tcp:0"])
    server.connections = {}
    socket = WebSocketFactory(server).buildProtocol(None)
    socket._raw_query_string = b"embed=1"
    transport = StringTransport()
    # Stands for the HTTP channel, on whose connection a websocket begins.
    transport.registerProducer(object(), streaming=True)
    socket.makeConnection(transport)
    socket.dataReceived(REQUEST)
    await settle()
    assert socket.state == socket.STATE_OPEN
    yield socket
    socket.connectionLost()
    await settle()
    [known] = server.connections.values()
    assert known["application_instance"].done()


async def settle() -> None:
    """Let everything happen that can happen now."""
    for _ in range(10):
        await asyncio.sleep(0)


def written(socket: PanelSocket) -> bytes:
    text: bytes = socket.transport.value()
    socket.transport.clear()
    return text


async def test_it_keeps_nothing_of_what_the_browser_brought_along(socket, application):
    assert (b"cookie", b"sessionid=canary") in application.scope["headers"]
    kept = [name for name, value in vars(socket).items() if "canary" in str(value)]
    assert not kept
    assert "canary" not in str(socket.request.headers)


async def test_no_client_says_under_which_path_all_begins(socket, application):
    assert (application.scope["root_path"], application.scope["path"]) == ("", "/ws/panel/")


async def test_what_the_client_says_is_heard(socket, application):
    mask, text = b"\x00\x00\x00\x00", b'{"type": "ping"}'
    socket.dataReceived(b"\x81" + bytes([0x80 | len(text)]) + mask + text)
    await settle()
    [heard] = application.heard
    assert heard.pop("arrived") > 0
    assert heard == {"type": "websocket.receive", "text": text.decode()}


async def test_whoever_sends_waits_while_the_client_takes_nothing_in(socket, application):
    written(socket)
    socket.pauseProducing()
    sending = asyncio.create_task(application.send({"type": "websocket.send", "text": "hello"}))
    await settle()
    assert (written(socket), sending.done()) == (b"", False)
    socket.resumeProducing()
    await settle()
    assert (written(socket), sending.done()) == (b"\x81\x05hello", True)


async def test_nobody_waits_for_a_client_that_went_away(socket, application):
    written(socket)
    socket.pauseProducing()
    sending = asyncio.create_task(application.send({"type": "websocket.send", "text": "hello"}))
    await settle()
    socket.connectionLost()
    await settle()
    assert (written(socket), sending.done()) == (b"", True)


async def test_it_can_be_told_to_come_back(socket, application):
    written(socket)
    await application.send({"type": "websocket.close", "code": 1012, "reason": "The server restarts."})
    assert written(socket) == b"\x88\x16" + (1012).to_bytes(2, "big") + b"The server restarts."
