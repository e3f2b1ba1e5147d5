"""An open socket closes once its login, its person or its role is no more, and says why."""

import json
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import AsyncClient
from django.utils import timezone

from config.asgi import application
from panel import presence as presences
from panel.models import Agent
from panel.presence import presence
from panel.selectors.rights import ActiveUser, HasRole, LoggedIn, OwnPanel, SamePassword, lapsed
from tests.conftest import PASSWORD, person


class Browser:
    """A person's browser: logged in by the form, with one panel open."""

    def __init__(self) -> None:
        self.client = AsyncClient()
        self.socket: Any = None

    async def log_in(self, username: str) -> "Browser":
        answer = await self.client.post("/login/", {"username": username, "password": PASSWORD})
        assert answer.status_code == 302
        return self

    async def open_panel(self) -> "Browser":
        cookie = f"sessionid={self.client.cookies['sessionid'].value}".encode()
        self.socket = WebsocketCommunicator(application, "/ws/panel/", headers=[(b"cookie", cookie)])
        await self.socket.connect()
        assert json.loads(await self.socket.receive_from())["type"] == "snapshot"
        return self

    async def closed(self) -> tuple[int, str] | None:
        """How the socket was closed after the next look at the rights, or None where it was not."""
        await presence.shut_out()
        if await self.socket.receive_nothing(timeout=0.05):
            return None
        last = await self.socket.receive_output()
        assert last["type"] == "websocket.close"
        assert presence.sockets == []
        return last["code"], last["reason"]


@pytest.fixture
async def browser(transactional_db, alice, clock):
    browser = await (await Browser().log_in("alice")).open_panel()
    yield browser
    await browser.socket.disconnect()


async def test_nothing_happens_where_every_right_is_held(browser):
    assert await browser.closed() is None


async def test_a_logout_closes_the_panel(browser):
    await browser.client.post("/logout/")
    assert await browser.closed() == (4401, "You were logged out.")


async def test_a_login_that_ran_out_closes_the_panel(browser, clock):
    clock.move(timedelta(days=15).total_seconds())
    assert await browser.closed() == (4401, "You were logged out.")


async def test_another_login_of_the_same_person_closes_nothing(browser):
    await Browser().log_in("alice")
    assert await browser.closed() is None


async def test_a_changed_password_closes_the_panel(browser, alice):
    await sync_to_async(alice.user.set_password)("another-password")
    await alice.user.asave()
    assert await browser.closed() == (4401, "Your password was changed. Log in again.")


async def test_a_closed_login_closes_the_panel(browser, alice):
    alice.user.is_active = False
    await alice.user.asave()
    assert await browser.closed() == (4403, "This login was closed. Ask your administrator.")


async def test_an_agent_who_is_none_any_more_has_no_panel(browser, alice):
    await Agent.objects.filter(pk=alice.pk).adelete()
    assert await browser.closed() == (4403, "This login is not this agent's any more. Ask your administrator.")


async def test_an_agent_handed_to_another_login_closes_the_panel(browser, alice):
    dora = await sync_to_async(person)("dora")
    await Agent.objects.filter(pk=alice.pk).aupdate(user=dora)
    closed = await browser.closed()
    assert closed is not None
    assert closed[0] == 4403


async def test_nothing_is_taken_in_after_it_was_shut(browser):
    await browser.client.post("/logout/")
    await browser.closed()
    await browser.socket.send_json_to({"type": "resync"})
    assert await browser.socket.receive_nothing(timeout=0.05)


async def test_the_look_comes_by_itself(transactional_db, alice, monkeypatch):
    monkeypatch.setattr(presences, "LOOK_EVERY_SECONDS", 0.01)
    browser = await (await Browser().log_in("alice")).open_panel()
    await browser.client.post("/logout/")
    assert (await browser.socket.receive_output(timeout=10))["code"] == 4401
    await browser.socket.disconnect()


def test_thousands_of_rights_take_a_query_for_five_hundred(alice, django_assert_num_queries):
    now = timezone.now()
    rights = {ActiveUser(number) for number in range(10_000, 15_000)} | {ActiveUser(alice.user_id)}
    with django_assert_num_queries(11):
        lost = lapsed(rights, now)
    assert len(lost) == 5_000


def test_kinds_of_rights_are_told_apart(alice, sue, ada, eve):
    now = timezone.now()
    held = {
        ActiveUser(alice.user_id),
        OwnPanel(alice.user_id, alice.pk),
        SamePassword(sue.pk, sue.password),
        HasRole(sue.pk, frozenset({"supervisor", "auditor"})),
        HasRole(ada.pk, frozenset({"admin"})),
    }
    lost = {
        LoggedIn("no-such-session"),
        ActiveUser(99_999),
        OwnPanel(sue.pk, alice.pk),
        SamePassword(sue.pk, "another"),
        HasRole(eve.pk, frozenset({"supervisor"})),
        HasRole(sue.pk, frozenset({"admin"})),
    }
    assert lapsed(held | lost, now) == lost


@pytest.mark.parametrize("kind", [LoggedIn, ActiveUser, OwnPanel, SamePassword, HasRole])
def test_the_reason_fits_into_a_close_frame(kind):
    assert len(kind.text.encode()) <= 123
