"""Who gets a panel's socket, and who is told what when they don't."""

import json

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from config.asgi import application
from panel.consumers import PanelConsumer
from panel.services import boards

OWN_HOST = (b"host", b"deck.example")


async def refused_with(user, *headers) -> int:
    socket = WebsocketCommunicator(PanelConsumer.as_asgi(), "/ws/panel/", headers=[OWN_HOST, *headers])
    socket.scope["user"] = user
    await socket.connect()
    answer = await socket.receive_output()
    assert answer["type"] == "websocket.close", "A state was sent before the refusal."
    return int(answer["code"])


async def test_nobody_gets_in_without_a_login(db):
    assert await refused_with(AnonymousUser()) == 4401


@pytest.mark.parametrize("name", ["eve", "sue", "ada", "otto"])
async def test_who_is_no_agent_has_no_panel(transactional_db, request, name):
    user = await sync_to_async(request.getfixturevalue)(name)
    assert await refused_with(user) == 4403


async def test_the_page_of_this_very_site_gets_in(floor, alice, settings):
    settings.ALLOWED_HOSTS = ["deck.example"]
    headers = [OWN_HOST, (b"origin", b"https://deck.example")]
    socket = WebsocketCommunicator(PanelConsumer.as_asgi(), "/ws/panel/", headers=headers)
    socket.scope["user"] = alice.user
    await socket.connect()
    assert (await socket.receive_output())["type"] == "websocket.send"
    await socket.disconnect()


@pytest.mark.parametrize("origin", [b"https://evil.example", b"https://deck.example.evil.example", b"null", b"x"])
async def test_a_page_of_another_site_is_refused(transactional_db, alice, origin):
    assert await refused_with(alice.user, (b"origin", origin)) == 4403


async def test_a_page_of_this_name_without_tls_is_refused_where_cookies_want_it(transactional_db, alice, settings):
    settings.ALLOWED_HOSTS = ["deck.example"]
    settings.SESSION_COOKIE_SECURE = True
    assert await refused_with(alice.user, OWN_HOST, (b"origin", b"http://deck.example")) == 4403


async def test_a_name_that_somebody_else_pointed_at_us_is_refused(transactional_db, alice, settings):
    settings.ALLOWED_HOSTS = ["deck.example"]
    assert await refused_with(alice.user, (b"host", b"evil.example"), (b"origin", b"https://evil.example")) == 4403


async def test_an_agent_who_was_shut_out_is_refused(transactional_db, alice):
    alice.user.is_active = False
    assert await refused_with(alice.user) == 4403


async def test_a_click_of_an_agent_who_was_shut_out_meanwhile_is_rejected(unwatched, floor, alice):
    tab = await floor.tab(alice)
    alice.user.is_active = False
    await alice.user.asave()
    press = await tab.press("play", button="recorded-line")
    assert tab.told(press) == ["not_allowed"]


async def test_an_edited_board_reaches_open_panels(floor, alice):
    tab = await floor.tab(alice)
    await alice.board.buttons.filter(name="greeting").aupdate(label="Good day")
    await sync_to_async(boards.changed)()
    await tab.listen()
    assert tab.heard[-1]["type"] == "snapshot"
    assert "Good day" in [button["label"] for button in tab.heard[-1]["board"]["buttons"]]


@pytest.mark.parametrize(("path", "cookie"), [("/ws/panel/?embed=1", "embed_sessionid"), ("/ws/panel/", "sessionid")])
async def test_a_frame_s_socket_goes_by_the_frame_s_cookie_alone(transactional_db, alice, bob, path, cookie):
    other = {"embed_sessionid": "sessionid", "sessionid": "embed_sessionid"}[cookie]
    keys = [await sync_to_async(session_of)(agent.user) for agent in (alice, bob)]
    headers = [OWN_HOST, (b"cookie", f"{cookie}={keys[0]}; {other}={keys[1]}".encode())]
    socket = WebsocketCommunicator(application, path, headers=headers)
    await socket.connect()
    assert json.loads(await socket.receive_from(timeout=10))["agent"]["agent_user"] == "1000"
    await socket.disconnect()


def session_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
