"""A one-use ticket opens a socket: once, soon, from where it was bought, as long as its token is good."""

import json
from datetime import UTC, datetime

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User

from config.asgi import application
from panel.presence import presence
from panel.services import tokens

ORIGIN = "chrome-extension://" + "a" * 32


def now():
    return datetime.now(UTC)


@pytest.fixture
def token(transactional_db, alice, clock):
    return tokens.issue(alice, ORIGIN, "Chrome on Linux", now())[1]


async def ticket_for(token) -> str:
    secret, _ = await sync_to_async(tokens.buy_ticket)(token, now())
    return secret


def socket_with(ticket: str, origin: str = ORIGIN, *protocols: str) -> WebsocketCommunicator:
    headers = [(b"host", b"deck.example"), (b"origin", origin.encode())]
    offered = ["clipdeck.v1", f"ticket.{ticket}", *protocols]
    return WebsocketCommunicator(application, "/ws/panel/", headers=headers, subprotocols=offered)


async def opened(ticket: str) -> WebsocketCommunicator:
    socket = socket_with(ticket)
    assert await socket.connect() == (True, "clipdeck.v1")
    message = json.loads(await socket.receive_from(timeout=10))
    assert (message["type"], message["agent"]["agent_user"]) == ("snapshot", "1000")
    return socket


async def refused_with(ticket: str, origin: str = ORIGIN) -> int:
    socket = socket_with(ticket, origin)
    assert (await socket.connect())[1] == "clipdeck.v1"
    answer = await socket.receive_output()
    assert answer["type"] == "websocket.close", "A state was sent before the refusal."
    assert ticket not in answer["reason"]
    return int(answer["code"])


async def test_it_opens_the_panel_of_its_agent(token):
    socket = await opened(await ticket_for(token))
    await socket.disconnect()


async def test_it_is_used_up(token, caplog):
    ticket = await ticket_for(token)
    socket = await opened(ticket)
    assert await refused_with(ticket) == 4401
    assert "used a second time" in caplog.text
    await socket.disconnect()


async def test_it_is_good_for_thirty_seconds(token, clock):
    ticket = await ticket_for(token)
    clock.move(30)
    assert await refused_with(ticket) == 4401


async def test_a_made_up_one_opens_nothing(token):
    assert await refused_with("AAAAAAAAAAAAAAAAAAAAAA") == 4401


async def test_from_elsewhere_it_opens_nothing_and_is_gone(token):
    ticket = await ticket_for(token)
    assert await refused_with(ticket, "https://evil.example") == 4403
    assert await refused_with(ticket) == 4401


async def test_that_of_a_deactivated_agent_opens_nothing(token, alice):
    ticket = await ticket_for(token)
    await User.objects.filter(pk=alice.user_id).aupdate(is_active=False)
    socket = socket_with(ticket)
    await socket.connect()
    answer = await socket.receive_output()
    assert (answer["code"], answer["reason"]) == (4403, "This login was closed. Ask your administrator.")


async def test_a_token_has_so_many_at_once(token, clock, monkeypatch):
    monkeypatch.setattr(tokens, "TICKETS_AT_ONCE", 2)
    await ticket_for(token)
    await ticket_for(token)
    with pytest.raises(tokens.TooManyTicketsError):
        await ticket_for(token)
    clock.move(30)
    await ticket_for(token)


async def test_that_of_a_revoked_token_opens_nothing(token, alice):
    ticket = await ticket_for(token)
    await sync_to_async(tokens.revoke)(token, alice.user, now())
    assert await refused_with(ticket) == 4401


async def closed_with(socket) -> int:
    await presence.shut_out()
    while (answer := await socket.receive_output())["type"] != "websocket.close":
        pass
    return int(answer["code"])


async def test_it_opens_no_wall_even_for_an_agent_who_supervises(token, alice):
    await alice.user.groups.acreate(name="supervisor")
    offered = ["clipdeck.v1", f"ticket.{await ticket_for(token)}"]
    headers = [(b"host", b"deck.example"), (b"origin", b"https://deck.example")]
    socket = WebsocketCommunicator(application, "/ws/wall/", headers=headers, subprotocols=offered)
    await socket.connect()
    assert (await socket.receive_output())["code"] in {4401, 4403}


async def test_an_open_socket_is_closed_when_its_token_is_revoked(token, alice):
    socket = await opened(await ticket_for(token))
    await sync_to_async(tokens.revoke)(token, alice.user, now())
    assert await closed_with(socket) == 4401


async def test_an_open_socket_is_closed_when_its_agent_is_deactivated(token, alice):
    socket = await opened(await ticket_for(token))
    await User.objects.filter(pk=alice.user_id).aupdate(is_active=False)
    assert await closed_with(socket) == 4403


async def test_a_client_without_a_ticket_still_needs_its_cookie(transactional_db):
    socket = WebsocketCommunicator(application, "/ws/panel/", headers=[(b"host", b"deck.example")])
    await socket.connect()
    assert (await socket.receive_output())["code"] == 4401
