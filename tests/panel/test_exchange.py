"""A page as the server holds it: its answer waits for a slow client, who has a minute to take something in."""

import asyncio
from typing import Any

import pytest
from twisted.internet.testing import StringTransport

from panel import exchange
from panel.exchange import ExchangeFactory
from panel.server import PanelServer

PIECE = b"x" * 1000


class Transport(StringTransport):
    """One that holds three pieces until somebody takes them in, and can be cut off."""

    aborted = taking = False
    producer: Any

    def write(self, data: bytes) -> None:
        super().write(data)
        if len(self.value()) > 3 * len(PIECE) and not self.taking:
            self.producer.pauseProducing()

    def writeSequence(self, data: list[bytes]) -> None:  # noqa: N802 - Twisted's name
        self.write(b"".join(data))

    def take_in(self) -> None:
        self.taking = True
        self.producer.resumeProducing()

    def abortConnection(self) -> None:  # noqa: N802 - Twisted's name
        self.aborted = True


class Pages:
    """Answers with as many pieces as it can get rid of."""

    def __init__(self) -> None:
        self.sent = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while self.sent < 100:
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})
            self.sent += 1
        await send({"type": "http.response.body"})


async def settle() -> None:
    for _ in range(400):
        await asyncio.sleep(0)


@pytest.fixture
def pages():
    return Pages()


@pytest.fixture
def impatient(monkeypatch):
    """To be asked for before the transport, on which the answer begins at once."""
    monkeypatch.setattr(exchange, "PATIENCE_SECONDS", 0)


@pytest.fixture
async def transport(pages):
    """A connection on which a page was asked for, and of which nobody takes anything in."""
    server = PanelServer(pages, endpoints=["tcp:0"])
    server.connections = {}
    factory = ExchangeFactory(server)
    factory.log = lambda _request: None
    channel = factory.buildProtocol(None)
    transport = Transport()
    channel.makeConnection(transport)
    channel.dataReceived(b"GET /x HTTP/1.1\r\nHost: deck.example\r\n\r\n")
    yield transport
    channel.connectionLost(None)
    for known in list(server.connections.values()):
        known["application_instance"].cancel()
    await settle()


async def test_an_answer_waits_until_the_client_takes_it_in(transport, pages):
    await settle()
    assert pages.sent == 3
    transport.take_in()
    await settle()
    assert pages.sent == 100
    assert transport.value().endswith(b"0\r\n\r\n")


async def test_who_takes_nothing_in_for_long_is_cut_off(impatient, transport):
    await settle()
    assert transport.aborted


async def test_an_answer_that_fails_in_its_middle_is_cut(transport):
    await settle()
    [request] = transport.producer.requests
    request.handle_exception(ValueError("in the middle"))
    assert transport.aborted
    assert not transport.value().endswith(b"0\r\n\r\n")
