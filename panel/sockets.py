"""What every socket of Clipdeck has in common: who may open it, how long it may stay, how it ends."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth.models import User
from django.http.request import split_domain_port, validate_host

from panel.layers import home
from panel.presence import presence
from panel.selectors.rights import NOT_ALLOWED, NOT_LOGGED_IN, ActiveUser, LoggedIn, Right, SamePassword

SERVICE_RESTART = 1012


class RefusedError(Exception):
    """A socket is not opened: `code` closes it, and the text says why in plain words."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Socket(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels comes without types.
    """One open socket. A kind of socket says in `admit` whom it lets in, in `begin` and `end` what it does.

    It stays open only while all its `rights` hold: `panel.presence` looks every two seconds. `watching` are the agents
    whose sessions are kept fresh as long as it is open.
    """

    rights: tuple[Right, ...] = ()
    watching: tuple[int, ...] = ()
    is_open = False

    async def admit(self, user: User) -> tuple[Right, ...]:
        """Let this person in, and say what else must stay true; RefusedError if not."""
        raise NotImplementedError

    async def begin(self) -> None:
        """It was let in: join groups, send the first message."""

    async def end(self) -> None:
        """It is over: leave the groups."""

    async def connect(self) -> None:
        """Let in or refuse. Accepts first: a browser shows a close code only then."""
        home.adopt(asyncio.get_running_loop())
        await self.accept()
        try:
            credentials = credentials_of(self.scope)
            self.rights = (*credentials, *await self.admit(self.scope["user"]))
        except RefusedError as refusal:
            await self.close(refusal.code, refusal.text)
            return
        self.is_open = True
        presence.enter(self)
        await self.begin()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - Channels hands it over
        await self._leave()

    async def shut(self, code: int, text: str) -> None:
        """Close it from this side; nothing more is heard or told."""
        await self._leave()
        await self.close(code, text)

    async def drain(self, _: dict[str, Any]) -> None:
        """The server is going down: the client comes back by itself. Comes by the layer, after all that was pushed."""
        await self.close(SERVICE_RESTART, "The server restarts.")

    async def _leave(self) -> None:
        if self.is_open:
            self.is_open = False
            presence.leave(self)
            await self.end()


def credentials_of(scope: dict[str, Any]) -> tuple[Right, ...]:
    """What a login rests on: the rights that a middleware found instead of a cookie, or the cookie's session.

    RefusedError where nobody is logged in, or where a page of another site makes a browser send its cookie.
    """
    found: tuple[Right, ...] = scope.get("rights", ())
    if not found and not same_origin(scope):
        raise RefusedError(NOT_ALLOWED, "This origin may not open a panel.")
    user, session = scope["user"], scope.get("session")
    if not user.is_authenticated:
        raise RefusedError(NOT_LOGGED_IN, "Log in first.")
    if not found and session:
        found = (LoggedIn(session.session_key), SamePassword(user.pk, user.password))
    return (ActiveUser(user.pk), *found)


def same_origin(scope: dict[str, Any]) -> bool:
    """Whether a browser's page of this very site opened the socket; a client without an Origin is no browser."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = headers.get(b"host", b"").decode("latin-1")
    return urlsplit(origin).netloc == host and _is_ours(host)


def _is_ours(host: str) -> bool:
    """Whether Django would serve pages under this name: a name that somebody else pointed at us is not ours."""
    allowed = settings.ALLOWED_HOSTS or (["localhost", ".localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
    return validate_host(split_domain_port(host)[0], allowed)
